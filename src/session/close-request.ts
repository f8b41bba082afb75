import type { SessionState } from './session-state.ts';

/** Close of a statement or a portal; there need not be one. Undefined where nothing had to be waited for. */
export function closeRequest(state: SessionState, of: 'statement' | 'portal', name: string): Promise<void> | undefined {
  if (of === 'statement') state.statements.delete(name);
  const closing = of === 'portal' ? state.closePortal(name) : undefined;
  if (closing !== undefined) return closing.then(() => state.client.closeComplete());
  state.client.closeComplete();
  return undefined;
}

import type { SessionState } from './session-state.ts';

/** Close of a statement or a portal; there need not be one. */
export async function closeRequest(state: SessionState, of: 'statement' | 'portal', name: string): Promise<void> {
  if (of === 'statement') state.statements.delete(name);
  else await state.closePortal(name);
  state.client.closeComplete();
}

import { checkNotFailed } from './check-not-failed.ts';
import { findPortal } from './find-portal.ts';
import { findStatement } from './find-statement.ts';
import type { SessionState } from './session-state.ts';

/** Describe of a statement or a portal. */
export function describeRequest(state: SessionState, of: 'statement' | 'portal', name: string): undefined {
  const portal = of === 'portal' ? findPortal(state, name) : undefined;
  const plan = portal === undefined ? findStatement(state, name) : portal.plan;
  const fields = plan?.fields ?? null;
  if (fields !== null) checkNotFailed(state, plan);
  if (of === 'statement') state.client.parameterDescription(plan?.parameterOids ?? []);
  if (fields === null) state.client.noData();
  else state.client.rowDescription(fields, portal?.formats ?? []);
}

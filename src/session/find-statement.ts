import { unknownStatement } from './errors.ts';
import type { Plan } from './plan.ts';
import type { SessionState } from './session-state.ts';

/** The statement of this name, null for a text without one; 26000. */
export function findStatement(state: SessionState, name: string): Plan | null {
  const plan = state.statements.get(name);
  if (plan === undefined) throw unknownStatement(name);
  return plan;
}

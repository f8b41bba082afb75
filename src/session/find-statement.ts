import { unknownStatement } from './errors.ts';
import type { Plan } from './plan.ts';
import type { SessionState } from './session-state.ts';

/** The statement of this name, null for a text without one; 26000. */
export function findStatement(state: SessionState, name: string): Plan | null {
  const statement = state.statements.get(name);
  if (statement === undefined) throw unknownStatement(name);
  return statement.plan;
}

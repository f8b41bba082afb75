import type { Statement } from '../sql/sql.ts';

/** Whether a SELECT may be one that takes or gives back advisory locks (lockStatement). */
export function mayLock(statement: Statement): boolean {
  return /pg_(?:try_)?advisory_/i.test(statement.text);
}

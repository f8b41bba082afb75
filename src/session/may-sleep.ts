import type { Statement } from '../sql/sql.ts';

/** Whether a SELECT may be one that the session waits for itself (sleepStatement). */
export function maySleep(statement: Statement): boolean {
  return /pg_sleep/i.test(statement.text);
}

import type { Statement } from '../sql/sql.ts';

/** Whether a SELECT may be one of the session's own (setConfigStatement). */
export function mayBeSetConfig(statement: Statement): boolean {
  return /set_config/i.test(statement.text);
}

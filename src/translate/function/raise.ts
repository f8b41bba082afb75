import { sqlText } from '../../base/sql-text.ts';

/**
 * SQL that raises `sqlstate` when it is evaluated for a row in which `witness` is not NULL, and is NULL otherwise. A
 * failing cast is neither volatile nor folded, unlike `error()`, so it does not stand in the optimiser's way; the
 * engine finds the SQLSTATE again behind the exclamation mark.
 *
 * `message` is the error's text where it is not the one that goes with the SQLSTATE; `witness` is a text then.
 */
export function raise(sqlstate: string, witness: string, duckdbType: string, message?: string): string {
  if (message === undefined) return `CAST('!${sqlstate}' || ${witness} AS ${duckdbType})`;
  return `CAST(${sqlText(`!${sqlstate}: ${message}!`)} || left(${witness}, 0) AS ${duckdbType})`;
}

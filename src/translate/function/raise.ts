/**
 * SQL that raises `sqlstate` when it is evaluated for a row in which `witness` is not NULL, and is NULL otherwise. A
 * failing cast is neither volatile nor folded, unlike `error()`, so it does not stand in the optimiser's way; the
 * engine finds the SQLSTATE again behind the exclamation mark.
 */
export function raise(sqlstate: string, witness: string, duckdbType: string): string {
  return `CAST('!${sqlstate}' || ${witness} AS ${duckdbType})`;
}

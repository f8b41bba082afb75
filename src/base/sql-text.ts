/** A string literal, as DuckDB reads it: nothing but quotes is special. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

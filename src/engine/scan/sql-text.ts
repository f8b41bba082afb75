/** A string literal of DuckDB: nothing but quotes is special. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

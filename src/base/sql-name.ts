/** An identifier in double quotes, as DuckDB and Postgres read it. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

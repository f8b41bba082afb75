/** An identifier of DuckDB. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

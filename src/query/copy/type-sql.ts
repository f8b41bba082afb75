/** A type for a query of our own to the embedded Postgres: `format_type` of it, as an expression of text. */
export function typeSql(typeOid: number, typmod: number): string {
  return `pg_catalog.format_type(${typeOid}, ${typmod})`;
}

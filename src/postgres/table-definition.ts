/** A column as Postgres defined it; nested types are those of the mirror. */
export type ColumnDefinition = {
  readonly name: string;
  readonly typeOid: number;
  readonly typmod: number;
  readonly notNull: boolean;
  /** The default's expression as Postgres prints it (pg_get_expr). */
  readonly defaultSql?: string;
  /** The type's SQL text where Iceberg's type says less, e.g. `character varying(20)`, `smallint`. */
  readonly declaredType?: string;
};

/** What CREATE TABLE defines. */
export type TableDefinition = {
  readonly columns: readonly ColumnDefinition[];
  readonly checks: readonly { readonly name: string; readonly sql: string }[];
};

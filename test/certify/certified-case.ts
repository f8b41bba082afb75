/** One table of arguments that an entry of the whitelist is run over, in Postgres and in DuckDB. */
export type CertifiedCase = {
  readonly signature: string;
  readonly args: readonly CertifiedArgument[];
  /** Postgres type name of the result. */
  readonly result: string;
  /** Indexes into the values of each argument. */
  readonly cells: readonly (readonly number[])[];
  readonly timeZone: string;
};

export type CertifiedArgument = {
  readonly type: string;
  readonly values: readonly (string | null)[];
  /** The template is given the constant instead of a column. */
  readonly constant: boolean;
  /** Of a numeric column. */
  readonly decimal?: { readonly precision: number; readonly scale: number };
};

/**
 * What a cell came to: null, `=` and the value in a form that is the same for both sides (see `canonicalSql`), or `!`
 * and the SQLSTATE.
 */
export type CellResult = string | null;

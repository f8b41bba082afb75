/** What else is in an instance and goes with a relation or schema of the mirror; told just before the request is sent. */
export type Dependants = {
  /** Sequences that end with a column of the table, as statements: to part them from it, and to join them again. */
  owned(schema: string, name: string): { readonly part: readonly string[]; readonly join: readonly string[] };
  /** Routines of users are among them. */
  readonly hasRoutines: boolean;
  tableDropped(schema: string, name: string): void;
  schemaDropped(schema: string): void;
};

/**
 * The only error that reaches a client. Every room makes its own through named functions in its `errors.ts`;
 * foreign errors (DuckDB, storage, catalog) are translated in one file each, and whatever is left becomes XX000.
 */
export type SqlErrorFields = {
  /** Five characters, e.g. `42P01` (PostgreSQL Appendix A). */
  readonly sqlstate: string;
  /** Postgres' style: lower case, no full stop, identifiers in double quotes. */
  readonly message: string;
  readonly severity?: 'ERROR' | 'FATAL' | 'PANIC';
  readonly detail?: string;
  readonly hint?: string;
  /** 1-based, in characters (code points) of the client's text. */
  readonly position?: number;
  readonly internalPosition?: number;
  readonly internalQuery?: string;
  readonly where?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly dataType?: string;
  readonly constraint?: string;
  /** Where in PostgreSQL's source it was raised; known of the errors of the embedded one, and where clients go by it. */
  readonly file?: string;
  readonly line?: string;
  readonly routine?: string;
};

export class SqlError extends Error {
  readonly fields: SqlErrorFields;

  constructor(fields: SqlErrorFields, options?: { cause?: unknown }) {
    super(fields.message, options);
    this.name = 'SqlError';
    this.fields = fields;
  }

  get sqlstate(): string {
    return this.fields.sqlstate;
  }

  /** The same error with some fields replaced, e.g. a position moved from the rewritten to the client's text. */
  with(changed: Partial<SqlErrorFields>): SqlError {
    return new SqlError({ ...this.fields, ...changed }, { cause: this.cause });
  }
}

/** 0A000: Postgres has it, the gateway does not (yet). The hint says what to do instead. */
export function notSupported(what: string, hint: string, position?: number): SqlError {
  return new SqlError({
    sqlstate: '0A000',
    message: `${what} is not supported`,
    hint,
    ...(position !== undefined && { position }),
  });
}

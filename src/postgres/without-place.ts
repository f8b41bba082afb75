import { SqlError } from '../base/sql-error.ts';

/** An error of a text that the gateway composed: places in it mean nothing to the client. */
export function withoutPlace(error: unknown): unknown {
  if (!(error instanceof SqlError) || (error.fields.position ?? error.fields.where) === undefined) return error;
  const { position: _position, where: _where, ...fields } = error.fields;
  return new SqlError(fields, { cause: error });
}

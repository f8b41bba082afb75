import { SqlError } from '../base/sql-error.ts';

/** Errors of COPY's options and formats; messages are PostgreSQL's own (copy.c, copyfromparse.c). */

export function syntax(message: string, position?: number): SqlError {
  return optionError('42601', message, position);
}

export function invalidOption(message: string, position?: number): SqlError {
  return optionError('22023', message, position);
}

export function unavailableOption(message: string, position?: number): SqlError {
  return optionError('0A000', message, position);
}

export function otherEncoding(name: string): SqlError {
  return new SqlError({
    sqlstate: '0A000',
    message: `encoding "${name}" is not supported by COPY`,
    hint: 'Only UTF8 is: convert the data outside, e.g. with iconv.',
  });
}

function optionError(sqlstate: string, message: string, position: number | undefined): SqlError {
  return new SqlError({ sqlstate, message, ...(position !== undefined && { position }) });
}
/** The data are not what the format says. */
export function badFormat(message: string, more: { readonly hint?: string; readonly detail?: string } = {}): SqlError {
  return new SqlError({ sqlstate: '22P04', message, ...more });
}

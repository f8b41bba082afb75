/** Errors of room `sql`. Positions are 1-based code points of the client's text. */
import { SqlError, notSupported } from '../base/sql-error.ts';

/** The grammar's own words; the few messages of Postgres' grammar that carry another code than 42601 keep it. */
export function syntaxError(message: string, position: number | undefined): SqlError {
  const refused = /not (yet )?(implemented|supported)|cannot be implemented/.test(message);
  return new SqlError({
    sqlstate: refused ? '0A000' : '42601',
    message,
    ...(position !== undefined && { position }),
  });
}

/** 54000: the text is longer than the configured limit. */
export function statementTooLong(lengthBytes: number, limitBytes: number): SqlError {
  return new SqlError({
    sqlstate: '54000',
    message: `statement is too long`,
    detail: `The text has ${lengthBytes} bytes, the limit is ${limitBytes}.`,
    hint: 'Load many rows with COPY, or send several statements.',
  });
}

/** 54001: brackets or chained operators nest deeper than the configured limit. */
export function statementTooComplex(detail: string): SqlError {
  return new SqlError({
    sqlstate: '54001',
    message: 'statement is too complex',
    detail,
    hint: 'Use fewer nested brackets and shorter chains of operators; lists (IN, VALUES, AND, OR) may be long.',
  });
}

export function travelTargetModified(position: number): SqlError {
  return notSupported(
    'writing to a past snapshot of a table',
    'Time travel clauses are for reading; leave the clause out to change the current state.',
    position,
  );
}

export function badTravelTarget(what: string, position: number): SqlError {
  return new SqlError({ sqlstate: '42601', message: `${what} expected in the time travel clause`, position });
}

export function badTransform(position: number): SqlError {
  return new SqlError({
    sqlstate: '42601',
    message: 'partition transform expected',
    hint: 'Use a column, or year(c), month(c), day(c), hour(c), bucket(n, c), truncate(n, c).',
    position,
  });
}

export function badProperty(position: number): SqlError {
  return new SqlError({
    sqlstate: '42601',
    message: 'table property expected',
    hint: `Write properties as WITH ('key' = 'value', key = value).`,
    position,
  });
}

export function repeatedClause(clause: string, position: number): SqlError {
  return new SqlError({ sqlstate: '42601', message: `${clause} specified more than once`, position });
}

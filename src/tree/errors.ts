import { SqlError } from '../base/sql-error.ts';

export function tooDeep(): SqlError {
  return new SqlError({
    sqlstate: '54001',
    message: 'stack depth limit exceeded',
    hint: 'The statement is nested too deeply; split it into parts.',
  });
}

/** The tree is not what this version of Postgres prints: a defect of the gateway, not of the statement. */
export function malformedTree(what: string, offset: number): Error {
  return new Error(`the analysed tree cannot be read at ${offset}: ${what}`);
}

import { SqlError } from '../../base/sql-error.ts';

/** Errors of COPY that are not about options or data; messages are PostgreSQL's own (copy.c, copyto.c, copyfrom.c). */

const STDIO_HINT = "Anyone can COPY to stdout or from stdin. psql's \\copy command also works for anyone.";

export function serverFileDenied(isFrom: boolean): SqlError {
  const [what, role] = isFrom ? ['from', 'pg_read_server_files'] : ['to', 'pg_write_server_files'];
  return denied(`COPY ${what} a file`, role!);
}

export function serverProgramDenied(): SqlError {
  return denied('COPY to or from an external program', 'pg_execute_server_program');
}

export function unknownColumn(column: string, relation: string): SqlError {
  return new SqlError({
    sqlstate: '42703',
    message: `column "${column}" of relation "${relation}" does not exist`,
  });
}

export function unknownQueryColumn(column: string): SqlError {
  return new SqlError({ sqlstate: '42703', message: `column "${column}" does not exist` });
}

export function repeatedColumn(column: string): SqlError {
  return new SqlError({ sqlstate: '42701', message: `column "${column}" specified more than once` });
}

export function columnNotReferenced(option: string, column: string): SqlError {
  return new SqlError({ sqlstate: '42P10', message: `${option} column "${column}" not referenced by COPY` });
}

export function notReturning(): SqlError {
  return new SqlError({ sqlstate: '0A000', message: 'COPY query must have a RETURNING clause' });
}

export function noParameters(position: number | undefined): SqlError {
  return new SqlError({
    sqlstate: '42P02',
    message: 'there is no parameter $1',
    ...(position !== undefined && { position }),
  });
}

export function notATable(direction: 'from' | 'to', kind: string, name: string): SqlError {
  const hint =
    direction === 'from' && /view/.test(kind) ? { hint: 'Try the COPY (SELECT ...) TO variant.' } : undefined;
  return new SqlError({ sqlstate: '42809', message: `cannot copy ${direction} ${kind} "${name}"`, ...hint });
}

export function systemCatalog(name: string): SqlError {
  return new SqlError({ sqlstate: '42501', message: `permission denied: "${name}" is a system catalog` });
}

export function subqueryInWhere(position: number): SqlError {
  return new SqlError({ sqlstate: '0A000', message: 'cannot use subquery in COPY FROM WHERE condition', position });
}

export function beyondArrow(value: string, type: string): SqlError {
  return new SqlError({
    sqlstate: '22003',
    message: `${value} of type ${type} cannot be represented in the format arrow`,
    hint: 'Cast the column to text.',
  });
}

/** What the stream of FORMAT arrow has is not what is copied. */
export function arrowStream(message: string): SqlError {
  return new SqlError({ sqlstate: '22P04', message });
}

function denied(what: string, role: string): SqlError {
  return new SqlError({
    sqlstate: '42501',
    message: `permission denied to ${what}`,
    detail: `Only roles with privileges of the "${role}" role may ${what}.`,
    hint: STDIO_HINT,
  });
}

import { notSupported, SqlError } from '../base/sql-error.ts';
import type { CommitOutcome, TableName } from '../catalog/catalog.ts';

/** What a statement that Postgres finishes may read. */
export type FinishLimits = { readonly finishRows: number; readonly finishBytes: number };

export function tableNameText(name: TableName): string {
  return [...name.namespace, name.name].join('.');
}

export function undefinedTable(name: string, position?: number): SqlError {
  return new SqlError({
    sqlstate: '42P01',
    message: `relation "${name}" does not exist`,
    ...(position !== undefined && { position }),
  });
}

export function notATable(name: string): SqlError {
  return new SqlError({ sqlstate: '42809', message: `"${name}" is not a table` });
}

export function undefinedSchema(name: string): SqlError {
  return new SqlError({ sqlstate: '3F000', message: `schema "${name}" does not exist` });
}

export function duplicateTable(name: string): SqlError {
  return new SqlError({ sqlstate: '42P07', message: `relation "${name}" already exists` });
}

export function duplicateSchema(name: string): SqlError {
  return new SqlError({ sqlstate: '42P06', message: `schema "${name}" already exists` });
}

export function readOnlyDatabase(database: string): SqlError {
  return new SqlError({
    sqlstate: '25006',
    message: `database "${database}" is read-only`,
    hint: 'Its catalog is configured with readOnly: true.',
  });
}

export function readOnlyTransaction(command: string): SqlError {
  return new SqlError({ sqlstate: '25006', message: `cannot execute ${command} in a read-only transaction` });
}

export function cardinalityViolation(): SqlError {
  return new SqlError({
    sqlstate: '21000',
    message: 'MERGE command cannot affect row a second time',
    hint: 'Ensure that not more than one source row matches any one target row.',
  });
}

export function notNullViolation(table: TableName, column: string, detail?: string): SqlError {
  return new SqlError({
    sqlstate: '23502',
    message: `null value in column "${column}" of relation "${table.name}" violates not-null constraint`,
    ...(detail !== undefined && { detail }),
    schema: table.namespace.join('.'),
    table: table.name,
    column,
  });
}

export function checkViolation(table: TableName, constraint: string, detail?: string): SqlError {
  return new SqlError({
    sqlstate: '23514',
    message: `new row for relation "${table.name}" violates check constraint "${constraint}"`,
    ...(detail !== undefined && { detail }),
    schema: table.namespace.join('.'),
    table: table.name,
    constraint,
  });
}

/** Parquet files cannot hold rows without columns. */
export function noColumns(): SqlError {
  return notSupported('a table without columns', 'Give it at least one column.');
}

export function changedResultType(): SqlError {
  return new SqlError({
    sqlstate: '0A000',
    message: 'cached plan must not change result type',
    // pgjdbc prepares the statement again where this function says so.
    routine: 'RevalidateCachedQuery',
  });
}

/** What a commit that did not happen, or may have happened, means to the client. */
export function commitError(outcome: Exclude<CommitOutcome, { kind: 'committed' }>): SqlError {
  if (outcome.kind === 'conflict')
    return new SqlError({
      sqlstate: '40001',
      message: 'could not serialize access due to concurrent update',
      detail: `Table ${tableNameText(outcome.table)}: ${outcome.reason}.`,
      hint: 'The transaction might succeed if retried.',
    });
  return new SqlError(
    {
      sqlstate: '08007',
      message: 'the outcome of the commit is not known',
      detail: String(outcome.cause),
      hint: 'Nothing was cleaned up. Look for the snapshot in the table before you try again.',
    },
    { cause: outcome.cause },
  );
}

export function queryCanceled(): SqlError {
  return new SqlError({ sqlstate: '57014', message: 'canceling statement due to user request' });
}

/** A temporary table whose private instance had to be ended. */
export function temporaryTableLost(name: string): SqlError {
  return new SqlError({
    sqlstate: '55000',
    message: `temporary table "${name}" was lost when a statement had to be ended`,
    hint: 'Create it again, or say DISCARD TEMP to forget all of them.',
  });
}

export function temporaryTogether(): SqlError {
  return notSupported(
    'this statement on temporary and Iceberg tables together',
    'Copy the rows of one side into a table of the other kind first.',
  );
}

export function temporaryColumnType(column: string, type: string): SqlError {
  return notSupported(
    `column "${column}" of type ${type} of a temporary table next to Iceberg tables`,
    'Cast it to text, or to numeric(p, s), in the temporary table.',
  );
}

export function temporaryArray(): SqlError {
  return notSupported(
    'an array of several dimensions of a temporary table next to Iceberg tables',
    'Keep arrays of one dimension, from 1, in it.',
  );
}

/** What has no translation, over tables that are too large to be finished in Postgres. */
export function tooMuchToFinish(reason: SqlError, { finishRows, finishBytes }: FinishLimits): SqlError {
  const { hint } = reason.fields;
  return reason.with({
    hint:
      (hint === undefined ? '' : `${hint} `) +
      `Statements that read up to ${finishRows} rows and ${finishBytes} bytes (limits.finishRows, limits.finishBytes) ` +
      'are finished in Postgres all the same; this one reads more.',
  });
}

export function tooMuchForTemporary(limitBytes: number): SqlError {
  return notSupported(
    `a change of a temporary table that reads more than ${limitBytes} bytes of Iceberg tables`,
    'Select the rows that are needed into a temporary table first, or raise limits.temporaryImportBytes.',
  );
}

/** Rights to define are not granted yet: they are the first role's. */
export function notTheOwner(command: string, owner: string): SqlError {
  return new SqlError({
    sqlstate: '42501',
    message: `permission denied for ${command}`,
    hint: `Schemas and tables are defined by role "${owner}".`,
  });
}

import type { TableName } from '../../catalog/catalog.ts';
import { notSupported, SqlError } from '../../base/sql-error.ts';

export function columnMissing(name: string): SqlError {
  return new SqlError({ sqlstate: '42703', message: `column "${name}" does not exist` });
}

/** 23502, as Postgres says it of rows that are there already. */
export function containsNulls(table: TableName, column: string): SqlError {
  return new SqlError({
    sqlstate: '23502',
    message: `column "${column}" of relation "${table.name}" contains null values`,
    schema: table.namespace.join('.'),
    table: table.name,
    column,
  });
}

/** 23514, as Postgres says it of rows that are there already. */
export function violatedBySomeRow(table: TableName, constraint: string): SqlError {
  return new SqlError({
    sqlstate: '23514',
    message: `check constraint "${constraint}" of relation "${table.name}" is violated by some row`,
    schema: table.namespace.join('.'),
    table: table.name,
    constraint,
  });
}

export function duplicatedKey(table: TableName, constraint: string, detail: string): SqlError {
  return new SqlError({
    sqlstate: '23505',
    message: `could not create unique index "${constraint}"`,
    detail,
    schema: table.namespace.join('.'),
    table: table.name,
    constraint,
  });
}

/** Its values are counted by the column's field id, and the new type needs another one. */
export function identityKeepsType(column: string): SqlError {
  return notSupported(`changing the type of identity column "${column}"`, 'It can become a wider integer only.');
}

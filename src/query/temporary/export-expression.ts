/**
 * How values leave the private instance for the engine: as text that reads alike on both sides. Dates and times go as
 * numbers, because their text has spellings that the two do not share; arrays of one dimension go as JSON.
 */
import type { Type } from '../../iceberg/iceberg.ts';
import { duckdbType } from '../../engine/scan/duckdb-type.ts';

/** SQL of the private instance for the value of a column as text. */
export function exportExpression(column: string, type: Type): string {
  if (typeof type === 'object' && type.kind === 'list') {
    const element = exportExpression('e', type.element);
    const elements = `ARRAY(SELECT (${element})::pg_catalog.text FROM pg_catalog.unnest(${column}) WITH ORDINALITY AS u(e, o) ORDER BY o)`;
    return `CASE WHEN pg_catalog.array_ndims(${column}) > 1 OR pg_catalog.array_lower(${column}, 1) <> 1 THEN '${REFUSED_ARRAY}'
      WHEN ${column} IS NOT NULL THEN pg_catalog.to_json(${elements})::pg_catalog.text END`;
  }
  switch (type) {
    case 'date':
      return finite(column, `(${column} - DATE '1970-01-01')`);
    case 'timestamp':
    case 'timestamptz':
      return finite(column, `(EXTRACT(epoch FROM ${column}) * 1000000)::pg_catalog.int8`);
    case 'time':
      return `(EXTRACT(epoch FROM ${column}) * 1000000)::pg_catalog.int8`;
    default:
      return column;
  }
}

/** What stands for an array that the engine cannot hold: its arrays have one dimension and begin at 1. */
export const REFUSED_ARRAY = 'several dimensions';

function finite(column: string, number: string): string {
  return `CASE WHEN pg_catalog.isfinite(${column}) THEN (${number})::pg_catalog.text ELSE ${column}::pg_catalog.text END`;
}

/** SQL of the engine for the value of a column that was exported. */
export function engineExpression(text: string, type: Type): string {
  if (typeof type === 'object' && type.kind === 'list') {
    const element = engineExpression('e', type.element);
    return `list_transform(CAST(from_json(${text}, '["VARCHAR"]') AS VARCHAR[]), lambda e: ${element})`;
  }
  const isInfinite = `${text} IN ('infinity', '-infinity')`;
  switch (type) {
    case 'string':
      return text;
    case 'date':
      return `CASE WHEN ${isInfinite} THEN CAST(${text} AS DATE) ELSE CAST(DATE '1970-01-01' + CAST(${text} AS INTEGER) AS DATE) END`;
    case 'timestamp':
      return `CASE WHEN ${isInfinite} THEN CAST(${text} AS TIMESTAMP) ELSE make_timestamp(CAST(${text} AS BIGINT)) END`;
    case 'timestamptz':
      return `CASE WHEN ${isInfinite} THEN CAST(${text} AS TIMESTAMPTZ) ELSE make_timestamptz(CAST(${text} AS BIGINT)) END`;
    case 'time':
      return `TIME '00:00:00' + to_microseconds(CAST(${text} AS BIGINT))`;
    case 'binary':
      return `from_hex(${text}[3:])`;
    default:
      return `CAST(${text} AS ${duckdbType(type)})`;
  }
}

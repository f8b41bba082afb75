import type { IcebergValue, Type } from '../iceberg/iceberg.ts';
import { OID } from '../pgtype/oid.ts';
import type { PgValue } from '../pgtype/pgtype.ts';
import { sqlText } from '../base/sql-text.ts';
import type { Predicate } from '../plan/plan.ts';
import { constantValue } from './constant.ts';
import type { MirroredRelation } from './translate.ts';

/**
 * DuckDB's condition for the rows of a scan named `alias` that may match a predicate; undefined where it keeps them all.
 * What DuckDB would not compare as Postgres does is widened, never narrowed.
 */
export function filterSql(predicate: Predicate, relation: MirroredRelation, alias: string): string | undefined {
  const columns = new Map<number, Column>();
  for (const column of relation.columns)
    if (column !== undefined)
      columns.set(column.field.id, { sql: `${alias}.c${column.attnum}`, type: column.field.type });
  const sql = condition(predicate, false, columns);
  return sql === TRUE ? undefined : sql;
}

type Column = { readonly sql: string; readonly type: Type };

const TRUE = 'true';

function condition(predicate: Predicate, negated: boolean, columns: ReadonlyMap<number, Column>): string {
  const unknown = negated ? 'false' : TRUE;
  switch (predicate.kind) {
    case 'true':
    case 'false':
      return predicate.kind;
    case 'not':
      return `(NOT ${condition(predicate.of, !negated, columns)})`;
    case 'and':
    case 'or': {
      const neutral = predicate.kind === 'and' ? TRUE : 'false';
      const parts = predicate.of.map((part) => condition(part, negated, columns)).filter((part) => part !== neutral);
      if (parts.length === 0) return neutral;
      return parts.length === 1 ? parts[0]! : `(${parts.join(predicate.kind === 'and' ? ' AND ' : ' OR ')})`;
    }
    default:
      break;
  }
  const column = columns.get(predicate.field);
  if (column === undefined) return unknown;
  switch (predicate.kind) {
    case 'isNull':
      return `(${column.sql} IS NULL)`;
    case 'isNotNull':
      return `(${column.sql} IS NOT NULL)`;
    case 'startsWith':
      return column.type === 'string' ? `starts_with(${column.sql}, ${sqlText(predicate.prefix)})` : unknown;
    case 'compare': {
      const value = literal(predicate.value, column.type);
      return value === undefined ? unknown : `(${column.sql} ${predicate.op} ${value})`;
    }
    case 'in': {
      const values = predicate.values.map((value) => literal(value, column.type));
      if (values.includes(undefined)) return unknown;
      return values.length === 0 ? 'false' : `(${column.sql} IN (${values.join(', ')}))`;
    }
  }
}

/** Types of Iceberg whose values DuckDB orders as Postgres does, and the Postgres type with the same values. */
const COMPARED: Readonly<Record<string, number>> = {
  boolean: OID.bool,
  int: OID.int4,
  long: OID.int8,
  float: OID.float8,
  double: OID.float8,
  date: OID.date,
  time: OID.time,
  timestamp: OID.timestamp,
  timestamptz: OID.timestamptz,
  string: OID.text,
};

function literal(value: IcebergValue, type: Type): string | undefined {
  if (typeof type === 'object') {
    if (type.kind !== 'decimal' || typeof value !== 'bigint') return undefined;
    return constantValue({ kind: 'numeric', unscaled: value, scale: type.scale }, OID.numeric, -1).sql;
  }
  const typeOid = COMPARED[type];
  return typeOid === undefined ? undefined : constantValue(value as PgValue, typeOid, -1).sql;
}

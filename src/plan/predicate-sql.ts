import type { IcebergValue, NestedField, Schema, Type } from '../iceberg/iceberg.ts';
import { textFormatter } from '../pgtype/text-formatter.ts';
import type { TextFormatter } from '../pgtype/text-formatter.ts';
import { OID } from '../pgtype/oid.ts';
import { formatDecimal } from '../pgtype/write-decimal.ts';
import type { Predicate } from './plan.ts';

/** Items of an IN list that are written out. */
const listedValues = 10;

/**
 * A predicate as PostgreSQL would be told it, for people: columns by their names in the schema, a field of a struct as
 * `(st).a`, literals with their type. Times are in UTC, long lists are cut.
 */
export function predicateSql(predicate: Predicate, schema: Schema): string {
  const writer: Writer = { columns: columnsOf(schema), text: textFormatter(settings) };
  const sql = write(writer, predicate);
  // Every predicate but `true` and `false` comes in parentheses of its own.
  return sql.startsWith('(') ? sql.slice(1, -1) : sql;
}

const settings = {
  dateStyle: 'ISO, MDY',
  intervalStyle: 'postgres',
  timeZone: 'UTC',
  extraFloatDigits: 1,
  byteaOutput: 'hex',
} as const;

type Column = { readonly sql: string; readonly type: Type };
type Writer = { readonly columns: ReadonlyMap<number, Column>; readonly text: TextFormatter };

function write(writer: Writer, predicate: Predicate): string {
  switch (predicate.kind) {
    case 'true':
    case 'false':
      return predicate.kind;
    case 'not':
      return `(NOT ${write(writer, predicate.of)})`;
    case 'and':
    case 'or': {
      if (predicate.of.length === 0) return predicate.kind === 'and' ? 'true' : 'false';
      const parts = predicate.of.map((part) => write(writer, part));
      return parts.length === 1 ? parts[0]! : `(${parts.join(predicate.kind === 'and' ? ' AND ' : ' OR ')})`;
    }
    default:
      return writeLeaf(writer, predicate);
  }
}

type Leaf = Exclude<Predicate, { kind: 'true' | 'false' | 'and' | 'or' | 'not' }>;

function writeLeaf(writer: Writer, leaf: Leaf): string {
  const { sql, type } = writer.columns.get(leaf.field) ?? { sql: `field ${leaf.field}`, type: 'string' };
  switch (leaf.kind) {
    case 'isNull':
      return `(${sql} IS NULL)`;
    case 'isNotNull':
      return `(${sql} IS NOT NULL)`;
    case 'startsWith':
      return `(${sql} LIKE ${quoted(`${leaf.prefix.replaceAll(/[\\%_]/g, '\\$&')}%`)})`;
    case 'compare':
      return `(${sql} ${leaf.op} ${literal(writer.text, type, leaf.value)})`;
    case 'in': {
      const values = leaf.values.slice(0, listedValues).map((value) => literal(writer.text, type, value));
      const more = leaf.values.length > listedValues ? `, … ${leaf.values.length - listedValues} more` : '';
      return `(${sql} IN (${values.join(', ')}${more}))`;
    }
  }
}

function literal(text: TextFormatter, type: Type, value: IcebergValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return String(value);
  if (typeof type === 'object') {
    return type.kind === 'decimal' ? formatDecimal(BigInt(value as bigint), type.scale) : bytesText(value);
  }
  switch (type) {
    case 'int':
    case 'long':
      return String(value as number | bigint);
    case 'float':
    case 'double': {
      const number = text(OID.float8, value as number);
      return /^-?\d/.test(number) ? number : `${quoted(number)}::float8`;
    }
    case 'date':
      return `date ${quoted(text(OID.date, Number(value)))}`;
    case 'time':
      return `time ${quoted(text(OID.time, BigInt(value as bigint)))}`;
    case 'timestamp':
      return `timestamp ${quoted(text(OID.timestamp, BigInt(value as bigint)))}`;
    case 'timestamptz':
      return `timestamptz ${quoted(text(OID.timestamptz, BigInt(value as bigint)))}`;
    case 'uuid':
      return `uuid ${quoted(uuidText(value as Uint8Array))}`;
    default:
      return bytesText(value);
  }
}

function bytesText(value: NonNullable<IcebergValue>): string {
  return value instanceof Uint8Array ? `'\\x${Buffer.from(value).toString('hex')}'` : quoted(String(value));
}

function uuidText(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function columnsOf(schema: Schema): ReadonlyMap<number, Column> {
  const columns = new Map<number, Column>();
  const visit = (fields: readonly NestedField[], prefix: string) => {
    for (const { id, name, type } of fields) {
      const sql = `${prefix}${identifier(name)}`;
      columns.set(id, { sql, type });
      if (typeof type === 'object' && type.kind === 'struct') visit(type.fields, `(${sql}).`);
    }
  };
  visit(schema.fields, '');
  return columns;
}

function identifier(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/**
 * The Iceberg type of a Postgres column. Pure; the other direction, and the table of both, is in postgres-type-of.ts.
 */
import { notSupported, type SqlError } from '../base/sql-error.ts';
import type { Type } from '../iceberg/iceberg.ts';
import { OID, elementOidOf } from '../pgtype/oid.ts';

/** A column as Postgres defines it. */
export type TypedColumn = { readonly name?: string; readonly typeOid: number; readonly typmod: number };

/**
 * The Iceberg type of a column of a new table. `nextId` gives field ids to list elements. Raises 0A000 for types that
 * Iceberg cannot hold exactly, with what to use instead. The length of varchar(n) and the precision of timestamp(p)
 * are not part of it: see `declaredTypeMatters`.
 */
export function icebergTypeOf(column: TypedColumn, nextId: () => number): Type {
  const elementOid = elementOidOf(column.typeOid);
  if (elementOid !== undefined) {
    const elementId = nextId();
    const element = icebergTypeOf({ ...column, typeOid: elementOid }, nextId);
    return { kind: 'list', elementId, element, elementRequired: false };
  }
  const simple = SIMPLE.get(column.typeOid);
  if (simple !== undefined) return simple;
  if (column.typeOid === OID.numeric) return decimalOf(column);
  throw refused(column, HINTS.get(column.typeOid) ?? 'Use text, or a type that Iceberg has.');
}

const SIMPLE: ReadonlyMap<number, Type> = new Map<number, Type>([
  [OID.bool, 'boolean'],
  [OID.int2, 'int'],
  [OID.int4, 'int'],
  [OID.int8, 'long'],
  [OID.float4, 'float'],
  [OID.float8, 'double'],
  [OID.date, 'date'],
  [OID.time, 'time'],
  [OID.timestamp, 'timestamp'],
  [OID.timestamptz, 'timestamptz'],
  [OID.text, 'string'],
  [OID.varchar, 'string'],
  [OID.bpchar, 'string'],
  [OID.uuid, 'uuid'],
  [OID.bytea, 'binary'],
]);

const HINTS: ReadonlyMap<number, string> = new Map<number, string>([
  [OID.json, 'Use text and cast it to json where you read it.'],
  [OID.jsonb, 'Use text and cast it to jsonb where you read it.'],
  [OID.interval, 'Use bigint for a number of seconds or days, or text.'],
  [OID.timetz, 'Use time, or timestamptz.'],
  [OID.money, 'Use numeric(19, 2).'],
  [OID.oid, 'Use bigint.'],
]);

const MAX_DECIMAL_PRECISION = 38;

function decimalOf(column: TypedColumn): Type {
  const declared = numericTypmod(column.typmod);
  const hint = `Give it a precision of at most ${MAX_DECIMAL_PRECISION} and a scale, e.g. numeric(18, 2): Iceberg decimals have one scale for all rows.`;
  if (declared === undefined) throw refused(column, hint, 'numeric without precision');
  const { precision, scale } = declared;
  if (precision > MAX_DECIMAL_PRECISION || scale < 0 || scale > precision) {
    throw refused(column, hint, `numeric(${precision},${scale})`);
  }
  return { kind: 'decimal', precision, scale };
}

/** Precision and scale in a numeric's typmod (numeric.c); undefined without one. The scale may be negative. */
export function numericTypmod(typmod: number): { readonly precision: number; readonly scale: number } | undefined {
  if (typmod < 4) return undefined;
  const packed = typmod - 4;
  return { precision: (packed >> 16) & 0xffff, scale: ((packed & 0x7ff) ^ 1024) - 1024 };
}

/**
 * Whether the declared Postgres type says more than the Iceberg type keeps: varchar(n), char(n), timestamp(p). The
 * table property `bergwire.type.<field id>` remembers it, and the mirror then declares it again.
 */
export function declaredTypeMatters({ typeOid, typmod }: TypedColumn): boolean {
  const oid = elementOidOf(typeOid) ?? typeOid;
  if (oid === OID.varchar || oid === OID.bpchar) return true;
  return typmod >= 0 && (oid === OID.time || oid === OID.timestamp || oid === OID.timestamptz);
}

function refused(column: TypedColumn, hint: string, type = `type with oid ${column.typeOid}`): SqlError {
  const named = TYPE_NAMES.get(column.typeOid) ?? type;
  const what = type.startsWith('type with oid') ? named : type;
  return notSupported(column.name === undefined ? `type ${what}` : `column "${column.name}" of type ${what}`, hint);
}

const TYPE_NAMES: ReadonlyMap<number, string> = new Map<number, string>(
  Object.entries(OID).map(([name, oid]) => [oid, name]),
);

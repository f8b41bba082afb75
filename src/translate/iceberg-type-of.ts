/**
 * The Iceberg type of a Postgres column. Pure; the other direction, and the table of both, is in postgres-type-of.ts.
 */
import { notSupported, type SqlError } from '../base/sql-error.ts';
import type { Type } from '../iceberg/iceberg.ts';
import { OID, elementOidOf } from '../pgtype/oid.ts';
import { storedType } from './stored-type.ts';

/** A column as Postgres defines it; `dimensions` of an array as declared (Postgres takes any of one type). */
export type TypedColumn = {
  readonly name?: string;
  readonly typeOid: number;
  readonly typmod: number;
  readonly dimensions?: number;
};

/**
 * The Iceberg type of a column of a new table. `nextId` gives field ids to list elements; an array of several
 * dimensions is a list of lists. Raises 0A000 for types that have no form there, with what to use instead. What the
 * Iceberg type does not say is remembered: see `declaredTypeMatters`.
 */
export function icebergTypeOf(column: TypedColumn, nextId: () => number): Type {
  const elementOid = elementOidOf(column.typeOid);
  if (elementOid !== undefined) {
    const elementId = nextId();
    const { dimensions = 1 } = column;
    const inner = dimensions > 1 ? { ...column, dimensions: dimensions - 1 } : { ...column, typeOid: elementOid };
    const element = icebergTypeOf(inner, nextId);
    return { kind: 'list', elementId, element, elementRequired: false };
  }
  const simple = SIMPLE.get(column.typeOid);
  if (simple !== undefined) return simple;
  const stored = storedType(column.typeOid);
  if (stored !== undefined) return stored;
  if (column.typeOid === OID.numeric) return decimalOf(column);
  throw refused(column, 'Use text, or a type that Iceberg has.');
}

const SIMPLE: ReadonlyMap<number, Type> = new Map<number, Type>([
  [OID.bool, 'boolean'],
  [OID.int4, 'int'],
  [OID.int8, 'long'],
  [OID.float4, 'float'],
  [OID.float8, 'double'],
  [OID.date, 'date'],
  [OID.time, 'time'],
  [OID.timestamp, 'timestamp'],
  [OID.timestamptz, 'timestamptz'],
  [OID.text, 'string'],
  [OID.uuid, 'uuid'],
  [OID.bytea, 'binary'],
]);

const MAX_DECIMAL_PRECISION = 38;

/** Iceberg decimals have one scale for all rows, and at most 38 digits; other numerics are stored as text. */
function isDecimal({ precision, scale }: { readonly precision: number; readonly scale: number }): boolean {
  return precision <= MAX_DECIMAL_PRECISION && scale >= 0 && scale <= precision;
}

function decimalOf(column: TypedColumn): Type {
  const declared = numericTypmod(column.typmod);
  return declared === undefined || !isDecimal(declared) ? 'string' : { kind: 'decimal', ...declared };
}

/** Precision and scale in a numeric's typmod (numeric.c); undefined without one. The scale may be negative. */
export function numericTypmod(typmod: number): { readonly precision: number; readonly scale: number } | undefined {
  if (typmod < 4) return undefined;
  const packed = typmod - 4;
  return { precision: (packed >> 16) & 0xffff, scale: ((packed & 0x7ff) ^ 1024) - 1024 };
}

/**
 * Whether the declared Postgres type says more than the Iceberg type keeps: types that Iceberg does not have
 * (stored-type.ts), typmods, dimensions. The table property `bergwire.type.<field id>` remembers it, and the mirror then
 * declares it again.
 */
export function declaredTypeMatters({ typeOid, typmod, dimensions = 0 }: TypedColumn): boolean {
  const oid = elementOidOf(typeOid) ?? typeOid;
  if (storedType(oid) !== undefined || dimensions > 1) return true;
  if (oid === OID.numeric) return !isDecimal(numericTypmod(typmod) ?? { precision: Infinity, scale: 0 });
  return typmod >= 0 && (oid === OID.time || oid === OID.timestamp || oid === OID.timestamptz);
}

function refused(column: TypedColumn, hint: string): SqlError {
  const type = TYPE_NAMES.get(column.typeOid) ?? `with oid ${column.typeOid}`;
  return notSupported(column.name === undefined ? `type ${type}` : `column "${column.name}" of type ${type}`, hint);
}

const TYPE_NAMES: ReadonlyMap<number, string> = new Map<number, string>(
  Object.entries(OID).map(([name, oid]) => [oid, name]),
);

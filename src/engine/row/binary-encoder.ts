import duckdb from '@duckdb/node-bindings';
import type { Vector } from '@duckdb/node-bindings';
import { binaryDate, binaryTimestamp, encodeBinary, encodeNumeric } from '../../pgtype/encode-binary.ts';
import { decodeIntervalText } from '../../pgtype/decode-interval-text.ts';
import { decodeText } from '../../pgtype/decode-text.ts';
import { OID } from '../../pgtype/oid.ts';
import type { PgNumeric, PgValue } from '../../pgtype/pgtype.ts';
import { MAX_NUMERIC_SCALE, writeNumeric } from '../../pgtype/write-numeric.ts';
import { typeMismatch } from '../errors.ts';
import { AS_TEXT } from './as-text.ts';
import type { EngineType } from './engine-type.ts';
import type { FieldEncoder } from './field-encoder.ts';
import { closeField, writeNull } from './field-encoder.ts';
import { integerVector } from './integer-vector.ts';
import { mismatch, textEncoder } from './text-encoder.ts';
import type { EncodeContext } from './encode-context.ts';
import { valueVector } from './value-vector.ts';
import { isNull, validityOf } from './validity.ts';
import { vectorBytes } from './vector-bytes.ts';
import type { Validity } from './validity.ts';

const { Type } = duckdb;
const INTEGERS: ReadonlyMap<number, 2 | 4 | 8> = new Map([
  [OID.int2, 2],
  [OID.int4, 4],
  [OID.oid, 4],
  [OID.int8, 8],
]);

/** Binary format of one column that holds `type`, as Postgres sends type `oid`. Nested types are not here. */
export function binaryEncoder(column: number, type: EngineType, oid: number, context: EncodeContext): FieldEncoder {
  const integerBytes = INTEGERS.get(oid);
  const integers = integerVector(type);
  if (integerBytes !== undefined && integers !== undefined && type.kind === 'scalar') {
    return fixedBinary(column, integerBytes, integers.load, (view, at, row) => {
      if (integerBytes === 8 && integers.isSafe(row)) setLong(view, at, integers.number(row));
      else if (integerBytes === 8) view.setBigInt64(at, integers.bigint(row));
      else if (integerBytes === 4) view.setInt32(at, integers.number(row));
      else view.setInt16(at, integers.number(row));
    });
  }
  if (type.kind === 'scalar' && type.id === Type.VARCHAR && AS_TEXT.has(oid)) {
    return textEncoder(column, type, oid, context);
  }
  if (type.kind === 'scalar' && type.id === Type.SQLNULL) return textEncoder(column, type, oid, context);
  if (oid === OID.numeric && type.kind === 'decimal' && type.scale <= MAX_NUMERIC_SCALE)
    return decimalBinary(column, type, type.scale);
  return (type.kind === 'scalar' ? scalarBinary(column, type.id, oid) : undefined) ?? valueBinary(column, type, oid);
}

function fixedBinary(
  column: number,
  bytes: number,
  load: (vector: Vector, rowCount: number) => void,
  put: (view: DataView, at: number, row: number) => void,
): FieldEncoder {
  let validity: Validity = null;
  let view = new DataView(new ArrayBuffer(0)) as DataView;
  return {
    load: (vectors, rowCount) => {
      validity = validityOf(vectors[column]!, rowCount);
      load(vectors[column]!, rowCount);
      return rowCount * (4 + bytes);
    },
    write: (out, at, row) => {
      if (isNull(validity, row)) return writeNull(out, at);
      if (view.buffer !== out.buffer) view = new DataView(out.buffer, out.byteOffset, out.byteLength);
      put(view, at + 4, row);
      return closeField(out, at, at + 4 + bytes);
    },
  };
}

/** A whole number below 2^53 in magnitude, as 8 bytes. */
function setLong(view: DataView, at: number, value: number): void {
  const high = Math.floor(value / 4_294_967_296);
  view.setInt32(at, high);
  view.setUint32(at + 4, value - high * 4_294_967_296);
}

/** The pairs of types that are sent straight from the vector; undefined for others. */
function scalarBinary(column: number, type: number, oid: number): FieldEncoder | undefined {
  if (type === Type.DOUBLE && oid === OID.float8) return doubleBinary(column);
  if (type === Type.DATE && oid === OID.date) return dateBinary(column);
  if (type === Type.TIMESTAMP && oid === OID.timestamp) return timestampBinary(column);
  if (type === Type.TIMESTAMP_TZ && oid === OID.timestamptz) return timestampBinary(column);
  return type === Type.BOOLEAN && oid === OID.bool ? booleanBinary(column) : undefined;
}

function booleanBinary(column: number): FieldEncoder {
  let flags: Uint8Array = new Uint8Array(0);
  return fixedBinary(
    column,
    1,
    (vector, rowCount) => {
      flags = vectorBytes(vector, rowCount, 1);
    },
    (view, at, row) => view.setUint8(at, flags[row] === 0 ? 0 : 1),
  );
}

/** Postgres' marks for the infinities are those of DuckDB but for the negative one, which is one less. */
function dateBinary(column: number): FieldEncoder {
  let days: Int32Array = new Int32Array(0);
  return fixedBinary(
    column,
    4,
    (vector, rowCount) => {
      const { buffer, byteOffset } = vectorBytes(vector, rowCount, 4);
      days = new Int32Array(buffer, byteOffset, rowCount);
    },
    (view, at, row) => {
      const value = days[row]!;
      view.setInt32(at, binaryDate(value === 0x7fffffff ? Infinity : value === -0x7fffffff ? -Infinity : value));
    },
  );
}

/** Microseconds since 1970 in two halves; safe where they and their distance to 2000 are exact numbers. */
function timestampBinary(column: number): FieldEncoder {
  let halves: Int32Array = new Int32Array(0);
  return fixedBinary(
    column,
    8,
    (vector, rowCount) => {
      const { buffer, byteOffset } = vectorBytes(vector, rowCount, 8);
      halves = new Int32Array(buffer, byteOffset, rowCount * 2);
    },
    (view, at, row) => {
      const high = halves[2 * row + 1]!;
      const low = halves[2 * row]! >>> 0;
      if (high >= -0x100000 && high < 0x100000) setLong(view, at, high * 4_294_967_296 + low - EPOCH_MICROS);
      else view.setBigInt64(at, binaryTimestamp((BigInt(high) << 32n) | BigInt(low)));
    },
  );
}

/** 1970 to 2000. */
const EPOCH_MICROS = 946_684_800_000_000;

/** Decimals of a scale up to MAX_NUMERIC_SCALE, shown with `displayScale` digits after the point, which are no fewer. */
export function decimalBinary(
  column: number,
  type: EngineType & { readonly kind: 'decimal' },
  displayScale: number,
): FieldEncoder {
  const { scale } = type;
  const integers = integerVector(type)!;
  let validity: Validity = null;
  return {
    load: (vectors, rowCount) => {
      validity = validityOf(vectors[column]!, rowCount);
      integers.load(vectors[column]!, rowCount);
      return rowCount * DECIMAL_BYTES;
    },
    write: (out, at, row) => {
      if (isNull(validity, row)) return writeNull(out, at);
      if (integers.isSafe(row))
        return closeField(out, at, writeNumeric(out, at + 4, integers.number(row), scale, displayScale));
      const unscaled = integers.bigint(row) * 10n ** BigInt(displayScale - scale);
      const bytes = encodeNumeric({ kind: 'numeric', unscaled, scale: displayScale });
      out.set(bytes, at + 4);
      return closeField(out, at, at + 4 + bytes.length);
    },
  };
}

/** The length word, the head, and the ten base-10,000 digits of 38 decimal ones, one more around the point. */
const DECIMAL_BYTES = 4 + 8 + 2 * 11;

function doubleBinary(column: number): FieldEncoder {
  let values: Float64Array = new Float64Array(0);
  return fixedBinary(
    column,
    8,
    (vector, rowCount) => {
      const { buffer, byteOffset } = vectorBytes(vector, rowCount, 8);
      values = new Float64Array(buffer, byteOffset, rowCount);
    },
    (view, at, row) => view.setFloat64(at, values[row]!),
  );
}

/** Value by value, made when the chunk is loaded. */
function valueBinary(column: number, type: EngineType, oid: number): FieldEncoder {
  if (type.kind !== 'scalar' && type.kind !== 'decimal') return mismatch(column, type.kind, oid);
  const values = valueVector(type);
  return preparedBinary(column, values.load, (row) => {
    const value = values.value(row);
    return value === null ? null : binaryValue(value, type, oid);
  });
}

/** The bytes of a value of the engine as type `oid`; XX000 where the two do not go together. */
export function binaryValue(given: Exclude<PgValue, null>, type: EngineType, oid: number): Uint8Array {
  const value = fromText(given, oid);
  if (!fits(value, oid)) throw typeMismatch(type.kind === 'scalar' ? type.name : type.kind, oid);
  switch (oid) {
    case OID.numeric:
      return encodeBinary(oid, asNumeric(value));
    case OID.int2:
    case OID.int4:
    case OID.oid:
      return encodeBinary(oid, Number(value));
    case OID.int8:
      return encodeBinary(oid, BigInt(value as number));
    default:
      return encodeBinary(oid, value);
  }
}

/** Numerics of any size, and what files hold as text, come as the text that Postgres prints. */
export function fromText(value: Exclude<PgValue, null>, oid: number): Exclude<PgValue, null> {
  if (typeof value !== 'string' || (oid !== OID.numeric && oid !== OID.interval)) return value;
  return (oid === OID.numeric ? decodeText(oid, value) : decodeIntervalText(value)) ?? value;
}

function asNumeric(value: Exclude<PgValue, null>): PgNumeric {
  return typeof value === 'number' || typeof value === 'bigint'
    ? { kind: 'numeric', unscaled: BigInt(value), scale: 0 }
    : (value as PgNumeric);
}

function fits(value: Exclude<PgValue, null>, oid: number): boolean {
  switch (oid) {
    case OID.bool:
      return typeof value === 'boolean';
    case OID.int2:
    case OID.int4:
    case OID.int8:
    case OID.oid:
      return typeof value === 'number' || typeof value === 'bigint';
    case OID.numeric:
      return typeof value === 'bigint' || Number.isInteger(value) || isKind(value, 'numeric');
    case OID.float4:
    case OID.float8:
    case OID.date:
      return typeof value === 'number';
    case OID.time:
    case OID.timestamp:
    case OID.timestamptz:
      return typeof value === 'bigint';
    case OID.interval:
      return isKind(value, 'interval');
    case OID.bytea:
      return value instanceof Uint8Array;
    default:
      return typeof value === 'string';
  }
}

function isKind(value: PgValue, kind: 'numeric' | 'interval'): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}

/** Byte strings made at load time. */
export function preparedBinary(
  column: number,
  load: (vector: Vector, rowCount: number) => void,
  bytesOf: (row: number) => Uint8Array | null,
): FieldEncoder {
  let values: (Uint8Array | null)[] = [];
  return {
    load: (vectors, rowCount) => {
      load(vectors[column]!, rowCount);
      values = Array.from({ length: rowCount }, (_, row) => bytesOf(row));
      return values.reduce((total, bytes) => total + 4 + (bytes?.length ?? 0), 0);
    },
    write: (out, at, row) => {
      const bytes = values[row]!;
      if (bytes === null) return writeNull(out, at);
      out.set(bytes, at + 4);
      return closeField(out, at, at + 4 + bytes.length);
    },
  };
}

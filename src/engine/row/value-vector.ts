import duckdb from '@duckdb/node-bindings';
import type { Vector } from '@duckdb/node-bindings';
import type { PgValue } from '../../pgtype/pgtype.ts';
import { unsupportedEngineType } from '../errors.ts';
import type { EngineType } from './engine-type.ts';
import { integerVector } from './integer-vector.ts';
import { StringVector } from './string-vector.ts';
import { isNull, validityOf } from './validity.ts';
import { vectorBytes } from './vector-bytes.ts';
import type { Validity } from './validity.ts';

const { Type } = duckdb;

/**
 * A vector as PgValues: integers up to 32 bits and dates (days, infinities) as numbers, wider ones, times and
 * timestamps (microseconds) as bigints, decimals as PgNumeric, bytes as Uint8Array (a view of the vector's memory).
 */
export type ValueVector = {
  readonly load: (vector: Vector, rowCount: number) => void;
  readonly value: (row: number) => PgValue;
};

/** Dates of this many days are infinite. */
const INFINITE_DAYS = 0x7fffffff;

/** Raises 0A000 for types that have no PgValue: nested ones, bit strings, times with zone, unions, enums. */
export function valueVector(type: EngineType): ValueVector {
  const read = reader(type);
  let validity: Validity = null;
  return {
    load: (vector, rowCount) => {
      validity = validityOf(vector, rowCount);
      read.load(vector, rowCount, validity);
    },
    value: (row) => (isNull(validity, row) ? null : read.value(row)),
  };
}

type Reader = {
  readonly load: (vector: Vector, rowCount: number, validity: Validity) => void;
  readonly value: (row: number) => PgValue;
};

function reader(type: EngineType): Reader {
  const integers = integerVector(type);
  if (integers !== undefined) {
    const load = integers.load;
    if (type.kind === 'decimal') {
      const { scale } = type;
      return { load, value: (row) => ({ kind: 'numeric', unscaled: integers.bigint(row), scale }) };
    }
    const isNarrow = type.kind === 'scalar' && NARROW.has(type.id);
    return { load, value: isNarrow ? integers.number : integers.bigint };
  }
  if (type.kind !== 'scalar') throw unsupportedEngineType(type.kind);
  switch (type.id) {
    case Type.BOOLEAN:
      return fixed(1, (view, at) => view.getUint8(at) !== 0);
    case Type.FLOAT:
      return fixed(4, (view, at) => view.getFloat32(at, true));
    case Type.DOUBLE:
      return fixed(8, (view, at) => view.getFloat64(at, true));
    case Type.DATE:
      return fixed(4, (view, at) => finiteDays(view.getInt32(at, true)));
    case Type.TIME:
    case Type.TIMESTAMP:
    case Type.TIMESTAMP_TZ:
      return fixed(8, (view, at) => view.getBigInt64(at, true));
    case Type.TIMESTAMP_S:
      return fixed(8, (view, at) => scaled(view.getBigInt64(at, true), 1_000_000n));
    case Type.TIMESTAMP_MS:
      return fixed(8, (view, at) => scaled(view.getBigInt64(at, true), 1000n));
    case Type.INTERVAL:
      return fixed(16, (view, at) => ({
        kind: 'interval',
        months: view.getInt32(at, true),
        days: view.getInt32(at + 4, true),
        micros: view.getBigInt64(at + 8, true),
      }));
    case Type.UUID:
      return fixed(16, uuidText);
    case Type.VARCHAR:
      return strings((bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
    case Type.BLOB:
      return strings((bytes) => bytes);
    case Type.SQLNULL:
      return { load: () => undefined, value: () => null };
    default:
      throw unsupportedEngineType(type.name);
  }
}

const NARROW = new Set<number>([
  Type.TINYINT,
  Type.SMALLINT,
  Type.INTEGER,
  Type.UTINYINT,
  Type.USMALLINT,
  Type.UINTEGER,
]);

function fixed(width: number, value: (view: DataView, at: number) => PgValue): Reader {
  let view = new DataView(new ArrayBuffer(0)) as DataView;
  return {
    load: (vector, rowCount) => {
      const bytes = vectorBytes(vector, rowCount, width);
      view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    },
    value: (row) => value(view, row * width),
  };
}

function strings(value: (bytes: Uint8Array) => PgValue): Reader {
  const vector = new StringVector();
  return {
    load: (source, rowCount, validity) => vector.load(source, rowCount, validity),
    value: (row) => value(vector.bytes(row)),
  };
}

function finiteDays(days: number): number {
  if (days === INFINITE_DAYS) return Infinity;
  return days === -INFINITE_DAYS ? -Infinity : days;
}

/** Infinities are the same number in every unit. */
function scaled(value: bigint, factor: bigint): bigint {
  return value === 0x7fffffffffffffffn || value === -0x7fffffffffffffffn ? value : value * factor;
}

/** A UUID is stored as a 128-bit integer, little-endian, its top bit flipped so that integers sort as bytes do. */
function uuidText(view: DataView, at: number): string {
  const high = (view.getBigUint64(at + 8, true) ^ 0x8000000000000000n).toString(16).padStart(16, '0');
  const low = view.getBigUint64(at, true).toString(16).padStart(16, '0');
  return `${high.slice(0, 8)}-${high.slice(8, 12)}-${high.slice(12)}-${low.slice(0, 4)}-${low.slice(4)}`;
}

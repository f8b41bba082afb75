import duckdb from '@duckdb/node-bindings';
import type { Vector } from '@duckdb/node-bindings';
import { OID } from '../../../pgtype/oid.ts';
import { isShape } from '../../../pgtype/text-only-type.ts';
import { MAX_NUMERIC_SCALE } from '../../../pgtype/write-numeric.ts';
import { AS_TEXT } from '../as-text.ts';
import type { EncodeContext } from '../encode-context.ts';
import type { EngineType } from '../engine-type.ts';
import { validityOf } from '../validity.ts';
import { vectorBytes } from '../vector-bytes.ts';
import type { RowKernels } from './row-kernels.ts';
import { stringColumn } from './string-column.ts';

/** A column of a chunk in the kernels' memory. Addresses: `sizes` and `places` have a 32-bit word for each row. */
export type LoadedColumn = {
  readonly measure: (sizes: number) => void;
  readonly put: (places: number, first: number, end: number) => void;
};

/** The `rowCount` values of a vector; undefined where some of them are out of the ordinary. */
export type KernelColumn = (
  kernels: RowKernels,
  vector: Vector,
  valid: number,
  rowCount: number,
) => LoadedColumn | undefined;

const { Type } = duckdb;
const MAX_TEXT_SCALE = 18;
/** 0001-01-01 to 9999-12-31, in days and microseconds since 1970. */
const FIRST_DAY = -719_162;
const LAST_DAY = 2_932_896;
const MICROS_PER_DAY = 86_400_000_000n;
const FIRST_MICROS = BigInt(FIRST_DAY) * MICROS_PER_DAY;
const LAST_MICROS = BigInt(LAST_DAY + 1) * MICROS_PER_DAY - 1n;
/** From 1970 to 2000. */
const EPOCH_DAYS = 10_957;
const EPOCH_MICROS = BigInt(EPOCH_DAYS) * MICROS_PER_DAY;

/** How the kernels write `type` as Postgres' type `oid`; undefined where they cannot. */
export function kernelColumn(
  type: EngineType,
  oid: number,
  format: 0 | 1,
  context: EncodeContext,
): KernelColumn | undefined {
  return format === 0 ? textColumn(type, oid, context) : binaryColumn(type, oid);
}

function textColumn(type: EngineType, oid: number, context: EncodeContext): KernelColumn | undefined {
  if (type.kind === 'decimal') return type.scale <= MAX_TEXT_SCALE ? numbers(type.bytes, type.scale) : undefined;
  if (type.kind !== 'scalar') return undefined;
  switch (type.id) {
    case Type.SMALLINT:
    case Type.INTEGER:
    case Type.BIGINT:
      return NOT_INTEGERS.has(oid) ? undefined : numbers(INTEGER_BYTES.get(type.id)!, 0);
    case Type.BOOLEAN:
      return booleans(116, 102);
    case Type.DOUBLE:
      return oid === OID.float8 && context.shortestFloats ? shortDoubles : undefined;
    case Type.DATE:
      return oid === OID.date && context.isoDates ? dates : undefined;
    case Type.TIMESTAMP:
    case Type.TIMESTAMP_TZ:
      if (oid === OID.timestamp && context.isoDates) return timestamps(0);
      return oid === OID.timestamptz && context.isoDates && context.utc ? timestamps(3) : undefined;
    case Type.VARCHAR:
      return isShape(oid) ? undefined : stringColumn;
    default:
      return undefined;
  }
}

function binaryColumn(type: EngineType, oid: number): KernelColumn | undefined {
  if (type.kind === 'decimal')
    return oid === OID.numeric && type.scale <= MAX_NUMERIC_SCALE ? numerics(type.bytes, type.scale) : undefined;
  if (type.kind !== 'scalar') return undefined;
  switch (type.id) {
    case Type.INTEGER:
      if (oid === OID.int2) return words16;
      if (oid === OID.int4 || oid === OID.oid) return words32(0);
      return oid === OID.int8 ? words64(0n, 4) : undefined;
    case Type.BIGINT:
      return oid === OID.int8 ? words64(0n, 8) : undefined;
    case Type.BOOLEAN:
      return oid === OID.bool ? booleans(1, 0) : undefined;
    case Type.DOUBLE:
      return oid === OID.float8 ? words64(0n, 8) : undefined;
    case Type.DATE:
      return oid === OID.date ? words32(-EPOCH_DAYS, [FIRST_DAY, LAST_DAY]) : undefined;
    case Type.TIMESTAMP:
      return oid === OID.timestamp ? words64(-EPOCH_MICROS, 8, [FIRST_MICROS, LAST_MICROS]) : undefined;
    case Type.TIMESTAMP_TZ:
      return oid === OID.timestamptz ? words64(-EPOCH_MICROS, 8, [FIRST_MICROS, LAST_MICROS]) : undefined;
    case Type.VARCHAR:
      return AS_TEXT.has(oid) ? stringColumn : undefined;
    default:
      return undefined;
  }
}

const NOT_INTEGERS = new Set<number>([OID.float4, OID.float8, OID.bool]);
const INTEGER_BYTES: ReadonlyMap<number, 2 | 4 | 8> = new Map([
  [Type.SMALLINT, 2],
  [Type.INTEGER, 4],
  [Type.BIGINT, 8],
]);

/** The address of 64-bit integers. */
function longs(kernels: RowKernels, vector: Vector, rowCount: number, bytes: 2 | 4 | 8): number {
  const values = kernels.put(vectorBytes(vector, rowCount, bytes));
  if (bytes === 8) return values;
  const wide = kernels.reserve(rowCount * 8);
  (bytes === 4 ? kernels.run.widen32 : kernels.run.widen16)(values, wide, rowCount);
  return wide;
}

function numbers(bytes: 2 | 4 | 8 | 16, scale: number): KernelColumn | undefined {
  if (bytes === 16) return undefined;
  return (kernels, vector, valid, rowCount) => {
    const { run } = kernels;
    const values = longs(kernels, vector, rowCount, bytes);
    return {
      measure: (sizes) => run.measureNumbers(values, valid, sizes, rowCount, scale),
      put: (places, first, end) => run.putNumbers(values, valid, places, first, end, scale),
    };
  };
}

function numerics(bytes: 2 | 4 | 8 | 16, scale: number): KernelColumn | undefined {
  if (bytes === 16) return undefined;
  return (kernels, vector, valid, rowCount) => {
    const { run } = kernels;
    const values = longs(kernels, vector, rowCount, bytes);
    return {
      measure: (sizes) => run.measureNumerics(values, valid, sizes, rowCount, scale),
      put: (places, first, end) => run.putNumerics(values, valid, places, first, end, scale),
    };
  };
}

function booleans(yes: number, no: number): KernelColumn {
  return (kernels, vector, valid, rowCount) => {
    const values = kernels.put(vectorBytes(vector, rowCount, 1));
    return {
      measure: (sizes) => kernels.run.measureFixed(valid, sizes, rowCount, 1),
      put: (places, first, end) => kernels.run.putBooleans(values, valid, places, first, end, yes, no),
    };
  };
}

const words16: KernelColumn = (kernels, vector, valid, rowCount) => {
  const values = kernels.put(vectorBytes(vector, rowCount, 4));
  return {
    measure: (sizes) => kernels.run.measureFixed(valid, sizes, rowCount, 2),
    put: (places, first, end) => kernels.run.putWords16(values, valid, places, first, end),
  };
};

function words32(bias: number, within?: readonly [number, number]): KernelColumn {
  return (kernels, vector, valid, rowCount) => {
    const { run } = kernels;
    const values = kernels.put(vectorBytes(vector, rowCount, 4));
    if (within !== undefined && run.within32(values, valid, rowCount, ...within) === 0) return undefined;
    return {
      measure: (sizes) => run.measureFixed(valid, sizes, rowCount, 4),
      put: (places, first, end) => run.putWords32(values, valid, places, first, end, bias),
    };
  };
}

function words64(bias: bigint, bytes: 4 | 8, within?: readonly [bigint, bigint]): KernelColumn {
  return (kernels, vector, valid, rowCount) => {
    const { run } = kernels;
    const values = longs(kernels, vector, rowCount, bytes);
    if (within !== undefined && run.within64(values, valid, rowCount, ...within) === 0) return undefined;
    return {
      measure: (sizes) => run.measureFixed(valid, sizes, rowCount, 8),
      put: (places, first, end) => run.putWords64(values, valid, places, first, end, bias),
    };
  };
}

const shortDoubles: KernelColumn = (kernels, vector, valid, rowCount) => {
  const { run } = kernels;
  const values = kernels.put(vectorBytes(vector, rowCount, 8));
  if (run.shortDoubles(values, valid, rowCount) === 0) return undefined;
  return {
    measure: (sizes) => run.measureShort(values, valid, sizes, rowCount),
    put: (places, first, end) => run.putShort(values, valid, places, first, end),
  };
};

const dates: KernelColumn = (kernels, vector, valid, rowCount) => {
  const { run } = kernels;
  const values = kernels.put(vectorBytes(vector, rowCount, 4));
  if (run.within32(values, valid, rowCount, FIRST_DAY, LAST_DAY) === 0) return undefined;
  return {
    measure: (sizes) => run.measureFixed(valid, sizes, rowCount, 10),
    put: (places, first, end) => run.putDates(values, valid, places, first, end),
  };
};

function timestamps(suffixBytes: number): KernelColumn {
  return (kernels, vector, valid, rowCount) => {
    const { run } = kernels;
    const values = kernels.put(vectorBytes(vector, rowCount, 8));
    if (run.within64(values, valid, rowCount, FIRST_MICROS, LAST_MICROS) === 0) return undefined;
    return {
      measure: (sizes) => run.measureTimestamps(values, valid, sizes, rowCount, suffixBytes),
      put: (places, first, end) => run.putTimestamps(values, valid, places, first, end, suffixBytes),
    };
  };
}

/** The address of a vector's validity, 0 where no row is null. */
export function loadValidity(kernels: RowKernels, vector: Vector, rowCount: number): number {
  const validity = validityOf(vector, rowCount);
  return validity === null ? 0 : kernels.put(validity);
}

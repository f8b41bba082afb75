import duckdb from '@duckdb/node-bindings';
import type { Vector } from '@duckdb/node-bindings';
import type { EngineType } from './engine-type.ts';
import { vectorBytes } from './vector-bytes.ts';

const { Type } = duckdb;

/**
 * A vector of integers (or unscaled decimals) of any width. `number` is exact only where `isSafe` says so; `bigint`
 * always.
 */
export type IntegerVector = {
  readonly load: (vector: Vector, rowCount: number) => void;
  readonly isSafe: (row: number) => boolean;
  readonly number: (row: number) => number;
  readonly bigint: (row: number) => bigint;
  /** All numbers, undefined where one of them is not exact. Valid until the next chunk is loaded. */
  readonly numbers: (rowCount: number) => Float64Array | undefined;
};

/** Undefined for types that hold no integers. */
export function integerVector(type: EngineType): IntegerVector | undefined {
  if (type.kind === 'decimal') return byBytes(type.bytes, true);
  if (type.kind !== 'scalar') return undefined;
  switch (type.id) {
    case Type.TINYINT:
      return byBytes(1, true);
    case Type.SMALLINT:
      return byBytes(2, true);
    case Type.INTEGER:
      return byBytes(4, true);
    case Type.BIGINT:
      return byBytes(8, true);
    case Type.HUGEINT:
      return byBytes(16, true);
    case Type.UTINYINT:
      return byBytes(1, false);
    case Type.USMALLINT:
      return byBytes(2, false);
    case Type.UINTEGER:
      return byBytes(4, false);
    case Type.UBIGINT:
      return byBytes(8, false);
    case Type.UHUGEINT:
      return byBytes(16, false);
    default:
      return undefined;
  }
}

function byBytes(bytes: 1 | 2 | 4 | 8 | 16, signed: boolean): IntegerVector {
  if (bytes <= 4) return narrow(bytes as 1 | 2 | 4, signed);
  return bytes === 8 ? wide(signed) : huge(signed);
}

function narrow(bytes: 1 | 2 | 4, signed: boolean): IntegerVector {
  let values: ArrayLike<number> = [];
  let doubles = new Float64Array(0);
  return {
    load: (vector, rowCount) => {
      const { buffer, byteOffset } = vectorBytes(vector, rowCount, bytes);
      if (bytes === 1)
        values = signed ? new Int8Array(buffer, byteOffset, rowCount) : new Uint8Array(buffer, byteOffset, rowCount);
      else if (bytes === 2)
        values = signed ? new Int16Array(buffer, byteOffset, rowCount) : new Uint16Array(buffer, byteOffset, rowCount);
      else
        values = signed ? new Int32Array(buffer, byteOffset, rowCount) : new Uint32Array(buffer, byteOffset, rowCount);
    },
    isSafe: () => true,
    number: (row) => values[row]!,
    bigint: (row) => BigInt(values[row]!),
    numbers: (rowCount) => {
      if (doubles.length < rowCount) doubles = new Float64Array(rowCount);
      for (let row = 0; row < rowCount; row++) doubles[row] = values[row]!;
      return doubles;
    },
  };
}

/** High halves within these bounds make numbers below 2^53. */
const SAFE_HIGH = 0x200000;

function wide(signed: boolean): IntegerVector {
  let halves = new Int32Array(0) as Int32Array;
  let doubles = new Float64Array(0);
  const high = (row: number): number => (signed ? halves[2 * row + 1]! : halves[2 * row + 1]! >>> 0);
  return {
    load: (vector, rowCount) => {
      const bytes = vectorBytes(vector, rowCount, 8);
      halves = new Int32Array(bytes.buffer, bytes.byteOffset, rowCount * 2);
    },
    isSafe: (row) => {
      const top = high(row);
      return top >= -SAFE_HIGH && top < SAFE_HIGH;
    },
    number: (row) => high(row) * 4_294_967_296 + (halves[2 * row]! >>> 0),
    bigint: (row) => (BigInt(high(row)) << 32n) | BigInt(halves[2 * row]! >>> 0),
    numbers: (rowCount) => {
      if (doubles.length < rowCount) doubles = new Float64Array(rowCount);
      for (let row = 0; row < rowCount; row++) {
        const top = high(row);
        if (top < -SAFE_HIGH || top >= SAFE_HIGH) return undefined;
        doubles[row] = top * 4_294_967_296 + (halves[2 * row]! >>> 0);
      }
      return doubles;
    },
  };
}

function huge(signed: boolean): IntegerVector {
  let words = new Int32Array(0) as Int32Array;
  let longs = new BigUint64Array(0) as BigUint64Array;
  return {
    load: (vector, rowCount) => {
      const bytes = vectorBytes(vector, rowCount, 16);
      words = new Int32Array(bytes.buffer, bytes.byteOffset, rowCount * 4);
      longs = new BigUint64Array(bytes.buffer, bytes.byteOffset, rowCount * 2);
    },
    isSafe: (row) => {
      const top = words[4 * row + 1]!;
      const sign = words[4 * row + 3]!;
      return (
        sign === words[4 * row + 2]! &&
        (top >= 0 ? sign === 0 && top < SAFE_HIGH : sign === -1 && top >= -SAFE_HIGH && signed)
      );
    },
    number: (row) => words[4 * row + 1]! * 4_294_967_296 + (words[4 * row]! >>> 0),
    bigint: (row) => {
      const high = longs[2 * row + 1]!;
      return ((signed ? BigInt.asIntN(64, high) : high) << 64n) | longs[2 * row]!;
    },
    numbers: () => undefined,
  };
}

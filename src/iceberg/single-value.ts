/**
 * Single values as bytes (spec Appendix D): bounds of columns and of partition summaries.
 */
import type { IcebergValue, Type } from './iceberg.ts';

const microsPerDay = 86_400_000_000n;

/**
 * The value of `bytes` in the terms of `type`. A bound written before the column was promoted keeps its old width, which is
 * told by its length: int in a long, float in a double, date in a timestamp. Undefined where the bytes can't be a
 * value of the type; invalid UTF-8 is replaced, so compare strings as bytes.
 */
export function decodeSingleValue(type: Type, bytes: Uint8Array): IcebergValue | undefined {
  if (typeof type === 'object') {
    if (type.kind === 'decimal') return bytes.length === 0 ? undefined : decodeTwosComplement(bytes);
    if (type.kind === 'fixed') return bytes.length === type.length ? bytes : undefined;
    return undefined;
  }
  switch (type) {
    case 'boolean':
      return bytes.length === 1 ? bytes[0] !== 0 : undefined;
    case 'int':
    case 'date': {
      const value = decodeInteger(bytes);
      return value === undefined ? undefined : Number(value);
    }
    case 'long':
    case 'time':
      return decodeInteger(bytes);
    case 'timestamp':
    case 'timestamptz':
      return decodeTimestamp(bytes, microsPerDay);
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return decodeTimestamp(bytes, microsPerDay * 1000n);
    case 'float':
    case 'double':
      if (bytes.length === 4) return viewOf(bytes).getFloat32(0, true);
      return bytes.length === 8 ? viewOf(bytes).getFloat64(0, true) : undefined;
    case 'string':
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
    case 'uuid':
      return bytes.length === 16 ? bytes : undefined;
    case 'binary':
      return bytes;
    default:
      return undefined;
  }
}

/** The bytes of a value that is in the terms of `type`. Raises RangeError for types that have no single-value form. */
export function encodeSingleValue(type: Type, value: NonNullable<IcebergValue>): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  if (typeof value === 'boolean') return Uint8Array.of(value ? 1 : 0);
  if (typeof type === 'object') {
    if (type.kind === 'decimal') return encodeTwosComplement(BigInt(value));
    throw new RangeError(`no single-value form for type ${type.kind}`);
  }
  switch (type) {
    case 'int':
    case 'date':
      return fixedWidth(4, (view) => view.setInt32(0, Number(value), true));
    case 'long':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return fixedWidth(8, (view) => view.setBigInt64(0, BigInt(value), true));
    case 'float':
      return fixedWidth(4, (view) => view.setFloat32(0, Number(value), true));
    case 'double':
      return fixedWidth(8, (view) => view.setFloat64(0, Number(value), true));
    default:
      throw new RangeError(`no single-value form for a ${typeof value} of type ${type}`);
  }
}

/**
 * A value as `type` has it, where it may have been written before the column was promoted to `type` (int to long, date to
 * timestamp): partition values in manifests keep the type they were written with.
 */
export function promoteValue(type: Type, value: IcebergValue): IcebergValue {
  switch (type) {
    case 'long':
    case 'time':
      return typeof value === 'number' ? BigInt(value) : value;
    case 'timestamp':
    case 'timestamptz':
      return typeof value === 'number' ? BigInt(value) * microsPerDay : value;
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return typeof value === 'number' ? BigInt(value) * microsPerDay * 1000n : value;
    case 'int':
    case 'date':
      return typeof value === 'bigint' ? Number(value) : value;
    default:
      return typeof value === 'number' && typeof type === 'object' && type.kind === 'decimal' ? BigInt(value) : value;
  }
}

/** Minimal two's complement, big-endian: the form of decimals in bounds and in the bucket hash. */
export function encodeTwosComplement(value: bigint): Uint8Array {
  const magnitude = value < 0n ? -value - 1n : value;
  const bits = magnitude === 0n ? 0 : magnitude.toString(2).length;
  const bytes = new Uint8Array((bits >> 3) + 1);
  let rest = value;
  for (let at = bytes.length - 1; at >= 0; at--) {
    bytes[at] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

/** Two's complement, big-endian, any length from 1. */
export function decodeTwosComplement(bytes: Uint8Array): bigint {
  let value = BigInt((bytes[0]! << 24) >> 24);
  for (let at = 1; at < bytes.length; at++) value = (value << 8n) | BigInt(bytes[at]!);
  return value;
}

function decodeInteger(bytes: Uint8Array): bigint | undefined {
  if (bytes.length === 8) return viewOf(bytes).getBigInt64(0, true);
  return bytes.length === 4 ? BigInt(viewOf(bytes).getInt32(0, true)) : undefined;
}

function decodeTimestamp(bytes: Uint8Array, unitsPerDay: bigint): bigint | undefined {
  const value = decodeInteger(bytes);
  return value !== undefined && bytes.length === 4 ? value * unitsPerDay : value;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function fixedWidth(length: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length);
  write(new DataView(bytes.buffer));
  return bytes;
}

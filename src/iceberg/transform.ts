/**
 * Partition and sort transforms (spec: Partition Transforms) applied to values. Null gives null under every transform.
 */
import { notSupported } from '../base/sql-error.ts';
import { civilFromDays } from '../base/civil-date.ts';
import type { IcebergValue, Transform, Type } from './iceberg.ts';
import { murmur3 } from './murmur3.ts';
import { encodeTwosComplement } from './single-value.ts';

/**
 * The transform of a value that is in the terms of `type`, in the terms of `transformResultType`. Times are floored,
 * before 1970 too; timestamptz is taken in UTC. Raises 0A000 for a transform that is not known, TypeError for a type
 * that the transform does not accept.
 */
export function applyTransform(transform: Transform, type: Type, value: IcebergValue): IcebergValue {
  if (transform.kind === 'unknown') throw unknownTransform(transform.text);
  if (value === null || transform.kind === 'void') return null;
  if (!transformAccepts(transform, type)) {
    throw new TypeError(`transform ${transform.kind} does not apply to ${JSON.stringify(type)}`);
  }
  switch (transform.kind) {
    case 'identity':
      return value;
    case 'bucket':
      return bucketOf(transform.buckets, type, value);
    case 'truncate':
      return truncate(transform.width, type, value);
    case 'year':
      return civilFromDays(dayOf(type, value)).year - 1970;
    case 'month': {
      const { year, month } = civilFromDays(dayOf(type, value));
      return (year - 1970) * 12 + month - 1;
    }
    case 'day':
      return dayOf(type, value);
    case 'hour':
      return Number(floorDivide(BigInt(value as bigint), unitsPerSecond(type) * 3600n));
  }
}

/** The type of a transform's results: of a partition field, by the type of its source column. */
export function transformResultType(transform: Transform, type: Type): Type {
  switch (transform.kind) {
    case 'identity':
    case 'truncate':
    case 'void':
      return type;
    case 'day':
      return 'date';
    case 'bucket':
    case 'year':
    case 'month':
    case 'hour':
      return 'int';
    case 'unknown':
      // What the specification asks readers to take it for.
      return 'string';
  }
}

/** Whether columns of `type` can be a transform's source. */
export function transformAccepts(transform: Transform, type: Type): boolean {
  const name = typeof type === 'string' ? type : type.kind;
  switch (transform.kind) {
    case 'void':
      return true;
    case 'identity':
      return !['struct', 'list', 'map', 'variant', 'geometry', 'geography'].includes(name);
    case 'bucket':
      return bucketTypes.includes(name);
    case 'truncate':
      return ['int', 'long', 'decimal', 'string', 'binary'].includes(name);
    case 'year':
    case 'month':
    case 'day':
      return name === 'date' || name.startsWith('timestamp');
    case 'hour':
      return name.startsWith('timestamp');
    case 'unknown':
      return false;
  }
}

const bucketTypes =
  'int long decimal date time timestamp timestamptz timestamp_ns timestamptz_ns string uuid fixed binary'.split(' ');

function bucketOf(buckets: number, type: Type, value: NonNullable<IcebergValue>): number {
  return (murmur3(hashedBytes(type, value)) & 0x7fffffff) % buckets;
}

/** Appendix B: integers of every kind hash as 8 bytes, so that a promotion keeps its bucket. */
function hashedBytes(type: Type, value: NonNullable<IcebergValue>): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  if (typeof type === 'object' && type.kind === 'decimal') return encodeTwosComplement(BigInt(value));
  const nanos = type === 'timestamp_ns' || type === 'timestamptz_ns';
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, nanos ? floorDivide(BigInt(value), 1000n) : BigInt(value), true);
  return bytes;
}

function truncate(width: number, type: Type, value: NonNullable<IcebergValue>): IcebergValue {
  switch (typeof value) {
    // The least integers wrap around as in other engines, so that equal values keep sharing a partition.
    case 'number':
      return (value - (((value % width) + width) % width)) | 0;
    case 'bigint': {
      const step = BigInt(width);
      const floor = value - (((value % step) + step) % step);
      return type === 'long' ? BigInt.asIntN(64, floor) : floor;
    }
    case 'string':
      return truncateText(width, value);
    default:
      return value instanceof Uint8Array ? value.subarray(0, width) : value;
  }
}

/** The first `width` code points; JavaScript counts in halves of surrogate pairs. */
function truncateText(width: number, text: string): string {
  if (text.length <= width) return text;
  let end = 0;
  for (let count = 0; count < width && end < text.length; count++) end += text.codePointAt(end)! > 0xffff ? 2 : 1;
  return text.slice(0, end);
}

function dayOf(type: Type, value: NonNullable<IcebergValue>): number {
  if (type === 'date') return Number(value);
  return Number(floorDivide(BigInt(value as bigint), unitsPerSecond(type) * 86_400n));
}

function unitsPerSecond(type: Type): bigint {
  return type === 'timestamp_ns' || type === 'timestamptz_ns' ? 1_000_000_000n : 1_000_000n;
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value < 0n && quotient * by !== value ? quotient - 1n : quotient;
}

function unknownTransform(text: string) {
  return notSupported(`partition transform "${text}"`, 'Write the table with an engine that knows the transform.');
}

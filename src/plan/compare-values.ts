import type { IcebergValue, Type } from '../iceberg/iceberg.ts';
import { decodeSingleValue, promoteValue } from '../iceberg/single-value.ts';

/** A value in a form that `compareValues` orders as PostgreSQL does: text as its UTF-8 bytes. */
export type Comparable = boolean | number | bigint | Uint8Array;

/** The comparable form of a value of a column of `type`, which may have been written before the column was promoted. */
export function comparableValue(type: Type, value: NonNullable<IcebergValue>): Comparable {
  const promoted = promoteValue(type, value)!;
  return typeof promoted === 'string' ? Buffer.from(promoted, 'utf8') : promoted;
}

/** A bound in comparable form; undefined where it says nothing: NaN (old writers), bytes of no value of the type. */
export function comparableBound(type: Type, bytes: Uint8Array | undefined): Comparable | undefined {
  if (bytes === undefined) return undefined;
  // Not decoded: a bound may end within a character, and bytes order as code points do.
  if (type === 'string') return bytes;
  const value = decodeSingleValue(type, bytes);
  return value === undefined || Number.isNaN(value) ? undefined : (value as Comparable);
}

/** Negative, zero or positive. NaN equals NaN and is above everything, -0 equals 0, bytes compare unsigned. */
export function compareValues(left: Comparable, right: Comparable): number {
  if (left instanceof Uint8Array) return Buffer.compare(left, right as Uint8Array);
  if (left < right) return -1;
  if (left > right) return 1;
  if (Number.isNaN(left)) return Number.isNaN(right) ? 0 : 1;
  return Number.isNaN(right) ? -1 : 0;
}

import type { IcebergValue } from '../../iceberg/iceberg.ts';

type Value = NonNullable<IcebergValue>;

/** A lower bound of at most `length` code points or bytes: a prefix. Other values stay whole. */
export function truncatedLower(value: Value, length: number): Value {
  if (typeof value === 'string') return Array.from(value).slice(0, length).join('');
  return value instanceof Uint8Array ? value.subarray(0, length) : value;
}

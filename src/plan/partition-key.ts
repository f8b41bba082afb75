import type { IcebergValue } from '../iceberg/iceberg.ts';

/**
 * A text that two files share where their partitions are the same: same spec and same values. Integers are the same
 * in every width, NaN is itself, -0 is another than 0.
 */
export function partitionKey(specId: number, partition: readonly IcebergValue[]): string {
  return partition.reduce<string>((key, value) => `${key}/${valueKey(value)}`, String(specId));
}

function valueKey(value: IcebergValue): string {
  if (value === null) return 'null';
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString('hex')}`;
  // Quoted, so that no text looks like two values.
  if (typeof value === 'string') return JSON.stringify(value);
  return Object.is(value, -0) ? '-0' : String(value);
}

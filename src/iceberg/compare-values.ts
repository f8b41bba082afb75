import type { IcebergValue } from './iceberg.ts';

/**
 * The order of bounds (spec: Appendix D): numbers with -0 before +0, text by UTF-8 bytes, bytes unsigned, false before
 * true. Both values are of one type and neither is null or NaN.
 */
export function compareValues(a: NonNullable<IcebergValue>, b: NonNullable<IcebergValue>): number {
  if (a instanceof Uint8Array) return Buffer.compare(a, b as Uint8Array);
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b as string, 'utf8'));
  if (a === b) return a === 0 ? Math.sign(1 / a - 1 / (b as number)) || 0 : 0;
  return a < (b as typeof a) ? -1 : 1;
}

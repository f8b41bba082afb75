import type { Vector } from '@duckdb/node-bindings';
import type { ColumnEncoder } from './column-encoder.ts';

/**
 * Writes one column of DataRow messages. For every chunk `load` is called first; it returns an upper bound in bytes
 * (length words included) of all the chunk's values together. `write` puts the 4-byte length and the value at `at`
 * and returns the place after it.
 */
export type FieldEncoder = {
  readonly load: (vectors: readonly Vector[], rowCount: number) => number;
  readonly write: (out: Uint8Array, at: number, row: number) => number;
  /** All values of the loaded chunk at once, where this type can and these values allow it. */
  readonly column?: (rowCount: number) => ColumnEncoder | undefined;
};

/** -1 as a 4-byte length. */
export function writeNull(out: Uint8Array, at: number): number {
  out[at] = 255;
  out[at + 1] = 255;
  out[at + 2] = 255;
  out[at + 3] = 255;
  return at + 4;
}

/** Puts the length of a value that was written from `start + 4` up to `end` in front of it. */
export function closeField(out: Uint8Array, start: number, end: number): number {
  const length = end - start - 4;
  out[start] = length >>> 24;
  out[start + 1] = (length >>> 16) & 255;
  out[start + 2] = (length >>> 8) & 255;
  out[start + 3] = length & 255;
  return end;
}

import duckdb from '@duckdb/node-bindings';
import type { Vector } from '@duckdb/node-bindings';

/** Which rows of a vector are not null: a view of its memory, valid while the chunk lives. */
export type Validity = Uint8Array | null;

/** One bit a row, or null where all are valid. */
export function validityOf(vector: Vector, rowCount: number): Validity {
  // The mask consists of 64-bit words.
  const bytes = duckdb.vector_get_validity(vector, Math.ceil(rowCount / 64) * 8) as Uint8Array | null;
  return bytes === null || bytes.byteLength === 0 ? null : bytes;
}

export function isNull(validity: Validity, row: number): boolean {
  return validity !== null && ((validity[row >> 3]! >> (row & 7)) & 1) === 0;
}

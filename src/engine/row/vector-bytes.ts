import duckdb from '@duckdb/node-bindings';
import type { Vector } from '@duckdb/node-bindings';

/** The values of a vector, `width` bytes each: a view of its memory, valid while the chunk lives. */
export function vectorBytes(vector: Vector, rowCount: number, width: number): Uint8Array {
  return duckdb.vector_get_data(vector, rowCount * width);
}

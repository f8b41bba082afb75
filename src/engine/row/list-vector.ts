import duckdb from '@duckdb/node-bindings';
import type { Vector } from '@duckdb/node-bindings';
import { isNull, validityOf } from './validity.ts';
import type { Validity } from './validity.ts';
import { vectorBytes } from './vector-bytes.ts';

/** Offsets and lengths of a vector of lists (or maps); elements are in its child vector. */
export class ListVector {
  #validity: Validity = null;
  #entries: BigUint64Array = new BigUint64Array(0);

  load(vector: Vector, rowCount: number, element: { load(vector: Vector, rowCount: number): void }): void {
    this.#validity = validityOf(vector, rowCount);
    const { buffer, byteOffset } = vectorBytes(vector, rowCount, 16);
    this.#entries = new BigUint64Array(buffer, byteOffset, rowCount * 2);
    element.load(duckdb.list_vector_get_child(vector), duckdb.list_vector_get_size(vector));
  }

  range(row: number): { readonly start: number; readonly length: number } | null {
    if (isNull(this.#validity, row)) return null;
    return { start: Number(this.#entries[2 * row]!), length: Number(this.#entries[2 * row + 1]!) };
  }
}

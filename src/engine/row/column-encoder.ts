import type { Vector } from '@duckdb/node-bindings';
import type { FieldEncoder } from './field-encoder.ts';

/**
 * Writes one column of a chunk's DataRow messages in two passes over its rows: how long every value is, and the values
 * at their places. A loop over one type is several times faster than one that meets another type at each step.
 */
export type ColumnEncoder = {
  /** Adds the exact size of each row's field, its length word included, to `sizes`. */
  readonly measure: (sizes: Int32Array, rowCount: number) => void;
  /** Writes the fields of rows `first` to `end` - 1 at their places and moves the places behind them. */
  readonly put: (out: Uint8Array, places: Int32Array, first: number, end: number) => void;
};

/** Loads a chunk's column; answers how to write it, which may differ from chunk to chunk. */
export type ColumnLoader = (vectors: readonly Vector[], rowCount: number) => ColumnEncoder;

/** The column by its own loops where it has them, else value by value: into scratch memory, and from there. */
export function columnLoader(field: FieldEncoder): ColumnLoader {
  let scratch: Uint8Array = new Uint8Array(0);
  let ends = new Int32Array(0);
  const throughScratch: ColumnEncoder = {
    measure: (sizes, rowCount) => {
      let start = 0;
      for (let row = 0; row < rowCount; row++) {
        const end = ends[row]!;
        sizes[row]! += end - start;
        start = end;
      }
    },
    put: (out, places, first, end) => {
      let from = first === 0 ? 0 : ends[first - 1]!;
      for (let row = first; row < end; row++) {
        const to = ends[row]!;
        const at = places[row]!;
        if (to - from > LONG_BYTES) out.set(scratch.subarray(from, to), at);
        else for (let i = from; i < to; i++) out[at + i - from] = scratch[i]!;
        places[row] = at + to - from;
        from = to;
      }
    },
  };
  return (vectors, rowCount) => {
    const bound = field.load(vectors, rowCount);
    const own = field.column?.(rowCount);
    if (own !== undefined) return own;
    if (scratch.length < bound) scratch = new Uint8Array(bound + (bound >> 2));
    if (ends.length < rowCount) ends = new Int32Array(rowCount);
    let at = 0;
    for (let row = 0; row < rowCount; row++) ends[row] = at = field.write(scratch, at, row);
    return throughScratch;
  };
}

/** From here on a copy by the system is faster than one byte after the other. */
const LONG_BYTES = 100;

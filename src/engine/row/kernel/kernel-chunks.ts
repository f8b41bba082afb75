import type { Vector } from '@duckdb/node-bindings';
import type { RowFormat } from '../../engine.ts';
import type { ColumnLoader } from '../column-encoder.ts';
import type { EncodeContext } from '../encode-context.ts';
import type { EngineType } from '../engine-type.ts';
import type { RowBuffers } from '../row-buffers.ts';
import { kernelColumn, loadValidity } from './kernel-column.ts';
import type { KernelColumn, LoadedColumn } from './kernel-column.ts';
import type { KernelsOnDemand } from './kernels-on-demand.ts';
import type { RowKernels } from './row-kernels.ts';

/** 'D', the message's length, the number of fields. */
const HEADER_BYTES = 7;
/** Below so many rows the calls cost more than they save. */
const FEWEST_ROWS = 128;
/** Rows whose messages stay in the processor's nearest cache while their columns are written one after the other. */
const BLOCK_ROWS = 128;
/** Larger chunks would make the kernels' memory large for good. */
const MAX_CHUNK_BYTES = 32 * 1024 * 1024;

/** What is put in a column's place: by the kernels, or by JavaScript into the kernels' memory. */
type Column = { readonly kernel: KernelColumn; readonly vector: number } | undefined;

/** Encodes chunks of many rows as DataRow messages in the kernels' memory. */
export class KernelChunks {
  readonly #source: KernelsOnDemand;
  readonly #buffers: RowBuffers;
  readonly #columns: readonly Column[];
  readonly #others: readonly ColumnLoader[];
  readonly #isWorthIt: boolean;

  /** `others` write the columns that the kernels cannot. */
  constructor(
    source: KernelsOnDemand,
    buffers: RowBuffers,
    types: readonly EngineType[],
    format: RowFormat,
    context: EncodeContext,
    others: readonly ColumnLoader[],
  ) {
    this.#source = source;
    this.#buffers = buffers;
    this.#others = others;
    this.#columns = format.encodings.map((encoding, i) => {
      if (encoding.kind !== 'plain') return undefined;
      const { column: vector } = encoding;
      const kernel = kernelColumn(types[vector]!, format.fields[i]!.typeOid, format.formats[i] ?? 0, context);
      return kernel && { kernel, vector };
    });
    this.#isWorthIt = this.#columns.some((column) => column !== undefined);
  }

  /** The messages of the first `rowCount` rows; undefined where the kernels are of no use. */
  encode(vectors: readonly Vector[], rowCount: number): Uint8Array<ArrayBuffer> | undefined {
    if (!this.#isWorthIt || rowCount < FEWEST_ROWS) return undefined;
    const kernels = this.#source.for(rowCount);
    if (kernels === undefined) return undefined;
    const { run } = kernels;
    kernels.clear();
    const places = kernels.reserve(rowCount * 4);
    const loaded = this.#columns.map((column, i) => this.#load(kernels, column, vectors, rowCount, this.#others[i]!));
    words(kernels, places, rowCount).fill(HEADER_BYTES);
    for (const column of loaded) column.measure(places);
    const sizeBytes = run.total(places, rowCount);
    if (sizeBytes > MAX_CHUNK_BYTES) return undefined;
    const out = kernels.reserve(sizeBytes);
    run.begin(places, rowCount, out, loaded.length);
    for (let first = 0; first < rowCount; first += BLOCK_ROWS) {
      const end = Math.min(first + BLOCK_ROWS, rowCount);
      for (const column of loaded) column.put(places, first, end);
    }
    const rows = this.#buffers.take(sizeBytes);
    rows.set(kernels.bytes.subarray(out, out + sizeBytes));
    return rows;
  }

  #load(
    kernels: RowKernels,
    column: Column,
    vectors: readonly Vector[],
    rowCount: number,
    other: ColumnLoader,
  ): LoadedColumn {
    if (column !== undefined) {
      const vector = vectors[column.vector]!;
      const loaded = column.kernel(kernels, vector, loadValidity(kernels, vector, rowCount), rowCount);
      if (loaded !== undefined) return loaded;
    }
    const { measure, put } = other(vectors, rowCount);
    return {
      measure: (sizes) => measure(words(kernels, sizes, rowCount), rowCount),
      put: (places, first, end) => put(kernels.bytes, words(kernels, places, rowCount), first, end),
    };
  }
}

function words(kernels: RowKernels, address: number, count: number): Int32Array {
  return new Int32Array(kernels.bytes.buffer, address, count);
}

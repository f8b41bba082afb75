import duckdb from '@duckdb/node-bindings';
import type { DataChunk, Vector } from '@duckdb/node-bindings';
import type { ResultEncoding } from '../../pgtype/pgtype.ts';
import type { RowFormat } from '../engine.ts';
import { binaryEncoder } from './binary-encoder.ts';
import { encodeContext } from './encode-context.ts';
import type { EncodeContext } from './encode-context.ts';
import type { EngineType } from './engine-type.ts';
import { columnLoader } from './column-encoder.ts';
import type { ColumnLoader } from './column-encoder.ts';
import type { FieldEncoder } from './field-encoder.ts';
import { KernelChunks } from './kernel/kernel-chunks.ts';
import type { KernelsOnDemand } from './kernel/kernels-on-demand.ts';
import { nestedEncoder } from './nested-encoder.ts';
import { numericEncoder } from './numeric-encoder.ts';
import { RowBuffers } from './row-buffers.ts';
import { textEncoder } from './text-encoder.ts';

/** 'D', the message's length, the number of fields. */
const HEADER_BYTES = 7;
const DATA_ROW = 68;
/** Rows whose messages stay in the processor's nearest cache while their columns are written one after the other. */
const BLOCK_ROWS = 64;

/**
 * Encodes chunks of a result as DataRow messages. One scratch buffer is grown to the largest batch and used again;
 * what `take` returns is a copy of exact size with a buffer of its own. Chunks of many rows are encoded by `kernels`
 * where these are given.
 */
export class RowEncoder {
  readonly #columns: readonly ColumnLoader[];
  readonly #columnCount: number;
  readonly #buffers: RowBuffers;
  readonly #chunks: KernelChunks | undefined;
  #out: Uint8Array = new Uint8Array(0);
  /** Of each row of a chunk: first its size, then where its next field goes. */
  #places = new Int32Array(0);
  #end = 0;
  /** Rows before those in `#out`. */
  #whole: Uint8Array<ArrayBuffer>[] = [];
  #wholeBytes = 0;
  #rowCount = 0;

  constructor(types: readonly EngineType[], format: RowFormat, buffers = new RowBuffers(), kernels?: KernelsOnDemand) {
    this.#buffers = buffers;
    const context = encodeContext(format.settings);
    this.#columnCount = types.length;
    this.#columns = format.encodings.map((encoding, i) =>
      columnLoader(fieldEncoder(encoding, types, format.fields[i]!.typeOid, format.formats[i] ?? 0, context)),
    );
    this.#chunks = kernels && new KernelChunks(kernels, buffers, types, format, context, this.#columns);
  }

  get byteLength(): number {
    return this.#wholeBytes + this.#end;
  }

  /** Adds the first `rowCount` rows of a chunk. */
  add(chunk: DataChunk, rowCount: number): void {
    const vectors = Array.from({ length: this.#columnCount }, (_, i) => duckdb.data_chunk_get_vector(chunk, i));
    this.#rowCount += rowCount;
    const encoded = this.#chunks?.encode(vectors, rowCount);
    if (encoded !== undefined) this.#append(encoded);
    else this.#encode(vectors, rowCount);
  }

  #encode(vectors: readonly Vector[], rowCount: number): void {
    if (this.#places.length < rowCount) this.#places = new Int32Array(rowCount);
    const places = this.#places.fill(HEADER_BYTES, 0, rowCount);
    const columns = this.#columns.map((load) => load(vectors, rowCount));
    for (const column of columns) column.measure(places, rowCount);
    this.#begin(places, rowCount);
    for (let first = 0; first < rowCount; first += BLOCK_ROWS) {
      const end = Math.min(first + BLOCK_ROWS, rowCount);
      for (const column of columns) column.put(this.#out, places, first, end);
    }
  }

  #append(rows: Uint8Array<ArrayBuffer>): void {
    this.#close();
    this.#whole.push(rows);
    this.#wholeBytes += rows.length;
  }

  /** What is in the scratch buffer becomes a whole of its own. */
  #close(): void {
    if (this.#end === 0) return;
    const rows = this.#buffers.take(this.#end);
    rows.set(this.#out.subarray(0, this.#end));
    this.#whole.push(rows);
    this.#wholeBytes += this.#end;
    this.#end = 0;
  }

  /** Writes the rows' headers; sizes become the places of the first fields. */
  #begin(sizes: Int32Array, rowCount: number): void {
    let total = 0;
    for (let row = 0; row < rowCount; row++) total += sizes[row]!;
    this.#reserve(total);
    const out = this.#out;
    const fieldCount = this.#columns.length;
    let at = this.#end;
    for (let row = 0; row < rowCount; row++) {
      const length = sizes[row]! - 1;
      out[at] = DATA_ROW;
      out[at + 1] = length >>> 24;
      out[at + 2] = (length >>> 16) & 255;
      out[at + 3] = (length >>> 8) & 255;
      out[at + 4] = length & 255;
      out[at + 5] = fieldCount >>> 8;
      out[at + 6] = fieldCount & 255;
      sizes[row] = at + HEADER_BYTES;
      at += length + 1;
    }
    this.#end = at;
  }

  /** Everything added since the last call. */
  take(): { readonly bytes: Uint8Array<ArrayBuffer>; readonly rowCount: number } {
    this.#close();
    const [first, ...others] = this.#whole;
    const bytes = first !== undefined && others.length === 0 ? first : this.#joined();
    const rowCount = this.#rowCount;
    this.#whole = [];
    this.#wholeBytes = 0;
    this.#rowCount = 0;
    return { bytes, rowCount };
  }

  #joined(): Uint8Array<ArrayBuffer> {
    const rows = this.#buffers.take(this.#wholeBytes);
    let at = 0;
    for (const part of this.#whole) {
      rows.set(part, at);
      at += part.length;
    }
    return rows;
  }

  #reserve(extra: number): void {
    const needed = this.#end + extra;
    if (needed <= this.#out.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#out.length * 2));
    grown.set(this.#out.subarray(0, this.#end));
    this.#out = grown;
  }
}

function fieldEncoder(
  encoding: ResultEncoding,
  types: readonly EngineType[],
  oid: number,
  format: 0 | 1,
  context: EncodeContext,
): FieldEncoder {
  if (encoding.kind !== 'plain') return numericEncoder(encoding, types, format);
  const type = types[encoding.column]!;
  if (type.kind === 'list' || type.kind === 'struct' || type.kind === 'map') {
    return nestedEncoder(encoding.column, type, oid, format, context);
  }
  return format === 0
    ? textEncoder(encoding.column, type, oid, context)
    : binaryEncoder(encoding.column, type, oid, context);
}

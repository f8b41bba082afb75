import duckdb from '@duckdb/node-bindings';
import type { DataChunk } from '@duckdb/node-bindings';
import type { ResultEncoding } from '../../pgtype/pgtype.ts';
import type { RowFormat } from '../engine.ts';
import { binaryEncoder } from './binary-encoder.ts';
import { encodeContext } from './encode-context.ts';
import type { EncodeContext } from './encode-context.ts';
import type { EngineType } from './engine-type.ts';
import type { FieldEncoder } from './field-encoder.ts';
import { nestedEncoder } from './nested-encoder.ts';
import { numericEncoder } from './numeric-encoder.ts';
import { textEncoder } from './text-encoder.ts';

/** 'D', the message's length, the number of fields. */
const HEADER_BYTES = 7;
const DATA_ROW = 68;

/**
 * Encodes chunks of a result as DataRow messages. One scratch buffer is grown to the largest batch and used again;
 * what `take` returns is a copy of exact size with a buffer of its own.
 */
export class RowEncoder {
  readonly #fields: readonly FieldEncoder[];
  readonly #columnCount: number;
  #out: Uint8Array = Buffer.allocUnsafeSlow(64 * 1024);
  #end = 0;
  #rowCount = 0;

  constructor(types: readonly EngineType[], format: RowFormat) {
    const context = encodeContext(format.settings);
    this.#columnCount = types.length;
    this.#fields = format.encodings.map((encoding, i) =>
      fieldEncoder(encoding, types, format.fields[i]!.typeOid, format.formats[i] ?? 0, context),
    );
  }

  get byteLength(): number {
    return this.#end;
  }

  /** Adds the first `rowCount` rows of a chunk. */
  add(chunk: DataChunk, rowCount: number): void {
    const fields = this.#fields;
    const vectors = Array.from({ length: this.#columnCount }, (_, i) => duckdb.data_chunk_get_vector(chunk, i));
    let bound = rowCount * HEADER_BYTES;
    for (const field of fields) bound += field.load(vectors, rowCount);
    this.#reserve(bound);
    const out = this.#out;
    let at = this.#end;
    for (let row = 0; row < rowCount; row++) {
      const start = at;
      out[at] = DATA_ROW;
      out[at + 5] = fields.length >>> 8;
      out[at + 6] = fields.length & 255;
      at += HEADER_BYTES;
      for (let i = 0; i < fields.length; i++) at = fields[i]!.write(out, at, row);
      const length = at - start - 1;
      out[start + 1] = length >>> 24;
      out[start + 2] = (length >>> 16) & 255;
      out[start + 3] = (length >>> 8) & 255;
      out[start + 4] = length & 255;
    }
    this.#end = at;
    this.#rowCount += rowCount;
  }

  /** Everything added since the last call. */
  take(): { readonly bytes: Uint8Array<ArrayBuffer>; readonly rowCount: number } {
    const bytes = new Uint8Array(Buffer.allocUnsafeSlow(this.#end).buffer as ArrayBuffer);
    bytes.set(this.#out.subarray(0, this.#end));
    const rowCount = this.#rowCount;
    this.#end = 0;
    this.#rowCount = 0;
    return { bytes, rowCount };
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

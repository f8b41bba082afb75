import { badFormat } from './errors.ts';
import { BATCH_ROWS, FIELD } from './field-batch.ts';
import type { FieldBatch, FieldReader } from './field-batch.ts';

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const HEADER_BYTES = 19;
const HAS_OIDS = 1 << 16;

/** The binary format (PostgreSQL, "COPY", Binary Format). */
export class BinaryReader implements FieldReader {
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #atEnd = false;
  #headerDue = true;
  #trailer = false;
  #done = false;
  #line = 0;

  get line(): number {
    return this.#line;
  }

  push(bytes: Uint8Array): void {
    if (this.#done) return;
    const left = this.#bytes.subarray(this.#at);
    this.#bytes = left.length === 0 ? bytes : Buffer.concat([left, bytes]);
    this.#at = 0;
  }

  end(): void {
    this.#atEnd = true;
  }

  read(batch: FieldBatch): boolean {
    batch.clear(this.#bytes);
    if (this.#headerDue && !this.#readHeader(batch)) return false;
    while (batch.rowCount < BATCH_ROWS && !this.#done) {
      const next = this.#readRow(batch, batch.rowCount);
      if (batch.failure !== undefined) {
        batch.lines[batch.rowCount] = this.#line + 1;
        this.#done = true;
        return false;
      }
      if (next === undefined) return false;
      this.#line++;
      batch.lines[batch.rowCount] = this.#line;
      batch.rowCount++;
      this.#at = next;
    }
    return !this.#done;
  }

  unescape(bytes: Uint8Array, start: number, end: number): Uint8Array {
    return bytes.subarray(start, end);
  }

  #readHeader(batch: FieldBatch): boolean {
    const bytes = this.#bytes;
    const seen = Math.min(bytes.length, SIGNATURE.length);
    if (
      !SIGNATURE.subarray(0, seen).equals(bytes.subarray(0, seen)) ||
      (this.#atEnd && bytes.length < SIGNATURE.length)
    )
      return this.#fail(batch, -1, 'COPY file signature not recognized');
    if (bytes.length < HEADER_BYTES) {
      if (!this.#atEnd) return false;
      return this.#fail(batch, -1, `invalid COPY file header (missing ${bytes.length < 15 ? 'flags' : 'length'})`);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const flags = view.getInt32(11);
    if ((flags & HAS_OIDS) !== 0) return this.#fail(batch, -1, 'invalid COPY file header (WITH OIDS)');
    if (flags >>> 16 !== 0) return this.#fail(batch, -1, 'unrecognized critical flags in COPY file header');
    const extension = view.getInt32(15);
    if (extension < 0) return this.#fail(batch, -1, 'invalid COPY file header (missing length)');
    if (bytes.length < HEADER_BYTES + extension)
      return this.#atEnd && this.#fail(batch, -1, 'invalid COPY file header (wrong length)');
    this.#at = HEADER_BYTES + extension;
    this.#headerDue = false;
    return true;
  }

  /** Where the row ends; undefined where it is not whole, or there is none. */
  #readRow(batch: FieldBatch, row: number): number | undefined {
    const bytes = this.#bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = this.#at;
    if (this.#trailer) {
      if (at < bytes.length) this.#fail(batch, -1, 'received copy data after EOF marker');
      return undefined;
    }
    if (at + 2 > bytes.length) {
      if (this.#atEnd && at < bytes.length) this.#fail(batch, -1, 'unexpected EOF in COPY data');
      return undefined;
    }
    const count = view.getInt16(at);
    at += 2;
    if (count === -1) {
      this.#trailer = true;
      this.#at = at;
      if (at < bytes.length) this.#fail(batch, -1, 'received copy data after EOF marker');
      return undefined;
    }
    if (count !== batch.width) return this.#failed(batch, -1, `row field count is ${count}, expected ${batch.width}`);
    for (let column = 0; column < count; column++) {
      if (at + 4 > bytes.length) return this.#partial(batch, column);
      const length = view.getInt32(at);
      at += 4;
      const place = column * BATCH_ROWS + row;
      batch.kinds[place] = length === -1 ? FIELD.null : FIELD.plain;
      if (length === -1) continue;
      if (length < 0) return this.#failed(batch, column, 'invalid field size');
      if (at + length > bytes.length) return this.#partial(batch, column);
      batch.starts[place] = at;
      batch.ends[place] = at + length;
      at += length;
    }
    return at;
  }

  #partial(batch: FieldBatch, column: number): undefined {
    if (this.#atEnd) this.#fail(batch, column, 'unexpected EOF in COPY data');
    return undefined;
  }

  #failed(batch: FieldBatch, column: number, message: string): undefined {
    this.#fail(batch, column, message);
    return undefined;
  }

  #fail(batch: FieldBatch, column: number, message: string): false {
    batch.failure = { row: batch.rowCount, column, error: badFormat(message) };
    batch.failureHasText = false;
    return false;
  }
}

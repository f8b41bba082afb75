import type { SqlError } from '../base/sql-error.ts';
import { badFormat } from './errors.ts';
import { BATCH_ROWS, FIELD } from './field-batch.ts';
import type { FieldBatch, FieldReader } from './field-batch.ts';
import { LineEnds } from './line-ends.ts';
import { unescapeCsv } from './unescape-csv.ts';
import { unescapeText } from './unescape-text.ts';
import { checkHeader } from './check-header.ts';

/** Plain data. `quote` and `escape` are -1 for text. */
export type DelimitedFormat = {
  readonly delimiter: number;
  readonly nullText: Uint8Array;
  readonly quote: number;
  readonly escape: number;
  readonly header: 'none' | 'line' | 'match';
  readonly names: readonly string[];
};

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BACKSLASH = 0x5c;
const DOT = 0x2e;

/** How a row was left: whole, not yet whole, or nothing more to read. */
type RowEnd = 'row' | 'partial' | 'end';

/** Text and CSV (CopyReadLineText, CopyReadAttributesText, CopyReadAttributesCSV). */
export class DelimitedReader implements FieldReader {
  readonly #format: DelimitedFormat;
  readonly #csv: boolean;
  readonly #ends: LineEnds;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #atEnd = false;
  /** The end marker was met, or the stream failed. */
  #done = false;
  #line = 0;
  /** Quotes or backslashes of the field that is being read, and line ends within its quotes. */
  #marked = 0;
  #embedded = 0;
  #headerDue: boolean;

  constructor(format: DelimitedFormat) {
    this.#format = format;
    this.#csv = format.quote !== -1;
    this.#ends = new LineEnds(this.#csv);
    this.#headerDue = format.header !== 'none';
  }

  get line(): number {
    return this.#line;
  }

  push(bytes: Uint8Array): void {
    if (this.#done) return;
    const left = this.#bytes.length - this.#at;
    if (left === 0) {
      this.#bytes = bytes;
    } else {
      const joined = new Uint8Array(left + bytes.length);
      joined.set(this.#bytes.subarray(this.#at));
      joined.set(bytes, left);
      this.#bytes = joined;
    }
    this.#at = 0;
  }

  end(): void {
    this.#atEnd = true;
  }

  read(batch: FieldBatch): boolean {
    batch.clear(this.#bytes);
    if (this.#headerDue && !this.#readHeader(batch)) return false;
    while (batch.rowCount < BATCH_ROWS && !this.#done) {
      const before = this.#line;
      this.#line++;
      const end = this.#readRow(batch, batch.rowCount);
      if (batch.failure !== undefined) {
        this.#done = true;
        batch.lines[batch.rowCount] = this.#line;
        return false;
      }
      if (end === 'row') {
        batch.lines[batch.rowCount] = this.#line;
        batch.rowCount++;
        continue;
      }
      this.#line = before;
      if (end === 'end') this.#done = true;
      return false;
    }
    return !this.#done;
  }

  unescape(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const { quote, escape } = this.#format;
    return this.#csv ? unescapeCsv(bytes, start, end, quote, escape) : unescapeText(bytes, start, end);
  }

  #readHeader(batch: FieldBatch): boolean {
    const { header, names } = this.#format;
    this.#line = 1;
    const wide = { row: 0, fields: [] as (string | null)[] };
    const end = this.#readRow(batch, 0, (start, stop, kind) => {
      if (kind === FIELD.null) return wide.fields.push(null);
      const value =
        kind === FIELD.escaped ? this.unescape(this.#bytes, start, stop) : this.#bytes.subarray(start, stop);
      return wide.fields.push(Buffer.from(value).toString('utf8'));
    });
    if (end === 'partial') this.#line = 0;
    if (end === 'end') this.#done = true;
    const wrong =
      header === 'match' && end === 'row' ? checkHeader(wide.fields, names, this.#format.nullText) : undefined;
    if (wrong !== undefined) this.#fail(batch, 0, wrong, true);
    if (batch.failure !== undefined) {
      batch.lines[0] = 1;
      this.#done = true;
    }
    this.#headerDue = end === 'partial';
    return end === 'row' && batch.failure === undefined;
  }

  /** One row from `#at`, which is moved behind it where it is whole. */
  #readRow(batch: FieldBatch, row: number, onField?: (start: number, end: number, kind: number) => void): RowEnd {
    const bytes = this.#bytes;
    const { delimiter, quote } = this.#format;
    const csv = this.#csv;
    const length = bytes.length;
    const first = this.#at;
    let at = first;
    let start = at;
    let column = 0;
    this.#marked = 0;
    this.#embedded = 0;
    while (at < length) {
      const byte = bytes[at]!;
      if (byte === delimiter) {
        this.#field(batch, row, column, start, at, onField);
        column++;
        start = ++at;
      } else if (byte === NEWLINE || byte === RETURN) {
        const width = this.#ends.width(bytes, at, this.#atEnd);
        if (width === 'partial') return 'partial';
        if (width === 'wrong') return this.#fail(batch, row, this.#ends.error, false);
        this.#field(batch, row, column, start, at, onField);
        return this.#finish(batch, row, column + 1, first, at, at + width);
      } else if (csv && byte === quote) {
        at = this.#afterQuoted(at + 1);
        if (at === -1) return this.#unterminated(batch, row, first);
      } else if (byte === BACKSLASH && (!csv || at === first)) {
        const marker = this.#marker(bytes, at);
        if (marker === 'partial') return 'partial';
        if (marker === 'wrong') return this.#fail(batch, row, this.#ends.error, false);
        if (marker === 'marker') {
          this.#done = true;
          if (at === first) return 'end';
          break;
        }
        if (!csv) this.#marked++;
        at += csv || at + 1 >= length ? 1 : 2;
      } else {
        at++;
      }
    }
    if (!this.#done && !this.#atEnd) return 'partial';
    if (at === first) return 'end';
    this.#field(batch, row, column, start, at, onField);
    return this.#finish(batch, row, column + 1, first, at, this.#done ? length : at);
  }

  /** What a backslash at `at` begins. */
  #marker(bytes: Uint8Array, at: number): 'marker' | 'data' | 'partial' | 'wrong' {
    if (at + 1 >= bytes.length) return this.#atEnd ? 'data' : 'partial';
    return bytes[at + 1] === DOT ? this.#ends.afterMarker(bytes, at + 2, this.#atEnd) : 'data';
  }

  /** The place after the quote that ends what begins at `at`, or -1. Line ends within count as lines. */
  #afterQuoted(from: number): number {
    const bytes = this.#bytes;
    const { quote, escape } = this.#format;
    const lineEnd = this.#ends.style === 'nl' ? NEWLINE : RETURN;
    this.#marked++;
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte === quote) {
        this.#marked++;
        return at + 1;
      }
      if (byte === lineEnd) this.#embedded++;
      if (byte === escape && (bytes[at + 1] === quote || bytes[at + 1] === escape)) at++;
    }
    return -1;
  }

  #unterminated(batch: FieldBatch, row: number, first: number): RowEnd {
    if (!this.#atEnd) return 'partial';
    batch.rowStarts[row] = first;
    batch.rowEnds[row] = this.#bytes.length;
    return this.#fail(batch, row, badFormat('unterminated CSV quoted field'), true);
  }

  #finish(batch: FieldBatch, row: number, count: number, first: number, end: number, next: number): RowEnd {
    this.#line += this.#embedded;
    this.#at = next;
    batch.rowStarts[row] = first;
    batch.rowEnds[row] = end;
    if (this.#headerDue) return 'row';
    if (count > batch.width && batch.width > 0)
      this.#fail(batch, row, badFormat('extra data after last expected column'), true);
    for (let column = count; column < batch.width; column++) batch.kinds[column * BATCH_ROWS + row] = FIELD.missing;
    return 'row';
  }

  #field(
    batch: FieldBatch,
    row: number,
    column: number,
    start: number,
    end: number,
    onField: ((start: number, end: number, kind: number) => void) | undefined,
  ): void {
    const marked = this.#marked;
    this.#marked = 0;
    if (column >= batch.width && onField === undefined) return;
    let from = start;
    let to = end;
    let kind: number = FIELD.plain;
    if (!(this.#csv && marked > 0) && this.#isNull(start, end)) kind = FIELD.null;
    else if (marked > 0) {
      const { quote } = this.#format;
      const plain =
        this.#csv &&
        marked === 2 &&
        this.#bytes[start] === quote &&
        this.#bytes[end - 1] === quote &&
        this.#format.escape === quote;
      if (plain) {
        from++;
        to--;
      } else kind = FIELD.escaped;
    }
    if (onField !== undefined) return onField(from, to, kind);
    const place = column * BATCH_ROWS + row;
    batch.starts[place] = from;
    batch.ends[place] = to;
    batch.kinds[place] = kind;
  }

  #isNull(start: number, end: number): boolean {
    const { nullText } = this.#format;
    if (end - start !== nullText.length) return false;
    for (let i = 0; i < nullText.length; i++) if (this.#bytes[start + i] !== nullText[i]) return false;
    return true;
  }

  #fail(batch: FieldBatch, row: number, error: SqlError, hasText: boolean): RowEnd {
    batch.failure = { row, column: -1, error };
    batch.failureHasText = hasText;
    return 'row';
  }
}

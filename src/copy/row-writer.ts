import type { CopyOptions } from './copy.ts';

/** How DataRow messages become CopyData messages; plain data. */
export type CopyRowFormat =
  | { readonly kind: 'binary' }
  | { readonly kind: 'text'; readonly delimiter: number; readonly nullText: Uint8Array }
  | {
      readonly kind: 'csv';
      readonly delimiter: number;
      readonly nullText: Uint8Array;
      readonly quote: number;
      readonly escape: number;
      /** By column. */
      readonly forceQuote: readonly boolean[];
    };

/** Whole DataRow messages to as many CopyData messages (PostgreSQL, CopyOneRowTo). */
export type CopyRowWriter = (rows: Uint8Array) => Uint8Array<ArrayBuffer>;

const COPY_DATA = 0x64;
const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;
/** What `\` is followed by for the control characters from \b to \r. */
const CONTROL = Uint8Array.from(Buffer.from('btnvfr'));
const FIRST_CONTROL = 8;

export function copyRowFormat(options: CopyOptions, names: readonly string[]): CopyRowFormat {
  if (options.format !== 'text' && options.format !== 'csv') return { kind: 'binary' };
  const delimiter = options.delimiter.charCodeAt(0);
  const nullText = Uint8Array.from(Buffer.from(options.nullText));
  if (options.format === 'text') return { kind: 'text', delimiter, nullText };
  const { forceQuote } = options;
  return {
    kind: 'csv',
    delimiter,
    nullText,
    quote: options.quote.charCodeAt(0),
    escape: options.escape.charCodeAt(0),
    forceQuote: names.map((name) => forceQuote === '*' || forceQuote.includes(name)),
  };
}

export function copyRowWriter(format: CopyRowFormat): CopyRowWriter {
  switch (format.kind) {
    case 'binary':
      return binaryRows;
    case 'text':
      return delimitedRows(format, textField(format.delimiter));
    case 'csv':
      return delimitedRows(format, csvField(format));
  }
}

/** A tuple of the binary format is a DataRow's body: only the message's type is another. */
function binaryRows(rows: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = Uint8Array.from(rows);
  const view = new DataView(out.buffer);
  for (let at = 0; at < out.length; at += 1 + view.getInt32(at + 1)) out[at] = COPY_DATA;
  return out;
}

type WriteField = (source: Uint8Array, from: number, to: number, out: Uint8Array, at: number, column: number) => number;

function delimitedRows(
  { delimiter, nullText }: Exclude<CopyRowFormat, { kind: 'binary' }>,
  writeField: WriteField,
): CopyRowWriter {
  return (rows) => {
    // A byte becomes two at most, and a field's length word leaves room for quotes and delimiter.
    let out = new Uint8Array(rows.length * 2 + 64);
    const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
    let at = 0;
    for (let start = 0; start < rows.length;) {
      const end = start + 1 + view.getInt32(start + 1);
      const width = view.getInt16(start + 5);
      out = withRoom(out, at, (end - start) * 2 + width * nullText.length + 8);
      const head = at;
      at += 5;
      let from = start + 7;
      for (let column = 0; column < width; column++) {
        if (column > 0) out[at++] = delimiter;
        const length = view.getInt32(from);
        from += 4;
        if (length === -1) {
          out.set(nullText, at);
          at += nullText.length;
        } else {
          at = writeField(rows, from, from + length, out, at, column);
          from += length;
        }
      }
      out[at++] = NEWLINE;
      writeHead(out, head, at);
      start = end;
    }
    return out.subarray(0, at);
  };
}

function withRoom(out: Uint8Array<ArrayBuffer>, at: number, needed: number): Uint8Array<ArrayBuffer> {
  if (at + needed <= out.length) return out;
  const grown = new Uint8Array(Math.max(out.length * 2, at + needed));
  grown.set(out.subarray(0, at));
  return grown;
}

function writeHead(out: Uint8Array, head: number, end: number): void {
  const length = end - head - 1;
  out[head] = COPY_DATA;
  out[head + 1] = length >>> 24;
  out[head + 2] = (length >>> 16) & 255;
  out[head + 3] = (length >>> 8) & 255;
  out[head + 4] = length & 255;
}

/** CopyAttributeOutText. */
function textField(delimiter: number): WriteField {
  return (source, from, to, out, at) => {
    for (let i = from; i < to; i++) {
      const byte = source[i]!;
      if (byte >= 14 ? byte === BACKSLASH || byte === delimiter : byte >= FIRST_CONTROL || byte === delimiter) {
        out[at++] = BACKSLASH;
        out[at++] = byte >= FIRST_CONTROL && byte < 14 ? CONTROL[byte - FIRST_CONTROL]! : byte;
        continue;
      }
      out[at++] = byte;
    }
    return at;
  };
}

/** CopyAttributeOutCSV. */
function csvField(format: Extract<CopyRowFormat, { kind: 'csv' }>): WriteField {
  const { delimiter, quote, escape, forceQuote, nullText } = format;
  return (source, from, to, out, at, column) => {
    const alone = forceQuote.length === 1;
    if (forceQuote[column] !== true && !needsQuotes(source, from, to, alone)) {
      out.set(source.subarray(from, to), at);
      return at + to - from;
    }
    out[at++] = quote;
    for (let i = from; i < to; i++) {
      const byte = source[i]!;
      if (byte === quote || byte === escape) out[at++] = escape;
      out[at++] = byte;
    }
    out[at++] = quote;
    return at;
  };

  function needsQuotes(source: Uint8Array, from: number, to: number, alone: boolean): boolean {
    if (equal(source, from, to, nullText)) return true;
    // The end marker of psql's input.
    if (alone && to - from === 2 && source[from] === BACKSLASH && source[from + 1] === 0x2e) return true;
    for (let i = from; i < to; i++) {
      const byte = source[i]!;
      if (byte === delimiter || byte === quote || byte === NEWLINE || byte === 0x0d) return true;
    }
    return false;
  }
}

function equal(source: Uint8Array, from: number, to: number, text: Uint8Array): boolean {
  if (to - from !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (source[from + i] !== text[i]) return false;
  return true;
}

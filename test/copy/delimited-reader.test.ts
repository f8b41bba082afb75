import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { CopyOptions } from '../../src/copy/copy.ts';
import { DelimitedReader } from '../../src/copy/delimited-reader.ts';
import type { DelimitedFormat } from '../../src/copy/delimited-reader.ts';
import { BATCH_ROWS, FIELD, FieldBatch } from '../../src/copy/field-batch.ts';
import { copyRowFormat, copyRowWriter } from '../../src/copy/row-writer.ts';
import { encodeTextRows } from '../../src/query/held-rows.ts';

type Row = readonly (string | null)[];

const TEXT: DelimitedFormat = {
  delimiter: 9,
  nullText: Buffer.from('\\N'),
  quote: -1,
  escape: -1,
  header: 'none',
  names: ['a', 'b'],
};
const CSV: DelimitedFormat = { ...TEXT, delimiter: 44, nullText: Buffer.alloc(0), quote: 34, escape: 34 };
const BACKSLASHED: DelimitedFormat = { ...CSV, escape: 92 };

/** Rows, or the error, of a stream that comes in these pieces. */
function readAll(format: DelimitedFormat, pieces: readonly Uint8Array[]): { rows: Row[]; error?: string } {
  const reader = new DelimitedReader(format);
  const batch = new FieldBatch(format.names.length);
  const rows: Row[] = [];
  let error: string | undefined;
  const take = (): void => {
    for (let more = true; more;) {
      more = reader.read(batch);
      for (let row = 0; row < batch.rowCount; row++)
        rows.push(format.names.map((_, column) => value(batch, row, column)));
      error ??= batch.failure && `${batch.lines[batch.failure.row]}: ${batch.failure.error.message}`;
    }
  };
  const value = (from: FieldBatch, row: number, column: number): string | null => {
    const place = column * BATCH_ROWS + row;
    const kind = from.kinds[place];
    if (kind === FIELD.null) return null;
    if (kind === FIELD.missing) return '(missing)';
    const [start, end] = [from.starts[place]!, from.ends[place]!];
    const bytes = kind === FIELD.escaped ? reader.unescape(from.bytes, start, end) : from.bytes.subarray(start, end);
    return Buffer.from(bytes).toString('latin1');
  };
  for (const piece of pieces) {
    reader.push(Uint8Array.from(piece));
    take();
  }
  reader.end();
  take();
  return { rows, ...(error !== undefined && { error }) };
}

function split(bytes: Buffer, cuts: readonly number[]): Uint8Array[] {
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), 0, bytes.length].toSorted((a, b) => a - b);
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

const streams = fc
  .array(fc.constantFrom('a', 'b', '1', '\t', ',', '\n', '\r', '\r\n', '"', '\\', '\\.', '\\N', '\\x4', '""', 'ü'))
  .map((parts) => Buffer.from(parts.join('')));
const cuts = fc.array(fc.nat(200), { maxLength: 8 });

describe('the reader of text and CSV', () => {
  for (const [name, format] of [
    ['text', TEXT],
    ['csv', CSV],
    ['csv with another escape', BACKSLASHED],
  ] as const)
    test(`${name}: where the stream is split does not matter`, () => {
      fc.assert(
        fc.property(streams, cuts, (bytes, at) => {
          assert.deepEqual(readAll(format, split(bytes, at)), readAll(format, [bytes]));
        }),
        { numRuns: 2000 },
      );
    });

  const values = fc.option(
    fc.string({ unit: fc.constantFrom('x', '\t', '\n', '\r', '\\', '"', ',', '.', 'N', '\b', '\v', '7') }),
  );
  for (const format of ['text', 'csv'] as const)
    test(`${format}: what is written is read again`, () => {
      const options: CopyOptions = {
        format,
        delimiter: format === 'csv' ? ',' : '\t',
        nullText: format === 'csv' ? '' : '\\N',
        defaultText: undefined,
        header: 'none',
        quote: '"',
        escape: '"',
        forceQuote: [],
        forceNotNull: [],
        forceNull: [],
        onError: 'stop',
        rejectLimit: undefined,
        logVerbosity: 'default',
      };
      const write = copyRowWriter(copyRowFormat(options, ['a', 'b']));
      fc.assert(
        fc.property(fc.array(fc.tuple(values, values), { minLength: 1 }), (rows) => {
          const messages = Buffer.from(write(encodeTextRows(rows)));
          const stream: Buffer[] = [];
          for (let at = 0; at < messages.length; at += 1 + messages.readInt32BE(at + 1))
            stream.push(messages.subarray(at + 5, at + 1 + messages.readInt32BE(at + 1)));
          assert.deepEqual(readAll(format === 'csv' ? CSV : TEXT, stream), { rows });
        }),
        { numRuns: 500 },
      );
    });
});

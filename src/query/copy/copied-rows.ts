import type { CopyOptions } from '../../copy/copy.ts';
import { copyRowWriter } from '../../copy/row-writer.ts';
import type { CopyRowFormat } from '../../copy/row-writer.ts';
import type { RowBatch, RowStream } from '../../engine/engine.ts';
import { encodeTextRows } from '../held-rows.ts';
import { copyMessage } from './copy-message.ts';

const DATA_ROW = 0x44;
/** Signature, flags and the length of the header's extension. */
const BINARY_HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
/** A tuple of -1 fields. */
const BINARY_TRAILER = Buffer.from([0xff, 0xff]);

/** Rows of any source as the whole stream of a COPY TO; what the engine has written as CopyData stays as it is. */
export function copiedRows(
  source: RowStream,
  format: CopyRowFormat,
  options: CopyOptions,
  names: readonly string[],
): { readonly rows: RowStream; readonly rowCount: () => number } {
  const write = copyRowWriter(format);
  let opening: Uint8Array | undefined = openingOf(format, options, names);
  let rowCount = 0;
  let ended = false;
  const next = async (): Promise<RowBatch | undefined> => {
    if (ended) return undefined;
    const batch = await source.next();
    if (batch !== undefined && batch.rowCount === 0) return batch;
    const first = opening;
    opening = undefined;
    if (batch === undefined) {
      ended = true;
      return closing(format, first);
    }
    rowCount += batch.rowCount;
    const bytes = batch.bytes[0] === DATA_ROW ? write(batch.bytes) : batch.bytes;
    return { bytes: first === undefined ? bytes : opened(format, first, bytes), rowCount: batch.rowCount };
  };
  return {
    rows: { next, close: async () => await source.close() },
    rowCount: () => rowCount,
  };
}

function openingOf(format: CopyRowFormat, options: CopyOptions, names: readonly string[]): Uint8Array | undefined {
  if (format.kind === 'binary') return BINARY_HEADER;
  if (options.header === 'none') return undefined;
  const plain: CopyRowFormat = format.kind === 'csv' ? { ...format, forceQuote: names.map(() => false) } : format;
  return copyRowWriter(plain)(encodeTextRows([names]));
}

/** The binary header stands in one message with the first tuple, a header line has its own. */
function opened(format: CopyRowFormat, first: Uint8Array, rows: Uint8Array): Uint8Array {
  if (format.kind !== 'binary') return Buffer.concat([first, rows]);
  const length = Buffer.from(rows.buffer, rows.byteOffset).readInt32BE(1);
  return Buffer.concat([copyMessage(Buffer.concat([first, rows.subarray(5, length + 1)])), rows.subarray(length + 1)]);
}

function closing(format: CopyRowFormat, first: Uint8Array | undefined): RowBatch | undefined {
  if (format.kind !== 'binary') return first === undefined ? undefined : { bytes: first, rowCount: 0 };
  const bytes = first === undefined ? BINARY_TRAILER : Buffer.concat([first, BINARY_TRAILER]);
  return { bytes: copyMessage(bytes), rowCount: 0 };
}

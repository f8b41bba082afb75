import type { SqlError } from '../base/sql-error.ts';
import type { RowBatch, RowStream } from '../engine/engine.ts';

/** A stream over DataRow messages that are already in memory (small results); after them raises `failure`, if any. */
export function heldRows(bytes: Uint8Array, rowCount: number, failure?: SqlError): RowStream {
  let offset = 0;
  let rowsLeft = rowCount;
  let closed = false;
  return {
    async next(maxRows?: number): Promise<RowBatch | undefined> {
      if (rowsLeft === 0 && failure && !closed) throw failure;
      if (rowsLeft === 0) return undefined;
      const wanted = maxRows === undefined || maxRows <= 0 ? rowsLeft : Math.min(maxRows, rowsLeft);
      const end = wanted === rowsLeft ? bytes.length : endOfRows(bytes, offset, wanted);
      const batch = { bytes: bytes.subarray(offset, end), rowCount: wanted };
      offset = end;
      rowsLeft -= wanted;
      return batch;
    },
    async close(): Promise<void> {
      rowsLeft = 0;
      closed = true;
    },
  };
}

/** DataRow messages of values in text format (which is also the binary format of text and json). */
export function encodeTextRows(rows: readonly (readonly (string | null)[])[]): Uint8Array {
  return Buffer.concat(rows.map(encodeTextRow));
}

function encodeTextRow(values: readonly (string | null)[]): Uint8Array {
  const cells = values.map((value) => (value === null ? null : Buffer.from(value, 'utf8')));
  const length = cells.reduce((sum, cell) => sum + 4 + (cell?.length ?? 0), 6);
  const message = Buffer.alloc(length + 1);
  message.writeUInt8(0x44, 0);
  message.writeInt32BE(length, 1);
  message.writeInt16BE(cells.length, 5);
  let offset = 7;
  for (const cell of cells) {
    message.writeInt32BE(cell === null ? -1 : cell.length, offset);
    offset += 4;
    if (cell === null) continue;
    cell.copy(message, offset);
    offset += cell.length;
  }
  return message;
}

/** Where the next `count` messages from `offset` end: a type byte, then a length that includes itself. */
function endOfRows(bytes: Uint8Array, offset: number, count: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = offset;
  for (let row = 0; row < count; row++) end += 1 + view.getInt32(end + 1);
  return end;
}

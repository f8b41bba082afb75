import type { RowBatch, RowStream } from '../engine/engine.ts';
import type { Field } from '../pgtype/pgtype.ts';

const TEXT_OID = 25;

/** A column of type text that belongs to no table. */
export function textField(name: string): Field {
  return { name, tableOid: 0, attnum: 0, typeOid: TEXT_OID, typeSize: -1, typmod: -1 };
}

/** DataRow messages of rows of text; in text and in binary format text is the same bytes. */
export function textRows(rows: readonly (readonly (string | null)[])[]): RowBatch {
  const parts: Buffer[] = [];
  for (const row of rows) {
    const values = row.map((value) => (value === null ? null : Buffer.from(value)));
    const size = values.reduce((sum, value) => sum + 4 + (value?.length ?? 0), 6);
    const message = Buffer.allocUnsafe(size + 1);
    message[0] = 0x44;
    message.writeInt32BE(size, 1);
    message.writeInt16BE(row.length, 5);
    let at = 7;
    for (const value of values) {
      at = message.writeInt32BE(value?.length ?? -1, at);
      if (value !== null) at += value.copy(message, at);
    }
    parts.push(message);
  }
  return { bytes: Buffer.concat(parts), rowCount: rows.length };
}

/** A stream of rows that are all there; `maxRows` of `next` is kept. */
export function rowsOf(rows: readonly (readonly (string | null)[])[]): RowStream {
  let at = 0;
  return {
    async next(maxRows = rows.length) {
      if (at >= rows.length) return undefined;
      const batch = textRows(rows.slice(at, at + maxRows));
      at += batch.rowCount;
      return batch;
    },
    async close() {
      at = rows.length;
    },
  };
}

/** The values of DataRow messages. */
export function splitRows(bytes: Uint8Array): (Uint8Array | null)[][] {
  return splitRowMessages(bytes).map((message) => {
    const view = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
    let at = 7;
    return Array.from({ length: view.readInt16BE(5) }, () => {
      const length = view.readInt32BE(at);
      at += 4;
      if (length === -1) return null;
      at += length;
      return view.subarray(at - length, at);
    });
  });
}

/** DataRow messages one by one, sharing memory with `bytes`. */
export function splitRowMessages(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = 1 + view.getInt32(at + 1);
    messages.push(bytes.subarray(at, at + length));
    at += length;
  }
  return messages;
}

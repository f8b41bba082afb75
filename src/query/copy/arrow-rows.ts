import { Field as ArrowField, makeData, RecordBatch, Schema, Struct, Table, tableToIPC } from 'apache-arrow';
import type { RowBatch, RowStream } from '../../engine/engine.ts';
import type { Field } from '../../pgtype/pgtype.ts';
import { arrowColumn } from './arrow-column.ts';
import { copyMessage } from './copy-message.ts';

/** Formats that rows of these fields are wanted in, and the rows as an Arrow IPC stream in CopyData messages. */
export type ArrowRows = {
  readonly formats: readonly (0 | 1)[];
  readonly stream: (source: RowStream) => RowStream;
  readonly rowCount: () => number;
};

/** 0xFFFFFFFF and a length of 0. */
const END_BYTES = 8;

/** Each batch of rows is one record batch; the schema comes first, the end of the stream last. */
export function arrowRows(fields: readonly Field[]): ArrowRows {
  const columns = fields.map(arrowColumn);
  const schema = new Schema(fields.map(({ name }, i) => new ArrowField(name, columns[i]!.type, true)));
  const empty = tableToIPC(new Table(schema), 'stream');
  const head = empty.subarray(0, empty.length - END_BYTES);
  const end = empty.subarray(empty.length - END_BYTES);
  let rowCount = 0;

  const encode = ({ bytes, rowCount: length }: RowBatch): Uint8Array => {
    const rows = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < rows.length;) at = addRow(rows, at);
    const type = new Struct(schema.fields);
    const children = columns.map((column) => column.take());
    const batch = new RecordBatch(schema, makeData({ type, length, nullCount: 0, children }));
    // The library writes whole streams: its schema and end are those of the empty one.
    const whole = tableToIPC(new Table(schema, [batch]), 'stream');
    return whole.subarray(head.length, whole.length - END_BYTES);
  };
  const addRow = (rows: Buffer, start: number): number => {
    let at = start + 7;
    for (const column of columns) {
      const length = rows.readInt32BE(at);
      column.add(length === -1 ? undefined : rows.subarray(at + 4, at + 4 + length));
      at += 4 + Math.max(length, 0);
    }
    return at;
  };

  const stream = (source: RowStream): RowStream => {
    let state: 'head' | 'rows' | 'ended' = 'head';
    const next = async (): Promise<RowBatch | undefined> => {
      if (state === 'ended') return undefined;
      if (state === 'head') {
        state = 'rows';
        return { bytes: copyMessage(head), rowCount: 0 };
      }
      for (;;) {
        const batch = await source.next();
        if (batch === undefined) {
          state = 'ended';
          return { bytes: copyMessage(end), rowCount: 0 };
        }
        if (batch.rowCount === 0) continue;
        rowCount += batch.rowCount;
        const bytes = copyMessage(encode(batch));
        batch.release?.();
        return { bytes, rowCount: batch.rowCount };
      }
    };
    return { next, close: async () => await source.close() };
  };
  return { formats: columns.map(({ format }) => format), stream, rowCount: () => rowCount };
}

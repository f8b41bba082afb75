import { createReadStream } from 'node:fs';
import { DataType, RecordBatchReader } from 'apache-arrow';
import type { RecordBatch, Schema } from 'apache-arrow';
import { SqlError } from '../../base/sql-error.ts';
import { OID } from '../../pgtype/oid.ts';
import type { MirroredColumn } from '../../translate/translate.ts';
import { arrowText } from './arrow-text.ts';
import { arrowStream } from './errors.ts';

/** Rows of text that are written at once. */
const STEP_ROWS = 2048;
const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/**
 * An Arrow IPC stream as rows of COPY's text format, in the order of `columns`. Its columns are found by name and are
 * exactly those that are copied; values are what Postgres' input functions make of their text.
 */
export async function loadArrow(
  path: string,
  columns: readonly MirroredColumn[],
  write: (text: Uint8Array<ArrayBuffer>) => Promise<void>,
): Promise<void> {
  try {
    const reader = await RecordBatchReader.from(createReadStream(path));
    await reader.open();
    checkSchema(reader.schema, columns);
    for await (const batch of reader) await writeBatch(batch, columns, write);
  } catch (error) {
    if (error instanceof SqlError || !(error instanceof Error)) throw error;
    throw new SqlError(arrowStream('the data is no Arrow IPC stream').fields, { cause: error });
  }
}

function checkSchema(schema: Schema | undefined, columns: readonly MirroredColumn[]): void {
  if (schema === undefined) throw arrowStream('the data is no Arrow IPC stream');
  const names = schema.fields.map(({ name }) => name);
  for (const { field, typeOid } of columns) {
    const sent = schema.fields[names.indexOf(field.name)];
    if (sent === undefined) throw arrowStream(`the stream has no column "${field.name}"`);
    // Its text would be read, and the zone ignored.
    const isZoned = DataType.isTimestamp(sent.type) && typeof sent.type.timezone === 'string';
    if (DataType.isTimestamp(sent.type) && isZoned !== (typeOid === OID.timestamptz))
      throw new SqlError({
        sqlstate: '42804',
        message: `column "${field.name}" of the stream is a timestamp ${isZoned ? 'with' : 'without'} time zone`,
        hint: 'Cast the column before it is sent.',
      });
  }
  for (const name of names) {
    if (!columns.some(({ field }) => field.name === name))
      throw arrowStream(`column "${name}" of the stream is not copied`);
    if (names.indexOf(name) !== names.lastIndexOf(name)) throw arrowStream(`the stream has two columns "${name}"`);
  }
}

async function writeBatch(
  batch: RecordBatch,
  columns: readonly MirroredColumn[],
  write: (text: Uint8Array<ArrayBuffer>) => Promise<void>,
): Promise<void> {
  const texts = columns.map(({ field }) => arrowText(batch.getChild(field.name)!));
  for (let first = 0; first < batch.numRows; first += STEP_ROWS) {
    let lines = '';
    for (let row = first; row < Math.min(first + STEP_ROWS, batch.numRows); row++) {
      texts.forEach((text, i) => {
        const value = text(row);
        if (i > 0) lines += '\t';
        lines += value === null ? '\\N' : value.replace(/[\\\t\n\r]/g, (character) => ESCAPED[character]!);
      });
      lines += '\n';
    }
    await write(Uint8Array.from(Buffer.from(lines)));
  }
}

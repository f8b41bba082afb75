import type { EngineConnection } from '../engine/engine.ts';
import { scanMarker } from '../translate/translate.ts';
import { engineTranslation } from './engine-translation.ts';
import { prepareOwn } from './prepare-own.ts';
import { qualifiedName } from './qualified-name.ts';
import type { StatementRun } from './statement-run.ts';
import type { StagedTable } from './transaction-tables.ts';

/** Bytes shown of each value (ExecBuildSlotValueDescription). */
const MAX_VALUE_BYTES = 64;

/** PostgreSQL's DETAIL for a row that breaks a constraint; `row` is SQL of one row with the table's columns. */
export async function failingRow(
  run: StatementRun,
  table: StagedTable,
  connection: EngineConnection,
  row: string,
): Promise<string> {
  const { route, fields } = await prepareOwn(run, table.name, 'select', `SELECT * FROM ${qualifiedName(table.name)}`);
  if (fields === null) throw new Error('a table is not read by a query');
  const { sql, columns } = engineTranslation(route);
  const stream = await connection.rows(
    {
      sql: sql.replaceAll(scanMarker(0), () => row),
      scans: [],
      parameters: [],
      timeZone: run.context.text.timeZone,
    },
    { fields, encodings: columns, formats: fields.map(() => 0 as const), settings: run.context.text },
  );
  const batch = await stream.next();
  await stream.close();
  const values = batch === undefined ? [] : textValues(batch.bytes);
  return `Failing row contains (${values.map(shown).join(', ')}).`;
}

/** The values of the first DataRow message. */
function textValues(bytes: Uint8Array): readonly (Buffer | null)[] {
  const message = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: (Buffer | null)[] = [];
  let offset = 7;
  for (let left = message.readInt16BE(5); left > 0; left--) {
    const length = message.readInt32BE(offset);
    offset += 4;
    values.push(length < 0 ? null : message.subarray(offset, offset + length));
    offset += Math.max(0, length);
  }
  return values;
}

function shown(value: Buffer | null): string {
  if (value === null) return 'null';
  if (value.length <= MAX_VALUE_BYTES) return value.toString('utf8');
  let end = MAX_VALUE_BYTES;
  // Not within a character.
  while ((value[end]! & 0xc0) === 0x80) end--;
  return `${value.toString('utf8', 0, end)}...`;
}

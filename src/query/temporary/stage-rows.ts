import { notSupported } from '../../base/sql-error.ts';
import { sqlName } from '../../base/sql-name.ts';
import type { Field } from '../../pgtype/pgtype.ts';
import type { PrivatePostgres } from '../../postgres/private/private-postgres.ts';
import { dataRowValues } from '../../postgres/read-reply.ts';
import { tooMuchForTemporary } from '../errors.ts';
import type { Execution } from '../query.ts';
import type { FillSource } from './fill-plan.ts';

/** Rows that one COPY hands over: all of it is in memory on both sides. */
const CHUNK_BYTES = 4 * 2 ** 20;
/** "File Format, Binary Format" of PostgreSQL's COPY. */
const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const TRAILER = Buffer.from([0xff, 0xff]);
/** The type byte and the length of a DataRow; what follows is what COPY calls a tuple. */
const DATA_ROW_HEADER_BYTES = 5;

/** Makes the empty table of a source. */
export async function createSourceTable(instance: PrivatePostgres, source: FillSource): Promise<void> {
  const fields = source.prepared.fields ?? [];
  const types = await typeNames(instance, fields);
  const columns = source.columns.map((column, index) => `${sqlName(column)} ${types[index]}`);
  const name = source.table.replace('pg_temp.', '');
  await instance.command(`CREATE TEMP TABLE ${name} (${columns.join(', ')}) ON COMMIT DROP`);
}

/** Hands the rows of an execution, encoded in binary, to the table of a source. At most `limitBytes` of them. */
export async function stageRows(
  instance: PrivatePostgres,
  source: FillSource,
  execution: Execution,
  limitBytes: number,
  signal: AbortSignal,
): Promise<void> {
  const copy = `COPY ${source.table} FROM STDIN (FORMAT binary)`;
  let total = 0;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  const flush = async (): Promise<void> => {
    if (heldBytes > 0) await instance.copyIn(copy, [HEADER, ...held, TRAILER], signal);
    held = [];
    heldBytes = 0;
  };
  try {
    for (let batch = await execution.rows?.next(); batch !== undefined; batch = await execution.rows?.next()) {
      const tuples = tuplesOf(batch.bytes);
      held.push(tuples);
      heldBytes += tuples.length;
      total += tuples.length;
      if (total > limitBytes) throw tooMuchForTemporary(limitBytes);
      if (heldBytes >= CHUNK_BYTES) await flush();
    }
    await flush();
  } finally {
    await execution.rows?.close();
  }
}

/** DataRow messages without their headers. */
function tuplesOf(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + view.getInt32(at + 1);
    parts.push(bytes.subarray(at + DATA_ROW_HEADER_BYTES, end));
    at = end;
  }
  return Buffer.concat(parts);
}

async function typeNames(instance: PrivatePostgres, fields: readonly Field[]): Promise<readonly string[]> {
  if (fields.length === 0) return [];
  const calls = fields.map(({ typeOid, typmod }) => `pg_catalog.format_type(${typeOid}, ${typmod})`);
  const [answer] = await instance.command(`SELECT ${calls.join(', ')}`);
  const names = dataRowValues(answer!.rows[0]!).map((value) => Buffer.from(value ?? []).toString('utf8'));
  const unknown = names.findIndex((name) => name.startsWith('???'));
  if (unknown !== -1)
    throw notSupported(
      `column "${fields[unknown]!.name}" of a struct or map type in a temporary table`,
      'Select the fields that are needed.',
    );
  return names;
}

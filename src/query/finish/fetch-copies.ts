import type { CopyRowFormat } from '../../copy/row-writer.ts';
import type { EngineConnection, EngineStatement, RowFormat } from '../../engine/engine.ts';
import type { TextSettings } from '../../pgtype/pgtype.ts';
import type { CopiedRows } from '../../postgres/postgres.ts';
import { copySql } from '../../translate/relation-copies.ts';
import type { RelationCopy } from '../../translate/relation-copies.ts';
import { scanMarker } from '../../translate/translate.ts';
import { tooMuchToFinish } from '../errors.ts';
import { planRun } from '../plan-run.ts';
import type { PlannedRelation } from '../scan-relations.ts';
import type { StatementRun } from '../statement-run.ts';
import type { FinishPlan } from './finish-plan.ts';

/** The rows that a statement reads of its tables, each in the form that Postgres takes them. */
export type FetchedCopies = {
  readonly planned: readonly PlannedRelation[];
  readonly rows: readonly CopiedRows[];
};

/** Fetches them by the engine, with deletes and pushed-down filters applied. Raises 0A000 beyond the limits. */
export async function fetchCopies(
  run: StatementRun,
  connection: EngineConnection,
  { copies, parameters, reason }: Pick<FinishPlan, 'copies' | 'parameters' | 'reason'>,
): Promise<FetchedCopies> {
  const { finishRows, finishBytes } = run.parts.limits;
  if (finishRows === 0) throw tooMuchToFinish(reason, run.parts.limits);
  const scans = copies.map(({ scan }) => scan);
  const { planned } = await planRun(run, { sql: '', scans, parameters });
  let rowsLeft = finishRows;
  let bytesLeft = finishBytes;
  const rows: CopiedRows[] = [];
  for (const [index, copy] of copies.entries()) {
    const statement = await copyStatement(connection, copy, planned[index]!, rowsLeft + 1);
    const stream = await connection.rows(statement, rowFormat(copy));
    const messages: Uint8Array[] = [];
    try {
      for (let batch = await stream.next(); batch !== undefined; batch = await stream.next()) {
        rowsLeft -= batch.rowCount;
        bytesLeft -= batch.bytes.length;
        if (rowsLeft < 0 || bytesLeft < 0) throw tooMuchToFinish(reason, run.parts.limits);
        messages.push(batch.bytes);
      }
    } finally {
      await stream.close();
    }
    rows.push({ relation: copy.relation, attnums: copy.columns.map(({ attnum }) => attnum), messages });
  }
  return { planned, rows };
}

/** The rows of a relation; those of a change's target are kept as the connection's table `copied`, with their positions. */
async function copyStatement(
  connection: EngineConnection,
  copy: RelationCopy,
  { scan, predicate, inline }: PlannedRelation,
  limitRows: number,
): Promise<EngineStatement> {
  const sql = copySql(copy, predicate, limitRows);
  const statement: EngineStatement = {
    sql: inline === undefined ? sql : sql.replaceAll(scanMarker(0), () => inline),
    scans: [scan],
    parameters: [],
    timeZone: COPIED.timeZone,
  };
  if (!scan.positions) return statement;
  await connection.run({ ...statement, sql: `CREATE OR REPLACE TEMP TABLE copied AS ${statement.sql}` });
  return { ...statement, sql: 'SELECT * EXCLUDE (row_file, row_position) FROM copied ORDER BY rowid', scans: [] };
}

/** What COPY reads without loss, whatever the session's settings are. */
const COPIED: TextSettings = {
  dateStyle: 'ISO, MDY',
  intervalStyle: 'postgres',
  timeZone: 'UTC',
  extraFloatDigits: 1,
  byteaOutput: 'hex',
};

const TEXT_ROWS: CopyRowFormat = { kind: 'text', delimiter: 0x09, nullText: Buffer.from('\\N') };

function rowFormat({ columns, encodings, relation }: RelationCopy): RowFormat {
  return {
    fields: columns.map(({ attnum, field, typeOid, typmod }) => ({
      name: field.name,
      tableOid: relation.oid,
      attnum,
      typeOid,
      typeSize: -1,
      typmod,
    })),
    encodings,
    formats: columns.map(() => 0 as const),
    settings: COPIED,
    copy: TEXT_ROWS,
  };
}

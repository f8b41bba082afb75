import type { EngineConnection } from '../../engine/engine.ts';
import type { FinishedResult } from '../../postgres/postgres.ts';
import { readOnlyDatabase, readOnlyTransaction, tableNameText, undefinedTable } from '../errors.ts';
import { figuresOf } from '../figures-of.ts';
import { heldRows } from '../held-rows.ts';
import type { Execution } from '../query.ts';
import { runModify } from '../run-modify.ts';
import { connectFor } from '../statement-run.ts';
import type { StatementRun } from '../statement-run.ts';
import type { StagedTable } from '../transaction-tables.ts';
import type { FetchedCopies } from './fetch-copies.ts';
import type { FinishedTarget, FinishPlan } from './finish-plan.ts';
import { changedRows } from './changed-rows.ts';
import { finishedOn } from './run-finished.ts';

/**
 * Finishes INSERT, UPDATE, DELETE or MERGE in Postgres: the statement changes copies of the rows, constraints included;
 * what is gone from them and what is new becomes the change of the table.
 */
export async function runFinishedChange(
  run: StatementRun,
  plan: FinishPlan,
  change: FinishedTarget,
): Promise<Execution> {
  const command = change.command.toUpperCase();
  if (run.parts.catalog.readOnly) throw readOnlyDatabase(run.parts.name);
  if (run.readOnly) throw readOnlyTransaction(command);
  const target = await stagedTarget(run, change);
  const connection = await connectFor(run);
  try {
    const { result, fetched } = await finishedOn(run, plan, connection);
    await write(run, connection, target, change, result, fetched);
    const { notices, notifications, signals, settingChanges, tag } = result;
    return {
      rows: run.prepared.fields === null ? null : heldRows(result.rows, result.rowCount),
      tag: () => tag,
      notices,
      notifications,
      signals,
      settingChanges,
      figures: { ...figuresOf(fetched.planned), finishedBecause: plan.reason.message },
    };
  } finally {
    await connection[Symbol.asyncDispose]().catch(() => undefined);
  }
}

async function write(
  run: StatementRun,
  connection: EngineConnection,
  target: StagedTable,
  { command, relation, copy }: FinishedTarget,
  result: FinishedResult,
  { planned }: FetchedCopies,
): Promise<void> {
  const sql = await changedRows(run, relation, result.change!);
  const scans = copy === undefined ? [] : [planned[copy]!.scan];
  const written = await runModify({
    connection,
    translation: {
      command,
      target: relation,
      sequences: [],
      duplicates: 'error',
      sql,
      scans: [],
      parameters: [],
      ...(copy !== undefined && { targetScan: 0 }),
    },
    statement: { sql, scans, parameters: [], timeZone: 'UTC' },
    target,
    checks: [],
    written: (files) => run.written(files.map(({ path }) => path)),
  });
  run.tables.addChanges(target, written.addedData, written.addedDeletes, written.removedData);
}

async function stagedTarget(run: StatementRun, { relation }: FinishedTarget): Promise<StagedTable> {
  const read = run.prepared.reads.get(relation.oid);
  if (read === undefined || read.kind !== 'current') throw undefinedTable(relation.name);
  const staged = await run.tables.stage(read.name);
  if (staged === undefined) throw undefinedTable(tableNameText(read.name));
  return staged;
}

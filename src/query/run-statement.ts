import type { Execution } from './query.ts';
import type { Route } from './prepare-statement.ts';
import type { StatementRun } from './statement-run.ts';
import type { Translation } from '../translate/translate.ts';
import type { PostgresResult } from '../postgres/postgres.ts';
import { isReadingRoutine } from '../postgres/routine-answer.ts';
import { callSequences } from './call-sequences.ts';
import { numericScales } from './bind-parameters.ts';
import { sameSettings } from './analysis-cache.ts';
import { figuresOf } from './figures-of.ts';
import { planRun } from './plan-run.ts';
import { orFinished } from './finish/or-finished.ts';
import { runFinishedChange } from './finish/run-finished-change.ts';
import { runFinished } from './finish/run-finished.ts';
import { heldRows } from './held-rows.ts';
import { runChanges } from './run-changes.ts';
import { runCopy } from './copy/run-copy.ts';
import { runUtility } from './run-utility.ts';
import { columnFormats, connectFor, NO_FIGURES, ownedRows, rowFormat } from './statement-run.ts';
import { runFill } from './temporary/run-fill.ts';
import { runTemporary } from './temporary/run-temporary.ts';

/** Runs one prepared statement. */
export async function runStatement(run: StatementRun): Promise<Execution> {
  const { route } = run.prepared;
  switch (route.kind) {
    case 'postgres':
      try {
        return await runInPostgres(run, route);
      } catch (error) {
        if (!isReadingRoutine(error) || run.prepared.fields === null) throw error;
        return await runFinished(run, { copies: [], parameters: [], reason: error });
      }
    case 'select': {
      return await orFinished(run, route, async () => {
        const scales = numericScales(run.prepared.parameterOids, run.parameters);
        return await runSelect(run, scales === undefined ? route.translation : route.translate(scales));
      });
    }
    case 'finish':
      return route.plan.target === undefined
        ? await runFinished(run, route.plan)
        : await runFinishedChange(run, route.plan, route.plan.target);
    case 'modify': {
      return await orFinished(run, route, async () => {
        const scales = numericScales(run.prepared.parameterOids, run.parameters);
        return await runChanges(run, scales === undefined ? route.translation : route.translate(scales));
      });
    }
    case 'fill':
      return await runFill(run, route.plan, runStatement);
    case 'temporary':
      return await runTemporary(run);
    case 'utility':
      if ('CopyStmt' in run.prepared.statement.node)
        return await runCopy(run, run.prepared.statement.node.CopyStmt, runStatement);
      return await runUtility(run, runStatement);
  }
}

async function runInPostgres(run: StatementRun, route: Extract<Route, { kind: 'postgres' }>): Promise<Execution> {
  const { prepared, parameters, context } = run;
  const answers = sameSettings(prepared.context, context) ? route.answers : undefined;
  const formats = columnFormats(run.resultFormats, prepared.fields?.length ?? 0);
  const result = answers?.find(parameters, formats) ?? (await computed(run, route, formats));
  answers?.keep(parameters, formats, result);
  const rows = result.fields === null ? null : heldRows(result.rows, result.rowCount, result.failure);
  const { notices, notifications, signals, settingChanges } = result;
  return { rows, tag: () => result.tag, notices, notifications, signals, settingChanges, figures: NO_FIGURES };
}

async function computed(
  run: StatementRun,
  { text, sequences, callsRoutines }: Extract<Route, { kind: 'postgres' }>,
  formats: readonly (0 | 1)[],
): Promise<PostgresResult> {
  const { prepared, parameters, context } = run;
  // A function that moves a sequence fails: it runs in a transaction that changes nothing.
  if (sequences !== undefined && callsRoutines !== true) return await callSequences(run, text, formats, sequences);
  return await run.parts.postgres.execute(
    { role: context.role, settings: context.settings, startedAt: context.startedAt },
    text,
    { oids: prepared.parameterOids, formats: parameters.formats, values: parameters.values },
    formats,
    run.signal,
    callsRoutines,
  );
}

async function runSelect(run: StatementRun, translation: Translation): Promise<Execution> {
  if (translation.steps !== undefined) return await runChanges(run, translation);
  const { planned, statement } = await planRun(run, translation);
  const connection = await connectFor(run);
  try {
    const stream = await connection.rows(statement, rowFormat(run, run.prepared.fields ?? [], translation.columns));
    const owned = ownedRows(connection, stream, run.signal);
    return { rows: owned.rows, tag: () => `SELECT ${owned.count()}`, notices: [], figures: figuresOf(planned) };
  } catch (error) {
    await connection[Symbol.asyncDispose]();
    throw error;
  }
}

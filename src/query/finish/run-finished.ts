import type { EngineConnection } from '../../engine/engine.ts';
import type { FinishedResult } from '../../postgres/postgres.ts';
import type { SqlError } from '../../base/sql-error.ts';
import { wholeCopy } from '../../translate/relation-copies.ts';
import { figuresOf } from '../figures-of.ts';
import { heldRows } from '../held-rows.ts';
import { inClientText } from '../prepare-statement.ts';
import type { Execution } from '../query.ts';
import type { PlannedRelation } from '../scan-relations.ts';
import { columnFormats, connectFor } from '../statement-run.ts';
import type { StatementRun } from '../statement-run.ts';
import { fetchCopies } from './fetch-copies.ts';
import type { FetchedCopies } from './fetch-copies.ts';
import { targetOfChange } from './changed-rows.ts';
import type { FinishPlan } from './finish-plan.ts';

/**
 * Finishes a query in Postgres: the rows that it reads are copied into the mirror's tables on a lane that nobody else
 * has meanwhile, and the client's own statement is executed there, as the session's role.
 */
export async function runFinished(run: StatementRun, plan: FinishPlan): Promise<Execution> {
  const { result, planned } = await finished(run, plan);
  const { notices, notifications, signals, settingChanges, tag } = result;
  return {
    rows: heldRows(result.rows, result.rowCount, result.failure),
    tag: () => tag,
    notices,
    notifications,
    signals,
    settingChanges,
    figures: { ...figuresOf(planned), finishedBecause: plan.reason.message },
  };
}

/**
 * The statement's answer over its rows, with `before` in front of its text. A function may read tables that the statement
 * does not name: they are known by their locks, and the statement is run again with their rows too.
 */
export async function finished(
  run: StatementRun,
  plan: FinishPlan,
  before = '',
): Promise<{ readonly result: FinishedResult; readonly planned: readonly PlannedRelation[] }> {
  const connection = await connectFor(run);
  try {
    const { result, fetched } = await finishedOn(run, plan, connection, before);
    return { result, planned: fetched.planned };
  } finally {
    await connection[Symbol.asyncDispose]().catch(() => undefined);
  }
}

/** The same, with a connection of the engine that fetches the rows; it keeps those of a change's target. */
export async function finishedOn(
  run: StatementRun,
  plan: FinishPlan,
  connection: EngineConnection,
  before = '',
): Promise<{ readonly result: FinishedResult; readonly fetched: FetchedCopies }> {
  const { prepared, parameters, context, parts } = run;
  const statement = prepared.mirrored ?? prepared.statement;
  const reads = new Map(prepared.reads);
  const width = before === '' ? (prepared.fields?.length ?? 0) : 1;
  const inClient = (error: unknown): unknown =>
    inClientText(error, (position) => statement.toClientPosition(Math.max(1, position - before.length)));
  try {
    for (let { copies } = plan; ;) {
      const fetched = await fetchCopies({ ...run, prepared: { ...prepared, reads } }, connection, { ...plan, copies });
      const result = await parts.postgres.finish(
        { role: context.role, settings: context.settings, startedAt: context.startedAt },
        {
          text: before + statement.text,
          parameters: { oids: prepared.parameterOids, formats: parameters.formats, values: parameters.values },
          resultFormats: columnFormats(run.resultFormats, width),
          rows: fetched.rows,
          ...(plan.target !== undefined && { change: targetOfChange(plan.target.relation) }),
        },
        run.signal,
      );
      const known = new Set([plan.target?.relation.oid, ...copies.map(({ relation }) => relation.oid)]);
      const missing = result.touched.filter((oid) => !known.has(oid));
      const more = missing.flatMap((oid) => parts.postgres.mirror.byOid(oid) ?? []);
      if (more.length === 0) {
        const failure = inClient(result.failure) as SqlError | undefined;
        return { result: { ...result, failure }, fetched };
      }
      for (const { oid, namespace, name } of more) reads.set(oid, { kind: 'current', name: { namespace, name } });
      copies = [...copies, ...more.map(wholeCopy)];
    }
  } catch (error) {
    throw inClient(error);
  }
}

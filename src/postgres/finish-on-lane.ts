import { SqlError } from '../base/sql-error.ts';
import { sqlName } from '../base/sql-name.ts';
import { batchSettings } from './batch-opening.ts';
import { changeRequests, mirroredName, readChange } from './change-requests.ts';
import { clientAnswer } from './client-answer.ts';
import { columnNames } from './free-name.ts';
import { oldPsqlColumns } from './old-psql-columns.ts';
import type { AnalysisContext, CopiedRows, FinishedResult, StatementWithRows } from './postgres.ts';
import { postgresResult } from './postgres-result.ts';
import { dataRowValues, type Answer } from './read-reply.ts';
import type { Replica } from './replica.ts';
import { afterClient, beforeClient, scannedMeanwhile } from './scanned-meanwhile.ts';
import { signalOfRoutine } from './errors.ts';
import { withoutPlace } from './without-place.ts';
import type { ReplicaPool } from './replica-pool.ts';
import { copyRowsFromStdin, query, request, runStatement } from './request.ts';

/**
 * Runs a statement over mirrored tables on a lane that nobody else has: the tables are filled as superuser in a
 * transaction, the statement sees them as the role does, and the transaction is rolled back. All of it is one request, so that nothing
 * of it can stay behind: a lane that is ended loses the transaction.
 */
export async function finishOnLane(
  replicas: ReplicaPool,
  context: AnalysisContext,
  statement: StatementWithRows,
  /** It may call routines of users. */
  callsRoutines: boolean,
  signal: AbortSignal | undefined,
): Promise<FinishedResult> {
  for (let attempt = 1; ; attempt++) {
    const replica = await replicas.acquire(signal);
    try {
      return await runOn(replica, context, statement, callsRoutines, signal);
    } catch (error) {
      const crashed = error instanceof SqlError && error.sqlstate === '57P02';
      if (!crashed || attempt > 1) throw error;
    } finally {
      replicas.release(replica);
    }
  }
}

async function runOn(
  replica: Replica,
  context: AnalysisContext,
  { text, parameters, resultFormats, rows, change }: StatementWithRows,
  callsRoutines: boolean,
  signal: AbortSignal | undefined,
): Promise<FinishedResult> {
  const copied = rows.filter(({ messages }) => messages.length > 0);
  const around = change === undefined ? { before: [], after: [] } : changeRequests(change);
  const settings = batchSettings(context, 'read', callsRoutines);
  // Changes call no routines of users (see finishPlan), and must not be undone.
  const looks = callsRoutines && change === undefined;
  const answers = await replica.run({
    opening: opening(rows, change?.relation.oid),
    openedAt: context.startedAt,
    request: () =>
      request(
        ...copied.map((copy) => copyRowsFromStdin(copyCommand(copy), copy.messages)),
        ...around.before,
        query(change === undefined ? `${settings}; SET TRANSACTION READ ONLY` : settings),
        query(looks ? beforeClient : NOTHING),
        runStatement(oldPsqlColumns(text), parameters, resultFormats),
        query(looks ? afterClient : NOTHING),
        query(TOUCHED),
        ...around.after,
        query('ROLLBACK'),
      ),
    signal,
  });
  // Row types of functions, toasted values and new files of the tables took oids.
  if (replica.isAlive) await replica.noteOid();
  const first = copied.length + around.before.length + 1;
  const before = answers.slice(0, first).find(({ error }) => error !== undefined);
  if (before?.error !== undefined) throw withoutPlace(before.error);
  const [set, scannedBefore, client, scanned, touched, ...after] = answers.slice(first);
  const answer = await clientAnswer([set!, client!], () => replica.end());
  if (change !== undefined && answer.error !== undefined) throw answer.error;
  if (callsRoutines && answer.signals.length > 0) throw signalOfRoutine();
  return {
    ...postgresResult(answer),
    touched: [...oidsOf(touched), ...scannedMeanwhile(scannedBefore, scanned)],
    ...(change !== undefined && { change: readChange(after) }),
  };
}

/**
 * Rows of tables are taken as they are: they may be older than a constraint, and columns that the statement does not read
 * are left out, whatever their defaults. The catalog's rows are changed rather than the tables altered: that is cheap, and
 * rolled back too.
 */
function opening(rows: readonly CopiedRows[], target: number | undefined): string {
  const names = rows.map(({ relation }) => mirroredName(relation));
  const all = [...rows.map(({ relation }) => relation.oid), ...(target === undefined ? [] : [target])];
  if (all.length === 0) return 'BEGIN';
  // Primary keys are not enforced; without their indexes Postgres does not look at them either.
  const noIndexes = `UPDATE pg_catalog.pg_class SET relhasindex = false WHERE oid IN (${all.join(', ')}) AND relhasindex`;
  if (rows.length === 0) return ['BEGIN', noIndexes].join(';\n');
  // What a statement changes has all of its columns, and keeps its constraints and defaults.
  const oids = ['0', ...rows.map(({ relation }) => relation.oid).filter((oid) => oid !== target)].join(', ');
  return [
    'BEGIN',
    `UPDATE pg_catalog.pg_attribute SET attnotnull = false, atthasdef = false, attgenerated = '', attidentity = ''
     WHERE attrelid IN (${oids}) AND (attnotnull OR atthasdef) AND attnum > 0`,
    `UPDATE pg_catalog.pg_class SET relchecks = 0 WHERE oid IN (${oids}) AND relchecks > 0`,
    `TRUNCATE ONLY ${names.join(', ')}`,
    // TRUNCATE makes them anew.
    noIndexes,
  ].join(';\n');
}

const TOUCHED = `SELECT DISTINCT relation FROM pg_catalog.pg_locks WHERE locktype = 'relation' AND relation >= 16384`;

const NOTHING = 'SELECT WHERE false';

function copyCommand({ relation, attnums }: CopiedRows): string {
  const names = columnNames(relation.columns.map((column) => column?.field.name ?? ''));
  const columns = attnums.map((attnum) => sqlName(names[attnum - 1]!));
  return `COPY ${mirroredName(relation)} (${columns.join(', ')}) FROM STDIN`;
}

function oidsOf(answer: Answer | undefined): readonly number[] {
  return (answer?.rows ?? []).map((row) => Number(Buffer.from(dataRowValues(row)[0] ?? []).toString()));
}

import { notSupported } from '../../base/sql-error.ts';
import type { CopyStmt } from '@pgsql/types';
import type { RowBatch, RowStream } from '../../engine/engine.ts';
import type { PrivatePostgres } from '../../postgres/private/private-postgres.ts';
import type { Answer } from '../../postgres/read-reply.ts';
import { changedResultType, queryCanceled } from '../errors.ts';
import { heldRows } from '../held-rows.ts';
import type { Statement } from '../../sql/sql.ts';
import { inClientText } from '../prepare-statement.ts';
import type { Execution } from '../query.ts';
import { sameShape } from '../same-shape.ts';
import { columnFormats, NO_FIGURES, type StatementRun } from '../statement-run.ts';
import { copyTemporary } from './copy-temporary.ts';
import { TemporaryObjects } from './temporary-objects.ts';

/** Rows that one step takes out of the private instance. */
const STEP_ROWS = 2000;

/** Runs a statement in the session's private instance, as it is written. */
export async function runTemporary(run: StatementRun): Promise<Execution> {
  const { prepared, parameters, context, signal } = run;
  const { statement, fields } = prepared;
  const instance = await (needsNoBlock(statement) ? run.temporary.enterAlone(context) : run.temporary.enter(context));
  if (signal.aborted) throw queryCanceled();
  if ('CopyStmt' in statement.node && isWithClient(statement.node.CopyStmt))
    return await copyTemporary(run, instance, statement.node.CopyStmt.is_from === true).catch((error: unknown) => {
      throw inClientText(error, statement.toClientPosition);
    });
  const name = run.temporary.newPortal();
  const answer = await instance
    .run(
      statement.text,
      { oids: prepared.parameterOids, formats: parameters.formats, values: parameters.values },
      columnFormats(run.resultFormats, fields?.length ?? 0),
      { name, maxRows: fields === null ? 0 : STEP_ROWS },
      signal,
    )
    .catch((error: unknown) => {
      throw inClientText(error, statement.toClientPosition);
    });
  if (mayChangeNames(run) && context.temporary instanceof TemporaryObjects) context.temporary.changed();
  if ('DiscardStmt' in statement.node && context.temporary instanceof TemporaryObjects) context.temporary.forgetLost();
  if (!sameShape(fields, answer.fields)) throw changedResultType();
  const { notices, notifications, signals, settingChanges } = answer;
  const told = { notices, notifications, signals, settingChanges, figures: NO_FIGURES };
  if (fields === null) return { rows: null, tag: () => answer.tag, ...told };
  const rows = portalRows(instance, name, answer, signal);
  return { rows: rows.stream, tag: rows.tag, ...told };
}

/** Files and programs of the server are refused by the instance itself. */
function isWithClient({ filename, is_program: isProgram }: CopyStmt): boolean {
  return filename === undefined && isProgram !== true;
}

/** Statements that begin and end transactions themselves, or that ask whether there is a block. */
function needsNoBlock({ node, text }: Statement): boolean {
  if ('VacuumStmt' in node || 'LockStmt' in node) return true;
  if ('DoStmt' in node || 'CallStmt' in node) return /\b(?:commit|rollback)\b/i.test(text);
  return ('IndexStmt' in node || 'DropStmt' in node || 'ReindexStmt' in node) && /\bconcurrently\b/i.test(text);
}

/** Utility statements do by nature, and functions of the session's own may. */
function mayChangeNames({ prepared: { statement } }: StatementRun): boolean {
  return statement.kind === 'utility' || /pg_temp/i.test(statement.text);
}

/** The rows of an open portal, a step at a time. */
function portalRows(
  instance: PrivatePostgres,
  name: string,
  first: Answer,
  signal: AbortSignal,
): { readonly stream: RowStream; readonly tag: () => string } {
  let held = rowsOf(first);
  /** Empty while the portal has more. */
  let { tag } = first;
  let count = 0;
  const next = async (maxRows?: number): Promise<RowBatch | undefined> => {
    for (;;) {
      const batch = await held.next(maxRows);
      if (batch !== undefined) {
        count += batch.rowCount;
        return batch;
      }
      if (tag !== '') return undefined;
      const answer = await instance.more({ name, maxRows: STEP_ROWS }, signal);
      ({ tag } = answer);
      // The session heard what the first step sent; a failed statement sends nothing.
      if (answer.notifications.length > 0)
        throw notSupported(
          `pg_notify() in a query of more than ${STEP_ROWS} rows`,
          'Call it in an aggregate or a DO block.',
        );
      held = rowsOf(answer);
    }
  };
  const close = async (): Promise<void> => {
    await held.close();
    if (tag !== '' || !instance.isAlive) return;
    tag = 'SELECT 0';
    // In a failed transaction the portal is gone already.
    await instance.more({ name, maxRows: 0 }, signal).catch(() => undefined);
  };
  return { stream: { next, close }, tag: () => tag.replace(/ \d+$/, ` ${count}`) };
}

function rowsOf({ rows }: Answer): RowStream {
  return heldRows(rows.length === 0 ? new Uint8Array() : Buffer.concat(rows), rows.length);
}

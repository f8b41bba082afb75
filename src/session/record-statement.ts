import { SqlError } from '../base/sql-error.ts';
import type { ExecutionFigures, KnownAnswer } from '../query/query.ts';
import { internalError } from './errors.ts';
import { NO_FIGURES } from './plan.ts';
import type { Plan } from './plan.ts';
import type { SessionState } from './session-state.ts';

/** What a step notes down about its statement. */
export type StatementRecord = { rowCount: number; tag: string | null; figures: ExecutionFigures | null };

/** Runs one statement and reports how it ended. Whatever is thrown leaves here as a SqlError. */
export async function recordStatement<T>(
  state: SessionState,
  text: string,
  step: (record: StatementRecord) => Promise<T>,
): Promise<T> {
  const record: StatementRecord = { rowCount: 0, tag: null, figures: null };
  const queryId = state.host.nextQueryId(state.processId);
  const startedAt = performance.now();
  try {
    const result = await step(record);
    report(state, text, { queryId, startedAt }, record, '00000');
    return result;
  } catch (error) {
    const known = error instanceof SqlError ? traceable(error, queryId) : internalError(queryId, error);
    record.tag = null;
    report(state, text, { queryId, startedAt }, record, known.sqlstate, error);
    throw known;
  }
}

/** Reports a statement that was answered at once. */
export function recordAnswered(state: SessionState, plan: Plan, startedAt: number, answer: KnownAnswer): void {
  const { rowCount, tag } = answer;
  const name = { queryId: state.host.nextQueryId(state.processId), startedAt };
  report(state, plan.statement.clientText, name, { rowCount, tag, figures: NO_FIGURES }, '00000');
}

function report(
  state: SessionState,
  text: string,
  { queryId, startedAt }: { readonly queryId: string; readonly startedAt: number },
  record: StatementRecord,
  sqlstate: string,
  error?: unknown,
): void {
  state.host.onStatement?.({
    queryId,
    processId: state.processId,
    database: state.host.database.name,
    role: state.role,
    text,
    durationMs: performance.now() - startedAt,
    rowCount: record.rowCount,
    tag: record.tag,
    figures: record.figures,
    sqlstate,
    ...(error !== undefined && { error }),
  });
}

/** An internal error of a room below says which statement it was, as ours do. */
function traceable(error: SqlError, queryId: string): SqlError {
  if (error.sqlstate !== 'XX000' || error.fields.detail !== undefined) return error;
  return error.with({ detail: `Query id ${queryId}.` });
}

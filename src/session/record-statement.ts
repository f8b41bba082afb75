import { SqlError } from '../base/sql-error.ts';
import type { ExecutionFigures } from '../query/query.ts';
import { internalError } from './errors.ts';
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
  const report = (sqlstate: string, error?: unknown): void =>
    state.host.onStatement?.({
      queryId,
      processId: state.processId,
      database: state.host.database.name,
      role: state.role,
      text,
      durationMs: performance.now() - startedAt,
      ...record,
      sqlstate,
      ...(error !== undefined && { error }),
    });
  try {
    const result = await step(record);
    report('00000');
    return result;
  } catch (error) {
    const known = error instanceof SqlError ? traceable(error, queryId) : internalError(queryId, error);
    record.tag = null;
    report(known.sqlstate, error);
    throw known;
  }
}

/** An internal error of a room below says which statement it was, as ours do. */
function traceable(error: SqlError, queryId: string): SqlError {
  if (error.sqlstate !== 'XX000' || error.fields.detail !== undefined) return error;
  return error.with({ detail: `Query id ${queryId}.` });
}

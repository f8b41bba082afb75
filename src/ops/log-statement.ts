import type { StatementEvent } from '../session/statement-event.ts';
import type { Log } from './open-log.ts';
import type { LogOptions } from './ops.ts';

const INTERNAL_ERROR = 'XX000';

/** One line for a statement that was slow or failed by the gateway's own fault; others leave none. */
export function logStatement(log: Log, options: LogOptions, event: StatementEvent): void {
  const internal = event.sqlstate === INTERNAL_ERROR;
  if (!internal && event.durationMs < options.slowStatementMs) return;
  const { figures } = event;
  const line = {
    queryId: event.queryId,
    processId: event.processId,
    database: event.database,
    role: event.role,
    durationMs: Math.round(event.durationMs * 10) / 10,
    rows: event.rowCount,
    ...(figures && {
      filesRead: figures.filesRead,
      filesTotal: figures.filesTotal,
      sizeBytes: figures.sizeBytes,
      snapshots: figures.snapshotIds.map(String),
      ...(figures.finishedBecause !== undefined && { finishedInPostgres: figures.finishedBecause }),
    }),
    sqlstate: event.sqlstate,
    ...(event.tag !== null && { tag: event.tag }),
    ...(options.statementText && { text: event.text }),
  };
  if (internal) log.error({ ...line, err: event.error }, 'statement failed inside');
  else log.info(line, 'statement');
}

import type { Execution } from '../query/query.ts';
import type { RunningStatement } from './running-statement.ts';
import type { SessionState } from './session-state.ts';

/**
 * Sends rows as fast as the client takes them, at most `maxRows` (0: all). Answers how many were sent and whether the
 * rows ended before the limit.
 */
export async function sendRows(
  state: SessionState,
  execution: Execution,
  maxRows: number,
  running: RunningStatement,
): Promise<{ readonly rowCount: number; readonly ended: boolean }> {
  let rowCount = 0;
  const { rows } = execution;
  if (rows === null) return { rowCount, ended: true };
  while (maxRows === 0 || rowCount < maxRows) {
    const batch = maxRows === 0 ? await rows.next() : await rows.next(maxRows - rowCount);
    if (batch === undefined) return { rowCount, ended: true };
    rowCount += batch.rowCount;
    state.client.dataRows(batch.bytes, batch.release);
    await state.client.writable();
    running.check();
  }
  return { rowCount, ended: false };
}

/** The tag with the rows of this run in place of all rows, as PostgreSQL counts a portal that is run in parts. */
export function tagOfPart(tag: string, rowCount: number): string {
  return tag.replace(/ \d+$/, ` ${rowCount}`);
}

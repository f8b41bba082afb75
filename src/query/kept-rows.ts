import type { RowBatch } from '../engine/engine.ts';
import type { Execution } from './query.ts';
import { heldRows } from './held-rows.ts';

/**
 * An execution with its rows read ahead, up to about `maxBytes`; `isComplete` if these are all of them, so that the
 * client can get them after the commit.
 */
export async function keptRows(
  execution: Execution,
  maxBytes: number,
): Promise<{ readonly execution: Execution; readonly isComplete: boolean }> {
  const { rows } = execution;
  if (rows === null) return { execution, isComplete: true };
  const batches: RowBatch[] = [];
  let sizeBytes = 0;
  for (let batch = await rows.next(); ; batch = await rows.next()) {
    if (batch === undefined) return { execution: { ...execution, rows: held(batches) }, isComplete: true };
    batches.push(batch);
    sizeBytes += batch.bytes.length;
    if (sizeBytes > maxBytes) break;
  }
  const first = held(batches);
  return {
    execution: {
      ...execution,
      rows: {
        next: async (maxRows) => (await first.next(maxRows)) ?? (await rows.next(maxRows)),
        async close() {
          await first.close();
          await rows.close();
        },
      },
    },
    isComplete: false,
  };
}

function held(batches: readonly RowBatch[]): ReturnType<typeof heldRows> {
  return heldRows(
    Buffer.concat(batches.map(({ bytes }) => bytes)),
    batches.reduce((sum, { rowCount }) => sum + rowCount, 0),
  );
}

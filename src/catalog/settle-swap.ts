import { backOff } from '../base/backoff.ts';
import type { LoadedTable, TableName } from './catalog.ts';
import type { TableSwap } from './commit-tables.ts';

/**
 * What became of a swap whose answer was lost, read back from the catalog. Tables swap together, so one table's
 * certain answer is everybody's. 'unknown' wherever there is a doubt: cleaning up then would lose live files.
 */
export async function settleSwap(
  load: (name: TableName) => Promise<LoadedTable | undefined>,
  swaps: readonly TableSwap[],
): Promise<'won' | 'lost' | 'unknown'> {
  for (let reading = 1; ; reading++) {
    try {
      for (const swap of swaps) {
        // A table that only had to stay as it was tells nothing.
        if (swap.from === swap.to && swap.after === undefined) continue;
        const settled =
          swap.after === undefined ? settledBy(await load(swap.name), swap) : await settledByName(load, swap);
        if (settled !== 'unknown') return settled;
      }
      return 'unknown';
    } catch {
      if (reading === READINGS) return 'unknown';
      await backOff(reading, { minWaitMs: 50, maxWaitMs: 1_000 });
    }
  }
}

/** How often the catalog is asked before the outcome is called unknown. */
const READINGS = 4;

function settledBy(
  current: LoadedTable | undefined,
  { from, to, base, metadata }: TableSwap,
): 'won' | 'lost' | 'unknown' {
  if (current === undefined) return 'unknown';
  if (current.metadataLocation === to) return 'won';
  if (current.metadataLocation === from) return 'lost';
  if (current.metadata.tableUuid !== metadata.tableUuid) return from === undefined ? 'lost' : 'unknown';
  const before = new Set((base?.snapshots ?? []).map((snapshot) => snapshot.snapshotId));
  const ours = new Set(metadata.snapshots.map((snapshot) => snapshot.snapshotId).filter((id) => !before.has(id)));
  const log = current.metadata.metadataLog.map((entry) => entry.metadataFile);
  if (log.includes(to) || current.metadata.snapshots.some((snapshot) => ours.has(snapshot.snapshotId))) return 'won';
  // The log goes back to our base, and what followed the base was not ours.
  return from !== undefined && log.includes(from) ? 'lost' : 'unknown';
}

/** Where the name moved: the table under its new name or gone is a win, under its old name as it was a loss. */
async function settledByName(
  load: (name: TableName) => Promise<LoadedTable | undefined>,
  { name, from, to, after }: TableSwap,
): Promise<'won' | 'lost' | 'unknown'> {
  if (after?.kind === 'rename' && (await load(after.to))?.metadataLocation === to) return 'won';
  const left = await load(name);
  if (left === undefined) return after?.kind === 'drop' ? 'won' : 'unknown';
  return left.metadataLocation === from ? 'lost' : 'unknown';
}

import { backOff } from '../base/backoff.ts';
import { booleanProperty } from '../iceberg/boolean-property.ts';
import { integerProperty } from '../iceberg/integer-property.ts';
import { nextMetadataLocation } from '../iceberg/metadata-location.ts';
import { withMetadataLog } from '../iceberg/metadata-log.ts';
import { writeTableMetadata } from '../iceberg/write-table-metadata.ts';
import { newCommitState } from '../iceberg/commit-state.ts';
import { WrittenFiles } from './written-files.ts';
import { settleSwap } from './settle-swap.ts';
import type { Store } from '../storage/storage.ts';
import type { TableMetadata } from '../iceberg/iceberg.ts';
import type { CommitState } from '../iceberg/commit-state.ts';
import type {
  ChangeOutcome,
  CommitAttempt,
  CommitOutcome,
  LoadedTable,
  NameChange,
  TableCommit,
  TableName,
} from './catalog.ts';

/**
 * One table's step in the catalog: from a metadata file to the next, and what becomes of its name then. `from` is
 * undefined for a new table; it equals `to` where only the name moves, or where the table must merely stay as it is.
 */
export type TableSwap = {
  readonly name: TableName;
  readonly from: string | undefined;
  readonly to: string;
  readonly after: NameChange | undefined;
  readonly base: TableMetadata | undefined;
  readonly metadata: TableMetadata;
};

/** Swaps all in order or none, durably; false where a `from` is no longer current. An exception leaves it open. */
export type SwapTables = (swaps: readonly TableSwap[]) => Promise<boolean>;

export type CommitSteps = {
  readonly store: Store;
  readonly load: (name: TableName) => Promise<LoadedTable | undefined>;
  readonly swap: SwapTables;
};

/**
 * The optimistic commit: changes are made again on the fresh base until the swap wins, a change finds a true conflict,
 * or the retries are used up. Files are removed only where it is proven that no table refers to them.
 */
export async function commitTables(
  steps: CommitSteps,
  commits: readonly TableCommit[],
  signal: AbortSignal | undefined,
): Promise<CommitOutcome> {
  const files = new WrittenFiles(steps.store);
  const stateful = commits.map((commit): StatefulCommit => ({ commit, state: newCommitState() }));
  let retries: Retries = retriesOf([]);
  for (let number = 1; ; number++) {
    const attempt = await tryOnce(steps, stateful, number, files, signal).catch(async (error: unknown) => {
      await files.removeAll();
      throw error;
    });
    switch (attempt.kind) {
      case 'committed':
        await files.removeAbandoned();
        await removeOldMetadata(steps.store, attempt.swaps);
        return { kind: 'committed', tables: attempt.tables };
      case 'conflict':
        await files.removeAll();
        return attempt;
      case 'unknown':
        return attempt;
      case 'lost':
        retries = number === 1 ? retriesOf(attempt.swaps) : retries;
        if (attempt.cause !== undefined && number > FAILURES_ALLOWED) {
          await files.removeAll();
          throw attempt.cause;
        }
        if (number > retries.count || performance.now() > retries.deadline) {
          await files.removeAll();
          return { kind: 'conflict', table: attempt.swaps[0]!.name, reason: `lost the race ${number} times` };
        }
        await backOff(number, retries, signal).catch(async (error: unknown) => {
          await files.removeAll();
          throw error;
        });
    }
  }
}

/** A swap that fails, rather than loses, is tried again this often. */
const FAILURES_ALLOWED = 2;

type Attempt =
  | Extract<CommitOutcome, { kind: 'conflict' | 'unknown' }>
  | { readonly kind: 'committed'; readonly tables: readonly LoadedTable[]; readonly swaps: readonly TableSwap[] }
  | { readonly kind: 'lost'; readonly swaps: readonly TableSwap[]; readonly cause?: unknown };

async function tryOnce(
  steps: CommitSteps,
  commits: readonly StatefulCommit[],
  number: number,
  files: WrittenFiles,
  signal: AbortSignal | undefined,
): Promise<Attempt> {
  files.startAttempt();
  const swaps: TableSwap[] = [];
  const tables: LoadedTable[] = [];
  // Names that earlier commits of this transaction left.
  const vacated = new Set<string>();
  for (const { commit, state } of commits) {
    signal?.throwIfAborted();
    const key = keyOf(commit.name);
    const loaded = vacated.has(key) ? undefined : await steps.load(commit.name);
    const mismatch = identityConflict(commit, loaded) ?? (await targetConflict(steps, commit, vacated));
    if (mismatch !== undefined) return { kind: 'conflict', table: commit.name, reason: mismatch };
    const attempt: CommitAttempt = {
      number,
      state,
      written: (uri) => files.add(uri),
      abandoned: (uri) => files.abandon(uri),
    };
    const outcome = await commit.change(loaded?.metadata ?? null, attempt);
    if (outcome.kind === 'conflict') return { kind: 'conflict', table: commit.name, reason: outcome.reason };
    const swap = await prepareSwap(steps.store, commit, loaded, outcome, files);
    if (swap !== undefined) swaps.push(swap);
    if (commit.after !== undefined) vacated.add(key);
    const kept = keptTable(commit, swap, loaded);
    if (kept !== undefined) tables.push(kept);
  }
  if (swaps.length === 0) return { kind: 'committed', tables, swaps };
  signal?.throwIfAborted();
  // The commit point.
  try {
    return (await steps.swap(swaps)) ? { kind: 'committed', tables, swaps } : { kind: 'lost', swaps };
  } catch (cause) {
    const settled = await settleSwap(steps.load, swaps);
    if (settled === 'won') return { kind: 'committed', tables, swaps };
    return settled === 'lost' ? { kind: 'lost', swaps, cause } : { kind: 'unknown', cause };
  }
}

type StatefulCommit = { readonly commit: TableCommit; readonly state: CommitState };

function identityConflict(commit: TableCommit, loaded: LoadedTable | undefined): string | undefined {
  if (commit.tableUuid === undefined) return loaded === undefined ? undefined : 'the table exists already';
  if (loaded === undefined) return 'the table was dropped';
  return loaded.metadata.tableUuid === commit.tableUuid ? undefined : 'the table was replaced by another of its name';
}

async function targetConflict(
  steps: CommitSteps,
  { after }: TableCommit,
  vacated: ReadonlySet<string>,
): Promise<string | undefined> {
  if (after?.kind !== 'rename' || vacated.has(keyOf(after.to))) return undefined;
  return (await steps.load(after.to)) === undefined ? undefined : `table "${after.to.name}" exists already`;
}

async function prepareSwap(
  store: Store,
  { name, after }: TableCommit,
  loaded: LoadedTable | undefined,
  outcome: Exclude<ChangeOutcome, { kind: 'conflict' }>,
  files: WrittenFiles,
): Promise<TableSwap | undefined> {
  const from = loaded?.metadataLocation;
  const base = loaded?.metadata;
  if (outcome.kind === 'unchanged') {
    if (base === undefined || from === undefined || (after === undefined && outcome.guard !== true)) return undefined;
    return { name, from, to: from, after, base, metadata: base };
  }
  const metadata =
    base === undefined || from === undefined ? outcome.metadata : withMetadataLog(outcome.metadata, base, from);
  const to = nextMetadataLocation(metadata, from);
  files.add(to);
  await writeTableMetadata(store, to, metadata);
  return { name, from, to, after, base, metadata };
}

/** The table as the commit leaves it; undefined if it drops it. */
function keptTable(
  { name, after }: TableCommit,
  swap: TableSwap | undefined,
  loaded: LoadedTable | undefined,
): LoadedTable | undefined {
  if (after?.kind === 'drop') return undefined;
  if (swap === undefined) return loaded;
  return { name: after?.to ?? name, metadataLocation: swap.to, metadata: swap.metadata };
}

function keyOf({ namespace, name }: TableName): string {
  return JSON.stringify([namespace, name]);
}

type Retries = {
  readonly count: number;
  readonly deadline: number;
  readonly minWaitMs: number;
  readonly maxWaitMs: number;
};

/** The table's own `commit.retry.*`; our default is more and shorter waits than Iceberg's 4 of 100 ms and up. */
function retriesOf(swaps: readonly TableSwap[]): Retries {
  const properties = swaps[0]?.metadata.properties ?? {};
  return {
    count: integerProperty(properties, 'commit.retry.num-retries', 30),
    minWaitMs: integerProperty(properties, 'commit.retry.min-wait-ms', 20, 1),
    maxWaitMs: integerProperty(properties, 'commit.retry.max-wait-ms', 2_000, 1),
    deadline: performance.now() + integerProperty(properties, 'commit.retry.total-timeout-ms', 1_800_000),
  };
}

async function removeOldMetadata(store: Store, swaps: readonly TableSwap[]): Promise<void> {
  for (const { base, metadata } of swaps) {
    if (base === undefined) continue;
    if (!booleanProperty(metadata.properties, 'write.metadata.delete-after-commit.enabled', false)) continue;
    const kept = new Set(metadata.metadataLog.map((entry) => entry.metadataFile));
    const old = base.metadataLog.map((entry) => entry.metadataFile).filter((file) => !kept.has(file));
    if (old.length > 0) await store.remove(old).catch(() => undefined);
  }
}

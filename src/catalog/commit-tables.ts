import { backOff } from '../base/backoff.ts';
import { booleanProperty, integerProperty } from '../iceberg/table-properties.ts';
import { nextMetadataLocation, withMetadataLog, writeTableMetadata } from '../iceberg/write-metadata.ts';
import { settleSwap } from './settle-swap.ts';
import type { Store } from '../storage/storage.ts';
import type { TableMetadata } from '../iceberg/iceberg.ts';
import type { CommitOutcome, LoadedTable, NameChange, TableCommit, TableName } from './catalog.ts';

/** One table's step from a metadata file to the next; `from` is undefined for a new table. */
export type TableSwap = {
  readonly name: TableName;
  readonly from: string | undefined;
  /** Equal to `from` where only the name changes. */
  readonly to: string;
  readonly after?: NameChange | undefined;
  readonly base: TableMetadata | undefined;
  readonly metadata: TableMetadata;
};

/** Swaps all or none, durably; false where a `from` is no longer current. An exception leaves the outcome open. */
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
  let retries: Retries = retriesOf([]);
  for (let number = 1; ; number++) {
    const attempt = await tryOnce(steps, commits, number, files, signal).catch(async (error: unknown) => {
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
  commits: readonly TableCommit[],
  number: number,
  files: WrittenFiles,
  signal: AbortSignal | undefined,
): Promise<Attempt> {
  files.startAttempt();
  const swaps: TableSwap[] = [];
  const tables: LoadedTable[] = [];
  const left = new Set<string>();
  for (const commit of commits) {
    signal?.throwIfAborted();
    const key = tableKey(commit.name);
    const loaded = commit.tableUuid === undefined && left.has(key) ? undefined : await steps.load(commit.name);
    const mismatch = identityConflict(commit, loaded);
    if (mismatch !== undefined) return { kind: 'conflict', table: commit.name, reason: mismatch };
    const outcome = await commit.change(loaded?.metadata ?? null, { number, written: (uri) => files.add(uri) });
    if (outcome.kind === 'conflict') return { kind: 'conflict', table: commit.name, reason: outcome.reason };
    const { after } = commit;
    if (after !== undefined) left.add(key);
    const swap =
      outcome.kind === 'changed'
        ? await prepareSwap(steps.store, commit.name, loaded, outcome.metadata, files)
        : loaded && { name: commit.name, from: loaded.metadataLocation, to: loaded.metadataLocation, ...basis(loaded) };
    if (swap === undefined) continue;
    if (outcome.kind === 'changed' || after !== undefined) swaps.push({ ...swap, after });
    if (after?.kind === 'drop') continue;
    const name = after?.to ?? commit.name;
    tables.push({ name, metadataLocation: swap.to, metadata: swap.metadata });
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

function basis({ metadata }: LoadedTable): Pick<TableSwap, 'base' | 'metadata'> {
  return { base: metadata, metadata };
}

function tableKey({ namespace, name }: TableName): string {
  return JSON.stringify([...namespace, name]);
}

function identityConflict(commit: TableCommit, loaded: LoadedTable | undefined): string | undefined {
  if (commit.tableUuid === undefined) return loaded === undefined ? undefined : 'the table exists already';
  if (loaded === undefined) return 'the table was dropped';
  return loaded.metadata.tableUuid === commit.tableUuid ? undefined : 'the table was replaced by another of its name';
}

async function prepareSwap(
  store: Store,
  name: TableName,
  loaded: LoadedTable | undefined,
  changed: TableMetadata,
  files: WrittenFiles,
): Promise<TableSwap> {
  const metadata = loaded === undefined ? changed : withMetadataLog(changed, loaded.metadata, loaded.metadataLocation);
  const to = nextMetadataLocation(metadata, loaded?.metadataLocation);
  files.add(to);
  await writeTableMetadata(store, to, metadata);
  return { name, from: loaded?.metadataLocation, to, base: loaded?.metadata, metadata };
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

/** Files that attempts wrote; what a later attempt uses again it names again. */
class WrittenFiles {
  readonly #store: Store;
  readonly #earlier = new Set<string>();
  #current = new Set<string>();

  constructor(store: Store) {
    this.#store = store;
  }

  startAttempt(): void {
    for (const uri of this.#current) this.#earlier.add(uri);
    this.#current = new Set();
  }

  add(uri: string): void {
    this.#current.add(uri);
  }

  /** After a proven loss. */
  async removeAll(): Promise<void> {
    await this.#remove([...this.#earlier, ...this.#current]);
  }

  /** After a win: what only lost attempts referred to. */
  async removeAbandoned(): Promise<void> {
    await this.#remove([...this.#earlier].filter((uri) => !this.#current.has(uri)));
  }

  /** What cannot be removed now is an orphan, which maintenance removes: the outcome stands. */
  async #remove(uris: readonly string[]): Promise<void> {
    if (uris.length > 0) await this.#store.remove(uris).catch(() => undefined);
  }
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

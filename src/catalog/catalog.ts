/**
 * Room `catalog`: where tables are. A *Catalog* maps a namespace and a name to the location of the current metadata
 * file, and swaps it atomically. One catalog is one database. It caches parsed metadata by location (immutable) and
 * checks `table-uuid` after every refresh. Commits are outcomes, not exceptions: losing a race is a value.
 */
import type { RowDeltaAttempt } from '../iceberg/commit-state.ts';
import type { TableMetadata } from '../iceberg/iceberg.ts';

export type TableName = { readonly namespace: readonly string[]; readonly name: string };

export type LoadedTable = {
  readonly name: TableName;
  readonly metadataLocation: string;
  readonly metadata: TableMetadata;
};

export type ListedTable = { readonly name: TableName; readonly kind: 'table' | 'view' };

/** What a commit does to one table: `change` is pure and re-run on every fresh base. */
export type TableCommit = {
  readonly name: TableName;
  /** Undefined creates the table; otherwise the uuid that the fresh base must still have. */
  readonly tableUuid?: string;
  /** New metadata from the fresh base, or why it cannot be (a true conflict, 40001). May write manifests. */
  readonly change: (base: TableMetadata | null, attempt: CommitAttempt) => Promise<ChangeOutcome>;
  /** Names move in the order of the commits: what a drop or rename leaves, a later commit may take. */
  readonly after?: NameChange;
};

/** What becomes of a table's name in the commit, after its change. */
export type NameChange = { readonly kind: 'drop' } | { readonly kind: 'rename'; readonly to: TableName };

/**
 * One attempt of a change, numbered from 1. Files that it writes, or that an earlier attempt wrote and it refers to
 * again, are recorded as `written`, so that a proven loss can remove them; what no attempt needs is `abandoned`.
 * `state` lasts over the attempts of one table's commit.
 */
export type CommitAttempt = RowDeltaAttempt;

export type ChangeOutcome =
  | { readonly kind: 'changed'; readonly metadata: TableMetadata }
  /** With `guard` the commit holds only if nobody else changes the table until then. */
  | { readonly kind: 'unchanged'; readonly guard?: true }
  | { readonly kind: 'conflict'; readonly reason: string };

/**
 * - committed: durable. - conflict: proven lost, nothing of it is visible, its files were removed.
 * - unknown: the outcome is not known (08007); every file was kept.
 */
export type CommitOutcome =
  | { readonly kind: 'committed'; readonly tables: readonly LoadedTable[] }
  | { readonly kind: 'conflict'; readonly table: TableName; readonly reason: string }
  | { readonly kind: 'unknown'; readonly cause: unknown };

export interface Catalog {
  readonly name: string;
  readonly readOnly: boolean;
  /** The default location of a new table (no trailing slash). */
  locationFor(name: TableName): Promise<string>;
  namespaces(): Promise<readonly (readonly string[])[]>;
  createNamespace(
    namespace: readonly string[],
    properties: Readonly<Record<string, string>>,
  ): Promise<'created' | 'exists'>;
  dropNamespace(namespace: readonly string[]): Promise<'dropped' | 'missing' | 'notEmpty'>;
  tables(namespace?: readonly string[]): Promise<readonly ListedTable[]>;
  /** The current state, refreshed from the catalog; undefined if there is no such table. */
  load(name: TableName): Promise<LoadedTable | undefined>;
  /** All tables or none, in one catalog transaction, with retries and backoff on lost races. */
  commit(commits: readonly TableCommit[], signal?: AbortSignal): Promise<CommitOutcome>;
  drop(name: TableName): Promise<'dropped' | 'missing'>;
  rename(from: TableName, to: TableName): Promise<'renamed' | 'missing' | 'exists'>;
  [Symbol.asyncDispose](): Promise<void>;
}

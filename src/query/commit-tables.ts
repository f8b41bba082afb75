import type { ChangeOutcome, CommitAttempt, LoadedTable, TableCommit } from '../catalog/catalog.ts';
import type { TableMetadata } from '../iceberg/iceberg.ts';
import { commitRowDelta } from '../iceberg/commit-row-delta.ts';
import type { DatabaseParts } from './database-parts.ts';
import type { CommittedSnapshot, TransactionContext } from './query.ts';
import type { StagedTable } from './transaction-tables.ts';
import { commitError, tableNameText } from './errors.ts';

/**
 * Commits what a transaction staged: one snapshot per changed table, all tables in one step of the catalog. On a
 * conflict nothing is visible and the transaction's own files are removed; on an unknown outcome every file stays.
 * `written` holds the URIs of the files that the transaction wrote; those that no table took over are removed.
 */
export async function commitTables(
  parts: DatabaseParts,
  staged: readonly StagedTable[],
  namespaces: ReadonlyMap<string, 'created' | 'dropped'>,
  written: ReadonlySet<string>,
  isolation: TransactionContext['isolation'],
): Promise<readonly CommittedSnapshot[]> {
  const snapshots: CommittedSnapshot[] = [];
  for (const [namespace, what] of namespaces)
    if (what === 'created') await parts.catalog.createNamespace(namespace.split('.'), {});
  const commits = staged.flatMap((table) => tableCommit(parts, table, isolation));
  if (commits.length > 0) {
    const outcome = await parts.catalog.commit(commits);
    if (outcome.kind !== 'committed') {
      if (outcome.kind === 'conflict') await parts.store.remove([...written]);
      throw commitError(outcome);
    }
    for (const table of outcome.tables) await parts.postgres.mirror.ensureTable(table);
    snapshots.push(...newSnapshots(staged, outcome.tables));
  }
  const kept = new Set(staged.filter(({ dropped }) => !dropped).flatMap(livePaths));
  await parts.store.remove([...written].filter((uri) => !kept.has(uri)));
  for (const [namespace, what] of namespaces)
    if (what === 'dropped') await parts.catalog.dropNamespace(namespace.split('.'));
  return snapshots;
}

/** The current snapshots of tables whose rows were changed. */
function newSnapshots(staged: readonly StagedTable[], committed: readonly LoadedTable[]): readonly CommittedSnapshot[] {
  const changed = new Set(
    staged.filter((table) => !table.dropped && hasRows(table)).map(({ name }) => tableNameText(name)),
  );
  return committed.flatMap(({ name, metadata: { snapshots, currentSnapshotId } }) => {
    const table = tableNameText(name);
    const snapshot = snapshots.find(({ snapshotId }) => snapshotId === currentSnapshotId);
    if (snapshot === undefined || !changed.has(table)) return [];
    return [{ table, snapshotId: snapshot.snapshotId, summary: snapshot.summary }];
  });
}

function livePaths({ pending }: StagedTable): readonly string[] {
  return [...pending.addedData.filter(({ path }) => !pending.removedData.has(path)), ...pending.addedDeletes].map(
    ({ path }) => path,
  );
}

function tableCommit(
  parts: DatabaseParts,
  table: StagedTable,
  isolation: TransactionContext['isolation'],
): readonly TableCommit[] {
  const rows = async (metadata: TableMetadata, attempt: CommitAttempt, base?: TableMetadata): Promise<ChangeOutcome> =>
    await withRows(parts, table, metadata, attempt, isolation, base);
  if (table.origin === null) {
    if (table.dropped) return [];
    const { metadata } = table.loaded;
    return [{ name: table.name, change: async (_, attempt) => await rows(metadata, attempt) }];
  }
  const { name, metadata } = table.origin;
  const { tableUuid } = metadata;
  if (table.dropped) return [{ name, tableUuid, after: { kind: 'drop' }, change: unchanged }];
  const moved = tableNameText(table.name) !== tableNameText(name);
  const idle = table.metadataChanges.length === 0 && !hasRows(table);
  if (idle && !moved) return [];
  return [
    {
      name,
      tableUuid,
      ...(moved && { after: { kind: 'rename', to: table.name } as const }),
      change: async (base, attempt) => {
        if (base === null) return { kind: 'conflict', reason: 'the table was dropped' };
        if (redefined(table, metadata, base)) return { kind: 'conflict', reason: 'its columns were changed meanwhile' };
        const changed = table.metadataChanges.reduce((fresh, change) => change(fresh), base);
        return await rows(changed, attempt, base);
      },
    },
  ];
}

/**
 * Rows of a changed schema are written with field ids that this transaction gave out: another change of the schema
 * meanwhile may have given them to other columns.
 */
function redefined(table: StagedTable, origin: TableMetadata, base: TableMetadata): boolean {
  if (table.metadataChanges.length === 0 || !hasRows(table)) return false;
  return base.lastColumnId !== origin.lastColumnId || base.currentSchemaId !== origin.currentSchemaId;
}

async function unchanged(): Promise<ChangeOutcome> {
  return { kind: 'unchanged' };
}

function hasRows({ pending }: StagedTable): boolean {
  return pending.addedData.length > 0 || pending.addedDeletes.length > 0 || pending.removedData.size > 0;
}

/** Fresh metadata with the transaction's files as one snapshot, if it has any. */
async function withRows(
  parts: DatabaseParts,
  table: StagedTable,
  metadata: TableMetadata,
  attempt: CommitAttempt,
  isolation: TransactionContext['isolation'],
  base?: TableMetadata,
): Promise<ChangeOutcome> {
  if (!hasRows(table)) return metadata === base ? { kind: 'unchanged' } : { kind: 'changed', metadata };
  const { pending } = table;
  return await commitRowDelta({
    store: parts.store,
    manifests: parts.manifests,
    metadata,
    readSnapshotId: table.origin?.metadata.currentSnapshotId ?? null,
    addedData: pending.addedData.filter(({ path }) => !pending.removedData.has(path)),
    addedDeletes: pending.addedDeletes,
    removedData: [...pending.removedData].filter((path) => !pending.addedData.some((file) => file.path === path)),
    // A serializable change must not have missed rows that were added meanwhile, whatever it read of the table.
    ...(isolation === 'serializable' && { conflicts: () => true }),
    attempt,
  });
}

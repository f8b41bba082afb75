import type { ChangeOutcome, CommitAttempt, LoadedTable, TableCommit } from '../catalog/catalog.ts';
import type { TableMetadata } from '../iceberg/iceberg.ts';
import { commitRowDelta } from '../iceberg/commit-row-delta.ts';
import { currentSchema } from '../iceberg/change-field.ts';
import { findConflict } from '../iceberg/find-conflict.ts';
import type { DatabaseParts } from './database-parts.ts';
import type { CommittedSnapshot } from './query.ts';
import type { StagedTable, TransactionTables } from './transaction-tables.ts';
import { deletesSameRows } from './deletes-same-rows.ts';
import { commitError, tableNameText } from './errors.ts';
import { removeWritten } from './remove-written.ts';

/**
 * Commits what a transaction staged: one snapshot per changed table, all tables in one step of the catalog. On a
 * conflict or a failure nothing is visible and the transaction's own files are removed; on an unknown outcome every
 * file stays.
 * `written` holds the URIs of the files that the transaction wrote; those that no table took over are removed.
 */
export async function commitTables(
  parts: DatabaseParts,
  tables: TransactionTables,
  written: ReadonlySet<string>,
): Promise<readonly CommittedSnapshot[]> {
  const { staged, namespaces } = tables;
  const snapshots: CommittedSnapshot[] = [];
  const created = [...namespaces].flatMap(([namespace, what]) => (what === 'created' ? [namespace.split('.')] : []));
  for (const namespace of created) await parts.catalog.createNamespace(namespace, {});
  const commits = staged.flatMap((table) => tableCommit(parts, table, tables));
  if (commits.length > 0) {
    const undo = async (): Promise<void> => {
      await removeWritten(parts.store, [...written]);
      for (const namespace of created) await parts.catalog.dropNamespace(namespace).catch(() => undefined);
    };
    const outcome = await parts.catalog.commit([...guards(parts, tables), ...commits]).catch(async (error: unknown) => {
      await undo();
      throw error;
    });
    if (outcome.kind !== 'committed') {
      if (outcome.kind === 'conflict') await undo();
      throw commitError(outcome);
    }
    // The mirror is a cache: what it cannot take now, the next statement that names it tells.
    for (const table of outcome.tables) await parts.postgres.mirror.ensureTable(table).catch(() => undefined);
    snapshots.push(...newSnapshots(staged, outcome.tables));
  }
  const kept = new Set(staged.filter(({ dropped }) => !dropped).flatMap(livePaths));
  await removeWritten(
    parts.store,
    [...written].filter((uri) => !kept.has(uri)),
  );
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

function tableCommit(parts: DatabaseParts, table: StagedTable, tables: TransactionTables): readonly TableCommit[] {
  const rows = async (metadata: TableMetadata, attempt: CommitAttempt, base?: TableMetadata): Promise<ChangeOutcome> =>
    await withRows(parts, table, tables, metadata, attempt, base);
  if (table.origin === null) {
    if (table.dropped) return [];
    const { metadata } = table.loaded;
    return [{ name: table.name, change: async (_, attempt) => await rows(metadata, attempt) }];
  }
  const { name, metadata } = table.origin;
  const { tableUuid } = metadata;
  if (table.dropped) return [{ name, tableUuid, after: { kind: 'drop' }, change: unchanged }];
  if (isIdle(table)) return [];
  const moved = tableNameText(table.name) !== tableNameText(name);
  return [
    {
      name,
      tableUuid,
      ...(moved && { after: { kind: 'rename', to: table.name } as const }),
      change: async (base, attempt) => {
        if (base === null) return { kind: 'conflict', reason: 'the table was dropped' };
        if (table.needsSameRows === true && base.currentSnapshotId !== metadata.currentSnapshotId)
          return { kind: 'conflict', reason: 'its rows were changed meanwhile' };
        if (redefined(table, metadata, base) || narrowed(table, metadata, base))
          return { kind: 'conflict', reason: 'its columns were changed meanwhile' };
        const changed = table.metadataChanges.reduce((fresh, change) => change(fresh), base);
        return await rows(changed, attempt, base);
      },
    },
  ];
}

/** It was looked at, or nothing came of its changes. */
function isIdle(table: StagedTable): boolean {
  const { name, origin, dropped, metadataChanges } = table;
  if (origin === null || dropped || metadataChanges.length > 0 || hasRows(table)) return false;
  return tableNameText(name) === tableNameText(origin.name);
}

/**
 * Rows of a changed table are written with ids of fields, specs and orders that this transaction gave out: another
 * change meanwhile may have given them to others.
 */
function redefined(table: StagedTable, origin: TableMetadata, base: TableMetadata): boolean {
  if (table.metadataChanges.length === 0 || !hasRows(table)) return false;
  const given = ['lastColumnId', 'currentSchemaId', 'lastPartitionId', 'defaultSpecId', 'defaultSortOrderId'] as const;
  return given.some((id) => base[id] !== origin[id]);
}

/**
 * New rows were written for the columns and constraints that the transaction saw: they lack the values of a column that
 * needs some or was replaced meanwhile, and nobody has looked whether they keep to constraints that came.
 */
function narrowed({ pending }: StagedTable, origin: TableMetadata, base: TableMetadata): boolean {
  if (pending.addedData.length === 0) return false;
  if (base.currentSchemaId === origin.currentSchemaId && base.properties === origin.properties) return false;
  const before = currentSchema(origin).fields;
  const isNarrower = currentSchema(base).fields.some(({ id, name, required }) => {
    const own = before.find((field) => field.id === id);
    if (own !== undefined) return required && !own.required;
    const hasDefault = base.properties[`bergwire.default.${id}`] !== undefined;
    return required || hasDefault || before.some((field) => field.name === name);
  });
  const added = Object.entries(base.properties).filter(([key, value]) => origin.properties[key] !== value);
  return isNarrower || added.some(([key]) => key.startsWith('bergwire.check.'));
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
  tables: TransactionTables,
  metadata: TableMetadata,
  attempt: CommitAttempt,
  base?: TableMetadata,
): Promise<ChangeOutcome> {
  if (!hasRows(table)) return metadata === base ? { kind: 'unchanged' } : { kind: 'changed', metadata };
  const { pending } = table;
  const conflicts = tables.reads.conflicts(metadata.tableUuid);
  return await commitRowDelta({
    store: parts.store,
    manifests: parts.manifests,
    metadata,
    readSnapshotId: table.origin?.metadata.currentSnapshotId ?? null,
    addedData: pending.addedData.filter(({ path }) => !pending.removedData.has(path)),
    addedDeletes: pending.addedDeletes,
    removedData: [...pending.removedData].filter((path) => !pending.addedData.some((file) => file.path === path)),
    deletesSameRows: (others) => deletesSameRows(parts.engine, pending.addedDeletes, others),
    ...(conflicts !== undefined && { conflicts }),
    attempt,
  });
}

/** Tables that were read or locked and not changed must not have changed either until the commit. */
function guards(parts: DatabaseParts, { staged, reads }: TransactionTables): readonly TableCommit[] {
  const changed = new Set(
    staged.flatMap((table) => (table.origin === null || isIdle(table) ? [] : [table.origin.metadata.tableUuid])),
  );
  return reads.all
    .filter(({ loaded }) => loaded.metadataLocation !== '' && !changed.has(loaded.metadata.tableUuid))
    .map(({ loaded }) => guardOf(parts, loaded, reads.conflicts(loaded.metadata.tableUuid)));
}

function guardOf(parts: DatabaseParts, { name, metadata }: LoadedTable, conflicts: Conflicts | undefined): TableCommit {
  return {
    name,
    tableUuid: metadata.tableUuid,
    change: async (base, attempt) => {
      if (base === null) return { kind: 'conflict', reason: 'the table was dropped' };
      const nothing = {
        store: parts.store,
        manifests: parts.manifests,
        addedData: [],
        addedDeletes: [],
        removedData: [],
      };
      const reason = await findConflict(
        {
          ...nothing,
          metadata: base,
          readSnapshotId: metadata.currentSnapshotId,
          attempt,
          ...(conflicts !== undefined && { conflicts }),
        },
        base.snapshots.find(({ snapshotId }) => snapshotId === base.currentSnapshotId),
      );
      return reason === undefined ? { kind: 'unchanged', guard: true } : { kind: 'conflict', reason };
    },
  };
}

type Conflicts = NonNullable<ReturnType<TransactionTables['reads']['conflicts']>>;

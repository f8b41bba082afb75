import { commitRowDelta } from '../../src/iceberg/commit-row-delta.ts';
import { manifestCache } from '../../src/iceberg/manifest-cache.ts';
import { newTableMetadata } from '../../src/iceberg/new-table.ts';
import { liveEntries } from '../../src/iceberg/read-manifest.ts';
import type { Catalog, CommitOutcome, TableCommit, TableName } from '../../src/catalog/catalog.ts';
import type { DataFile, TableMetadata } from '../../src/iceberg/iceberg.ts';
import type { RowDelta } from '../../src/iceberg/commit-row-delta.ts';
import type { ManifestCache } from '../../src/iceberg/manifest-cache.ts';
import type { Store } from '../../src/storage/storage.ts';

export const tableName: TableName = { namespace: ['ns'], name: 't' };

export type Parts = { readonly catalog: Catalog; readonly store: Store; readonly manifests: ManifestCache };

/** An unpartitioned table of one column. */
export function oneColumn(location: string, properties: Readonly<Record<string, string>> = {}): TableMetadata {
  return newTableMetadata({
    schema: { schemaId: 0, fields: [{ id: 1, name: 'id', required: false, type: 'int' }], identifierFieldIds: [] },
    spec: { specId: 0, fields: [] },
    sortOrder: { orderId: 0, fields: [] },
    location,
    properties,
    formatVersion: 2,
  });
}

export async function createTable(
  catalog: Catalog,
  name = tableName,
  properties: Readonly<Record<string, string>> = {},
): Promise<void> {
  const metadata = oneColumn(await catalog.locationFor(name), properties);
  const outcome = await catalog.commit([{ name, change: async () => ({ kind: 'changed', metadata }) }]);
  if (outcome.kind !== 'committed') throw new Error(`not created: ${outcome.kind}`);
}

export function file(path: string, other: Partial<DataFile> = {}): DataFile {
  return {
    content: 'data',
    path,
    format: 'parquet',
    specId: 0,
    partition: [],
    recordCount: 1,
    sizeBytes: 10,
    ...other,
  };
}

/** A commit of files on top of what the table is now. */
export async function rowCommit(parts: Parts, delta: Partial<RowDelta>, name = tableName): Promise<TableCommit> {
  const { metadata } = (await parts.catalog.load(name))!;
  return {
    name,
    tableUuid: metadata.tableUuid,
    change: (base, attempt) =>
      commitRowDelta({
        store: parts.store,
        manifests: parts.manifests,
        metadata: base!,
        readSnapshotId: metadata.currentSnapshotId,
        addedData: [],
        addedDeletes: [],
        removedData: [],
        attempt,
        ...delta,
      }),
  };
}

export async function appendFile(parts: Parts, path: string, name = tableName): Promise<CommitOutcome> {
  return parts.catalog.commit([await rowCommit(parts, { addedData: [file(path)] }, name)]);
}

/** Paths of the table's live files, sorted, read without any cache; repeated where a file is there twice. */
export async function liveFiles({ catalog, store }: Parts, name = tableName): Promise<readonly string[]> {
  const { metadata } = (await catalog.load(name))!;
  const cache = manifestCache(store, 1e7);
  const snapshot = metadata.snapshots.find(({ snapshotId }) => snapshotId === metadata.currentSnapshotId);
  const paths: string[] = [];
  for (const manifest of snapshot === undefined ? [] : await cache.manifests(snapshot, metadata)) {
    paths.push(...liveEntries(await cache.entries(manifest, metadata)).map((entry) => entry.file.path));
  }
  return paths.toSorted();
}

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqlCatalog } from '../../src/catalog/sql-catalog.ts';
import { commitRowDelta } from '../../src/iceberg/commit-row-delta.ts';
import { manifestCache } from '../../src/iceberg/manifest-cache.ts';
import { withMetrics } from '../../src/iceberg/manifest-data-file.ts';
import { newTableMetadata } from '../../src/iceberg/new-table.ts';
import { liveEntries } from '../../src/iceberg/read-manifest.ts';
import { openStore } from '../../src/storage/open-store.ts';
import { dataFile, everyTypeTable } from './every-type-table.ts';
import type { Catalog, CommitOutcome, TableName } from '../../src/catalog/catalog.ts';
import type { RowDelta } from '../../src/iceberg/commit-row-delta.ts';
import type { DataFile, ManifestEntry } from '../../src/iceberg/iceberg.ts';
import type { ManifestCache } from '../../src/iceberg/manifest-cache.ts';
import type { Store } from '../../src/storage/storage.ts';

export const name: TableName = { namespace: ['ns'], name: 't' };

export type Warehouse = {
  readonly folder: string;
  readonly store: Store;
  readonly catalog: Catalog;
  readonly manifests: ManifestCache;
};

export async function inWarehouse(work: (warehouse: Warehouse) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bergwire-write-'));
  const store = openStore();
  try {
    await using catalog = openSqlCatalog({ name: 'c', uri: `sqlite:${folder}/catalog.db`, store, warehouse: folder });
    await work({ folder, store, catalog, manifests: manifestCache(store, 1e8) });
  } finally {
    await rm(folder, { recursive: true });
  }
}

export async function create(
  { catalog }: Warehouse,
  formatVersion: 1 | 2,
  properties: Record<string, string> = {},
): Promise<void> {
  const metadata = newTableMetadata({
    ...everyTypeTable,
    formatVersion,
    properties,
    location: await catalog.locationFor(name),
  });
  const outcome = await catalog.commit([{ name, change: async () => ({ kind: 'changed', metadata }) }]);
  assert.equal(outcome.kind, 'committed');
}

export async function change(
  { catalog, store, manifests }: Warehouse,
  delta: Partial<RowDelta>,
): Promise<CommitOutcome> {
  const loaded = (await catalog.load(name))!;
  return catalog.commit([
    {
      name,
      tableUuid: loaded.metadata.tableUuid,
      change: (base, attempt) =>
        commitRowDelta({
          store,
          manifests,
          metadata: base!,
          readSnapshotId: loaded.metadata.currentSnapshotId,
          addedData: [],
          addedDeletes: [],
          removedData: [],
          attempt,
          ...delta,
        }),
    },
  ]);
}

export async function entries({ catalog, store }: Warehouse): Promise<readonly ManifestEntry[]> {
  const { metadata } = (await catalog.load(name))!;
  const cache = manifestCache(store, 1e8);
  const snapshot = metadata.snapshots.find(({ snapshotId }) => snapshotId === metadata.currentSnapshotId);
  const manifests = snapshot === undefined ? [] : await cache.manifests(snapshot, metadata);
  const all = await Promise.all(manifests.map((manifest) => cache.entries(manifest, metadata)));
  return all.flatMap((list) => liveEntries(list));
}

export function ok(outcome: CommitOutcome): void {
  assert.equal(
    outcome.kind,
    'committed',
    JSON.stringify(outcome, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
  );
}

/** A position-delete file in the partition of `key`; about the one data file unless it is undefined. */
export function deleteFile(path: string, data: string | undefined, key: number): DataFile {
  return {
    ...withMetrics(dataFile(path, key)),
    content: 'position-deletes',
    recordCount: 3,
    sizeBytes: 500,
    ...(data !== undefined && { referencedDataFile: `file:///t/${data}` }),
    lowerBounds: new Map(),
    upperBounds: new Map(),
  };
}

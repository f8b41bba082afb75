import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
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

const name: TableName = { namespace: ['ns'], name: 't' };

type Warehouse = {
  readonly folder: string;
  readonly store: Store;
  readonly catalog: Catalog;
  readonly manifests: ManifestCache;
};

async function inWarehouse(work: (warehouse: Warehouse) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bergwire-write-'));
  const store = openStore();
  try {
    await using catalog = openSqlCatalog({ name: 'c', uri: `sqlite:${folder}/catalog.db`, store, warehouse: folder });
    await work({ folder, store, catalog, manifests: manifestCache(store, 1e8) });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function create(
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

async function change({ catalog, store, manifests }: Warehouse, delta: Partial<RowDelta>): Promise<CommitOutcome> {
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

async function entries({ catalog, store }: Warehouse): Promise<readonly ManifestEntry[]> {
  const { metadata } = (await catalog.load(name))!;
  const cache = manifestCache(store, 1e8);
  const snapshot = metadata.snapshots.find(({ snapshotId }) => snapshotId === metadata.currentSnapshotId);
  const manifests = snapshot === undefined ? [] : await cache.manifests(snapshot, metadata);
  const all = await Promise.all(manifests.map((manifest) => cache.entries(manifest, metadata)));
  return all.flatMap((list) => liveEntries(list));
}

function ok(outcome: CommitOutcome): void {
  assert.equal(
    outcome.kind,
    'committed',
    JSON.stringify(outcome, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
  );
}

suite('writing snapshots', () => {
  for (const formatVersion of [1, 2] as const) {
    test(`v${formatVersion}: files come back as they were added`, () =>
      inWarehouse(async (warehouse) => {
        await create(warehouse, formatVersion);
        const files = [dataFile('a', 1), dataFile('b', 2), dataFile('c', null)];
        ok(await change(warehouse, { addedData: files }));
        const read = await entries(warehouse);
        assert.deepEqual(
          read.map(({ file }) => plain(file)),
          files.map(plain),
        );
        for (const entry of read) {
          assert.equal(entry.dataSequenceNumber, formatVersion === 1 ? 0n : 1n);
          assert.equal(entry.status, 'added');
        }
      }));
  }

  test('summaries count what a snapshot does and what the table then has', () =>
    inWarehouse(async (warehouse) => {
      await create(warehouse, 2);
      ok(await change(warehouse, { addedData: [dataFile('a', 1), dataFile('b', 2)] }));
      ok(await change(warehouse, { addedDeletes: [deleteFile('d', 'a', 1)], addedData: [dataFile('c', 2)] }));
      ok(await change(warehouse, { removedData: ['file:///t/a'] }));
      const { metadata } = (await warehouse.catalog.load(name))!;
      assert.deepEqual(
        metadata.snapshots.map(({ summary }) => summary),
        [
          {
            operation: 'append',
            'engine-name': 'bergwire',
            'added-data-files': '2',
            'added-records': '20',
            'added-files-size': '2000',
            'changed-partition-count': '2',
            'total-data-files': '2',
            'total-delete-files': '0',
            'total-records': '20',
            'total-files-size': '2000',
            'total-position-deletes': '0',
            'total-equality-deletes': '0',
          },
          {
            operation: 'overwrite',
            'engine-name': 'bergwire',
            'added-data-files': '1',
            'added-delete-files': '1',
            'added-position-delete-files': '1',
            'added-records': '10',
            'added-position-deletes': '3',
            'added-files-size': '1500',
            'changed-partition-count': '2',
            'total-data-files': '3',
            'total-delete-files': '1',
            'total-records': '30',
            'total-files-size': '3500',
            'total-position-deletes': '3',
            'total-equality-deletes': '0',
          },
          {
            operation: 'delete',
            'engine-name': 'bergwire',
            'deleted-data-files': '1',
            'deleted-records': '10',
            'removed-files-size': '1000',
            'changed-partition-count': '1',
            'total-data-files': '2',
            'total-delete-files': '1',
            'total-records': '20',
            'total-files-size': '2500',
            'total-position-deletes': '3',
            'total-equality-deletes': '0',
          },
        ],
      );
      assert.deepEqual(
        metadata.snapshotLog.map(({ snapshotId }) => snapshotId),
        metadata.snapshots.map(({ snapshotId }) => snapshotId),
      );
      assert.equal(metadata.lastSequenceNumber, 3n);
      const live = await entries(warehouse);
      assert.deepEqual(
        live.map(({ file, dataSequenceNumber }) => `${file.path.at(-1)}${dataSequenceNumber}`).toSorted(),
        ['b1', 'c2', 'd2'],
      );
    }));

  test('manifests merge when there are enough of them, and nothing is lost', () =>
    inWarehouse(async (warehouse) => {
      await create(warehouse, 2, { 'commit.manifest.min-count-to-merge': '4' });
      for (let round = 0; round < 10; round++)
        ok(await change(warehouse, { addedData: [dataFile(`f${round}`, round)] }));
      const { metadata } = (await warehouse.catalog.load(name))!;
      const manifests = await warehouse.manifests.manifests(metadata.snapshots.at(-1)!, metadata);
      assert.ok(manifests.length < 5, `${manifests.length} manifests`);
      const live = await entries(warehouse);
      assert.deepEqual(
        live.map(({ file, dataSequenceNumber }) => `${file.path} ${dataSequenceNumber}`).toSorted(),
        Array.from({ length: 10 }, (_, round) => `file:///t/f${round} ${round + 1}`),
      );
    }));
});

function deleteFile(path: string, data: string, key: number): DataFile {
  return {
    ...withMetrics(dataFile(path, key)),
    content: 'position-deletes',
    recordCount: 3,
    sizeBytes: 500,
    referencedDataFile: `file:///t/${data}`,
  };
}

function plain(file: DataFile): unknown {
  const whole = withMetrics(file);
  return Object.fromEntries(
    Object.entries(whole)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [
        key,
        value instanceof Map
          ? [...value].map(([id, part]) => [id, bytes(part)])
          : Array.isArray(value)
            ? value.map(bytes)
            : value,
      ]),
  );
}

function bytes(value: unknown): unknown {
  return value instanceof Uint8Array ? `x${Buffer.from(value).toString('hex')}` : value;
}

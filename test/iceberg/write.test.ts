import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { GATEWAY_VERSION } from '../../src/base/gateway-version.ts';
import { withMetrics } from '../../src/iceberg/manifest-data-file.ts';
import type { DataFile } from '../../src/iceberg/iceberg.ts';
import { dataFile } from './every-type-table.ts';
import { change, create, deleteFile, entries, inWarehouse, name, ok } from './snapshot-warehouse.ts';

const ENGINE = { 'engine-name': 'bergwire', 'engine-version': GATEWAY_VERSION };

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
            ...ENGINE,
            'manifests-created': '1',
            'manifests-kept': '0',
            'manifests-replaced': '0',
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
            ...ENGINE,
            'manifests-created': '2',
            'manifests-kept': '1',
            'manifests-replaced': '0',
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
            ...ENGINE,
            'manifests-created': '2',
            'manifests-kept': '1',
            'manifests-replaced': '2',
            'deleted-data-files': '1',
            'removed-delete-files': '1',
            'removed-position-delete-files': '1',
            'deleted-records': '10',
            'removed-position-deletes': '3',
            'removed-files-size': '1500',
            'changed-partition-count': '1',
            'total-data-files': '2',
            'total-delete-files': '0',
            'total-records': '20',
            'total-files-size': '2000',
            'total-position-deletes': '0',
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
        ['b1', 'c2'],
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

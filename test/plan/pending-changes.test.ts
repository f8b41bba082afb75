import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DataFile, ManifestFile, Snapshot, TableMetadata } from '../../src/iceberg/iceberg.ts';
import type { ManifestCache } from '../../src/iceberg/manifest-cache.ts';
import { encodeSingleValue } from '../../src/iceberg/single-value.ts';
import type { PendingChanges } from '../../src/plan/pending-changes.ts';
import { planScan } from '../../src/plan/plan-scan.ts';
import type { Predicate } from '../../src/plan/plan.ts';

const schema = {
  schemaId: 0,
  identifierFieldIds: [],
  fields: [{ id: 1, name: 'id', required: true, type: 'int' as const }],
};
const spec = { specId: 0, fields: [] };

const file = (path: string, id: number, changed: Partial<DataFile> = {}): DataFile => ({
  content: 'data',
  format: 'parquet',
  specId: 0,
  partition: [],
  recordCount: 1,
  sizeBytes: 100,
  path,
  lowerBounds: new Map([[1, encodeSingleValue('int', id)]]),
  upperBounds: new Map([[1, encodeSingleValue('int', id)]]),
  ...changed,
});

const manifest: ManifestFile = {
  path: 'm',
  lengthBytes: 1,
  specId: 0,
  content: 'data',
  sequenceNumber: 7n,
  minSequenceNumber: 7n,
  addedSnapshotId: 1n,
  addedFilesCount: 2,
  existingFilesCount: 0,
  deletedFilesCount: 1,
  addedRowsCount: 2n,
  existingRowsCount: 0n,
  deletedRowsCount: 1n,
};

const manifests: ManifestCache = {
  manifests: async () => [manifest],
  entries: async () =>
    (['added', 'added', 'deleted'] as const).map((status, index) => ({
      status,
      snapshotId: 1n,
      dataSequenceNumber: 7n,
      fileSequenceNumber: 7n,
      file: file('abc'[index]!, index + 1),
    })),
};

const metadata = {
  location: 's3://t',
  lastSequenceNumber: 7n,
  properties: {},
  schemas: [schema],
  currentSchemaId: 0,
  partitionSpecs: [spec],
} as unknown as TableMetadata;

const snapshot: Snapshot = { snapshotId: 1n, sequenceNumber: 7n, timestampMs: 0, summary: {} };

async function planned(
  pending: PendingChanges,
  predicate: Predicate = { kind: 'true' },
  from: Snapshot | null = snapshot,
) {
  const plan = await planScan({ table: 't', metadata, snapshot: from, schema, predicate, manifests, pending });
  const deletes = (indexes: readonly number[]) => indexes.map((index) => plan.positionDeletes[index]!.path);
  const files = plan.files.map((each) => [
    each.file.path,
    Number(each.dataSequenceNumber),
    deletes(each.positionDeletes),
  ]);
  return { files, counts: plan.counts };
}

test('a transaction sees what it added, and not what it removed', async () => {
  const pending = { addedData: [file('d', 4)], addedDeletes: [], removedData: new Set(['a']) };
  const { files, counts } = await planned(pending);
  assert.deepEqual(files, [
    ['b', 7, []],
    ['d', 8, []],
  ]);
  assert.equal(counts.filesTotal, 2);
  assert.equal(counts.filesRead, 2);
  assert.equal(counts.sizeBytes, 200);
});

test('its position deletes apply to the files that they name, its own too', async () => {
  const deletes = (path: string, referencedDataFile?: string) =>
    file(path, 0, { content: 'position-deletes', ...(referencedDataFile !== undefined && { referencedDataFile }) });
  const pending = {
    addedData: [file('d', 4)],
    addedDeletes: [deletes('x'), deletes('y', 'd')],
    removedData: new Set<string>(),
  };
  assert.deepEqual((await planned(pending)).files, [
    ['a', 7, ['x']],
    ['b', 7, ['x']],
    ['d', 8, ['y', 'x']],
  ]);
});

test('its files are pruned like others, and are all there is of a table without snapshot', async () => {
  const pending = { addedData: [file('d', 4), file('e', 5)], addedDeletes: [], removedData: new Set<string>() };
  const four: Predicate = { kind: 'compare', field: 1, op: '=', value: 4 };
  assert.deepEqual((await planned(pending, four)).files, [['d', 8, []]]);
  const { files, counts } = await planned(pending, { kind: 'true' }, null);
  assert.equal(files.length, 2);
  assert.equal(counts.manifestsTotal, 0);
});

test('a literal of another type prunes nothing', async () => {
  const pending = { addedData: [], addedDeletes: [], removedData: new Set<string>() };
  const odd: Predicate = { kind: 'compare', field: 1, op: '=', value: 'four' };
  assert.equal((await planned(pending, odd)).files.length, 2);
  assert.equal((await planned(pending, { kind: 'compare', field: 1, op: '=', value: 1.5 })).files.length, 2);
  assert.equal((await planned(pending, { kind: 'compare', field: 9, op: '=', value: 1 })).files.length, 2);
});

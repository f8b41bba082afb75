import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { DataFile, IcebergValue, ManifestEntry, NestedField, PartitionSpec } from '../../src/iceberg/iceberg.ts';
import { encodeSingleValue } from '../../src/iceberg/single-value.ts';
import { assignedDeletes } from '../../src/plan/assigned-deletes.ts';

const unpartitioned: PartitionSpec = { specId: 0, fields: [] };
const byRegion: PartitionSpec = {
  specId: 1,
  fields: [{ fieldId: 1000, sourceId: 2, name: 'region', transform: { kind: 'identity' } }],
};
const byRegionAgain: PartitionSpec = { ...byRegion, specId: 2 };
const onlyVoid: PartitionSpec = {
  specId: 3,
  fields: [{ fieldId: 1000, sourceId: 2, name: 'region', transform: { kind: 'void' } }],
};
const specs = new Map([unpartitioned, byRegion, byRegionAgain, onlyVoid].map((spec) => [spec.specId, spec]));

const fields: readonly NestedField[] = [
  { id: 1, name: 'id', required: false, type: 'long' },
  { id: 2, name: 'region', required: false, type: 'string' },
  { id: 3, name: 'x', required: false, type: 'double' },
];

function entry(sequence: number, file: Partial<DataFile> & { path: string }): ManifestEntry {
  const number = BigInt(sequence);
  return {
    status: 'added',
    snapshotId: 1n,
    dataSequenceNumber: number,
    fileSequenceNumber: number,
    file: { content: 'data', format: 'parquet', specId: 0, partition: [], recordCount: 10, sizeBytes: 1, ...file },
  };
}

const live = (path: string, sequence: number, file: Partial<DataFile> = {}) => entry(sequence, { path, ...file });
const positions = (path: string, sequence: number, file: Partial<DataFile> = {}) =>
  entry(sequence, { path, content: 'position-deletes', ...file });
const equality = (path: string, sequence: number, file: Partial<DataFile> = {}) =>
  entry(sequence, { path, content: 'equality-deletes', equalityIds: [1], ...file });
const inRegion = (region: IcebergValue, specId = 1) => ({ specId, partition: [region] });

/** For each data file the paths of its deletes. */
function assigned(dataEntries: readonly ManifestEntry[], deletes: readonly ManifestEntry[]) {
  const plan = assignedDeletes({
    table: 't',
    data: dataEntries,
    deletes,
    specs,
    fieldOf: (id) => fields.find((field) => field.id === id),
  });
  return Object.fromEntries(
    plan.files.map(({ file, positionDeletes, equalityDeletes }) => [
      file.path,
      [
        ...positionDeletes.map((index) => plan.positionDeletes[index]!.path),
        ...equalityDeletes.map((index) => plan.equalityDeletes[index]!.file.path),
      ],
    ]),
  );
}

const pathBounds = (lower: string, upper = lower) => ({
  lowerBounds: new Map([[2147483546, Buffer.from(lower)]]),
  upperBounds: new Map([[2147483546, Buffer.from(upper)]]),
});

const idBounds = (lower: bigint, upper: bigint, counts: Partial<DataFile> = {}) => ({
  lowerBounds: new Map([[1, encodeSingleValue('long', lower)]]),
  upperBounds: new Map([[1, encodeSingleValue('long', upper)]]),
  ...counts,
});

suite('position deletes', () => {
  test('apply to data of the same sequence number or before', () => {
    const files = [live('old', 1), live('same', 2), live('new', 3)];
    assert.deepEqual(assigned(files, [positions('d', 2)]), { old: ['d'], same: ['d'], new: [] });
  });

  test('sequence number 0 is a number', () => {
    assert.deepEqual(assigned([live('v1', 0)], [positions('d', 0)]), { v1: ['d'] });
  });

  test('apply in their own spec and partition only', () => {
    const files = [
      live('eu', 1, inRegion('eu')),
      live('us', 1, inRegion('us')),
      live('none', 1, inRegion(null)),
      live('other spec', 1, inRegion('eu', 2)),
      live('unpartitioned', 1),
    ];
    assert.deepEqual(assigned(files, [positions('d', 2, inRegion('eu')), positions('n', 2, inRegion(null))]), {
      eu: ['d'],
      us: [],
      none: ['n'],
      'other spec': [],
      unpartitioned: [],
    });
  });

  test('are never global', () => {
    assert.deepEqual(assigned([live('eu', 1, inRegion('eu'))], [positions('d', 2)]), { eu: [] });
  });

  test('that reference a file apply to it alone, whatever the partition', () => {
    const files = [live('a', 1, inRegion('eu')), live('b', 1, inRegion('eu'))];
    const referenced = positions('d', 2, { ...inRegion('us'), referencedDataFile: 'a' });
    assert.deepEqual(assigned(files, [referenced]), { a: ['d'], b: [] });
    assert.deepEqual(assigned(files, [positions('d', 2, { ...inRegion('eu'), ...pathBounds('b') })]), {
      a: [],
      b: ['d'],
    });
    assert.deepEqual(assigned([live('a', 3)], [positions('d', 2, { referencedDataFile: 'a' })]), { a: [] });
  });

  test('are narrowed by the bounds of the paths they name', () => {
    const files = [live('p/a', 1), live('p/b', 1), live('p/c', 1)];
    assert.deepEqual(assigned(files, [positions('d', 2, pathBounds('p/a', 'p/bz'))]), {
      'p/a': ['d'],
      'p/b': ['d'],
      'p/c': [],
    });
  });

  test('partition values are told apart by more than their text', () => {
    const files = [live('text', 1, inRegion('null')), live('null', 1, inRegion(null))];
    assert.deepEqual(assigned(files, [positions('d', 1, inRegion(null))]), { text: [], null: ['d'] });
    assert.deepEqual(assigned([live('promoted', 1, inRegion(5n))], [positions('d', 1, inRegion(5))]), {
      promoted: ['d'],
    });
    assert.deepEqual(assigned([live('nan', 1, inRegion(Number.NaN))], [positions('d', 1, inRegion(Number.NaN))]), {
      nan: ['d'],
    });
  });
});

suite('equality deletes', () => {
  test('apply to strictly older data', () => {
    const files = [live('old', 1), live('same', 2), live('new', 3)];
    assert.deepEqual(assigned(files, [equality('e', 2)]), { old: ['e'], same: [], new: [] });
  });

  test('under a spec without partitions are global', () => {
    const files = [live('eu', 1, inRegion('eu')), live('other spec', 1, inRegion('us', 2)), live('plain', 1)];
    const everywhere = { eu: ['e'], 'other spec': ['e'], plain: ['e'] };
    assert.deepEqual(assigned(files, [equality('e', 2)]), everywhere);
    assert.deepEqual(assigned(files, [equality('e', 2, { specId: 3, partition: [null] })]), everywhere);
  });

  test('with partitions apply in their own spec and partition only', () => {
    const files = [
      live('eu', 1, inRegion('eu')),
      live('us', 1, inRegion('us')),
      live('other spec', 1, inRegion('eu', 2)),
      live('unpartitioned', 1),
    ];
    assert.deepEqual(assigned(files, [equality('e', 2, inRegion('eu'))]), {
      eu: ['e'],
      us: [],
      'other spec': [],
      unpartitioned: [],
    });
  });

  test('are left out where bounds exclude a common key', () => {
    const files = [
      live('near', 1, idBounds(1n, 5n)),
      live('far', 1, idBounds(6n, 9n)),
      live('unknown', 1),
      live('narrow', 1, {
        lowerBounds: new Map([[1, encodeSingleValue('int', 5)]]),
        upperBounds: new Map([[1, encodeSingleValue('int', 5)]]),
      }),
    ];
    const noNulls = { valueCounts: new Map([[1, 10n]]), nullCounts: new Map([[1, 0n]]) };
    assert.deepEqual(assigned(files, [equality('e', 2, idBounds(4n, 5n, noNulls))]), {
      near: ['e'],
      far: [],
      unknown: ['e'],
      narrow: ['e'],
    });
    // Both may hold nulls, and null equals null.
    assert.deepEqual(assigned(files, [equality('e', 2, idBounds(4n, 5n))])['far'], ['e']);
  });

  test('of nothing but null keys spare files without nulls', () => {
    const onlyNulls = { valueCounts: new Map([[1, 1n]]), nullCounts: new Map([[1, 1n]]) };
    const noNulls = { valueCounts: new Map([[1, 9n]]), nullCounts: new Map([[1, 0n]]) };
    const files = [live('with', 1), live('without', 1, noNulls)];
    assert.deepEqual(assigned(files, [equality('e', 2, onlyNulls)]), { with: ['e'], without: [] });
  });

  test('NaN equals NaN', () => {
    const known = (value: number, nans: bigint) => ({
      valueCounts: new Map([[3, 9n]]),
      nullCounts: new Map([[3, 0n]]),
      nanCounts: new Map([[3, nans]]),
      lowerBounds: new Map([[3, encodeSingleValue('double', value)]]),
      upperBounds: new Map([[3, encodeSingleValue('double', value)]]),
    });
    const files = [live('nan', 1, known(5, 1n)), live('none', 1, known(5, 0n))];
    // The counts of the delete file's nulls are not trusted for floats, but those of a data file's NaNs are.
    const found = assigned(files, [equality('e', 2, { equalityIds: [3], ...known(1, 1n) })]);
    assert.deepEqual(found['nan'], ['e']);
  });

  test('name the fields of their keys, and must have some', () => {
    const plan = assignedDeletes({
      table: 't',
      data: [live('a', 1)],
      deletes: [equality('e', 2, { equalityIds: [2, 1] }), equality('dangling', 1)],
      specs,
      fieldOf: (id) => fields.find((field) => field.id === id),
    });
    assert.deepEqual(
      plan.equalityDeletes.map((each) => each.fields.map(({ name }) => name)),
      [['region', 'id']],
    );
    assert.throws(() => assigned([live('a', 1)], [equality('e', 2, { equalityIds: [] })]), { sqlstate: 'XX001' });
    assert.throws(() => assigned([live('a', 1)], [equality('e', 2, { equalityIds: [9] })]), { sqlstate: 'XX001' });
  });
});

test('a delete file of several data files is listed once, a dangling one never', () => {
  const plan = assignedDeletes({
    table: 't',
    data: [live('a', 1), live('b', 1)],
    deletes: [positions('dangling', 0), positions('d', 1), positions('gone', 1, { referencedDataFile: 'c' })],
    specs,
    fieldOf: () => undefined,
  });
  assert.deepEqual(
    plan.positionDeletes.map(({ path }) => path),
    ['d'],
  );
  assert.deepEqual(
    plan.files.map(({ positionDeletes }) => positionDeletes),
    [[0], [0]],
  );
});

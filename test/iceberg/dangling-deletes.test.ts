import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { DataFile } from '../../src/iceberg/iceberg.ts';
import { dataFile } from './every-type-table.ts';
import { change, create, deleteFile, entries, inWarehouse, ok } from './snapshot-warehouse.ts';
import type { Warehouse } from './snapshot-warehouse.ts';

/** Names of the files that are left. */
async function left(warehouse: Warehouse): Promise<readonly string[]> {
  return (await entries(warehouse)).map(({ file }) => file.path.slice('file:///t/'.length)).toSorted();
}

const uri = (name: string): string => `file:///t/${name}`;

function equalityDelete(path: string, key: number): DataFile {
  const { referencedDataFile: _, ...file } = deleteFile(path, undefined, key);
  return { ...file, content: 'equality-deletes', equalityIds: [1] };
}

suite('delete files without data', () => {
  test('what is about one data file goes with it, whatever else stays', () =>
    inWarehouse(async (warehouse) => {
      await create(warehouse, 2);
      ok(await change(warehouse, { addedData: [dataFile('a', 1), dataFile('b', 1)] }));
      ok(await change(warehouse, { addedDeletes: [deleteFile('of-a', 'a', 1), deleteFile('of-b', 'b', 1)] }));
      ok(await change(warehouse, { removedData: [uri('a')], addedData: [dataFile('c', 1)] }));
      assert.deepEqual(await left(warehouse), ['b', 'c', 'of-b']);
    }));

  test('what is about a partition goes with the last data file that is old enough', () =>
    inWarehouse(async (warehouse) => {
      await create(warehouse, 2);
      ok(await change(warehouse, { addedData: [dataFile('a', 1), dataFile('b', 1), dataFile('other', 2)] }));
      ok(await change(warehouse, { addedDeletes: [deleteFile('shared', undefined, 1), equalityDelete('equal', 1)] }));
      ok(await change(warehouse, { removedData: [uri('a')], addedData: [dataFile('later', 1)] }));
      assert.deepEqual(await left(warehouse), ['b', 'equal', 'later', 'other', 'shared']);
      ok(await change(warehouse, { removedData: [uri('b')] }));
      assert.deepEqual(await left(warehouse), ['later', 'other']);
    }));

  test('bounds of a delete file tell which data files it may be about', () =>
    inWarehouse(async (warehouse) => {
      const bounds = (from: string, to: string): Pick<DataFile, 'lowerBounds' | 'upperBounds'> => ({
        lowerBounds: new Map([[2147483546, Buffer.from(uri(from))]]),
        upperBounds: new Map([[2147483546, Buffer.from(uri(to))]]),
      });
      await create(warehouse, 2);
      ok(await change(warehouse, { addedData: ['a', 'b', 'c', 'd', 'e'].map((file) => dataFile(file, 1)) }));
      const deletes = [
        { ...deleteFile('of-a-to-b', undefined, 1), ...bounds('a', 'b') },
        { ...deleteFile('of-a-to-d', undefined, 1), ...bounds('a', 'd') },
      ];
      ok(await change(warehouse, { addedDeletes: deletes }));
      ok(await change(warehouse, { removedData: [uri('a'), uri('b')] }));
      assert.deepEqual(await left(warehouse), ['c', 'd', 'e', 'of-a-to-d']);
    }));

  test('what is older than all data goes', () =>
    inWarehouse(async (warehouse) => {
      await create(warehouse, 2);
      ok(await change(warehouse, { addedData: [dataFile('a', 1), dataFile('b', 2)] }));
      ok(await change(warehouse, { addedDeletes: [deleteFile('of-2', undefined, 2)] }));
      ok(await change(warehouse, { removedData: [uri('b')], addedData: [dataFile('c', 3)] }));
      assert.deepEqual(await left(warehouse), ['a', 'c']);
      ok(await change(warehouse, { addedDeletes: [deleteFile('of-3', undefined, 3), equalityDelete('equal-7', 7)] }));
      ok(await change(warehouse, { removedData: [uri('a'), uri('c')] }));
      assert.deepEqual(await left(warehouse), []);
    }));

  test('deletes of the very change are not added where it removes their data', () =>
    inWarehouse(async (warehouse) => {
      await create(warehouse, 2);
      ok(await change(warehouse, { addedData: [dataFile('a', 1), dataFile('b', 1), dataFile('c', 2)] }));
      const addedDeletes = [deleteFile('first', undefined, 1), deleteFile('second', undefined, 2)];
      ok(await change(warehouse, { addedDeletes, removedData: [uri('a'), uri('b')] }));
      assert.deepEqual(await left(warehouse), ['c', 'second']);
    }));

  test('every file is found in many manifests', () =>
    inWarehouse(async (warehouse) => {
      await create(warehouse, 2, { 'commit.manifest-merge.enabled': 'false' });
      const names = Array.from({ length: 24 }, (_, index) => `f${index}`);
      for (const [key, file] of names.entries()) ok(await change(warehouse, { addedData: [dataFile(file, key)] }));
      for (const [key, file] of names.entries())
        ok(await change(warehouse, { addedDeletes: [deleteFile(`of-${file}`, file, key)] }));
      const removed = names.filter((_, index) => index % 2 === 1);
      ok(await change(warehouse, { removedData: removed.map(uri) }));
      const kept = names.filter((_, index) => index % 2 === 0);
      assert.deepEqual(await left(warehouse), [...kept, ...kept.map((file) => `of-${file}`)].toSorted());
    }));
});

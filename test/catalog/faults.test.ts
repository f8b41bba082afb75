import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { suite, test } from 'node:test';
import { commitTables } from '../../src/catalog/commit-tables.ts';
import { openStore } from '../../src/storage/open-store.ts';
import { StorageError } from '../../src/storage/storage.ts';
import { appendFile, createTable, file, liveFiles, rowCommit } from './one-table.ts';
import { inWarehouse, metadataFiles } from './warehouse.ts';
import type { SwapTables } from '../../src/catalog/commit-tables.ts';
import type { Store } from '../../src/storage/storage.ts';
import type { Parts } from './one-table.ts';
import type { Warehouse } from './warehouse.ts';

suite('faults', () => {
  test('a crash at any call leaves the table old or new', () =>
    inWarehouse(async (warehouse) => {
      await createTable(warehouse.catalog);
      let committed = 0;
      for (let crashAt = 1; ; crashAt++) {
        const before = await liveFiles(warehouse);
        const crash = crashing(openStore(), crashAt);
        const parts = warehouse.open(crash.store);
        const path = `file:///crash-${crashAt}`;
        const outcome = await appendFile(parts, path).catch((error: unknown) => error);
        const after = await liveFiles(warehouse);
        assert.ok(after.length === before.length || after.length === before.length + 1);
        assert.deepEqual(
          after.filter((live) => live !== path),
          before,
        );
        if ((outcome as { kind?: string }).kind === 'committed') {
          assert.ok(after.includes(path));
          committed += 1;
        }
        if (!crash.crashed()) break;
      }
      assert.equal(committed > 0, true);
    }));

  test('an answer that was lost is settled: won', () =>
    inWarehouse(async (warehouse) => {
      await createTable(warehouse.catalog);
      const outcome = await commitWith(warehouse, (swap) => async (swaps) => {
        await swap(swaps);
        throw new Error('connection reset');
      });
      assert.equal(outcome.kind, 'committed');
      assert.deepEqual(await liveFiles(warehouse), ['file:///x']);
    }));

  test('an answer that was lost, and others committed since: won', () =>
    inWarehouse(async (warehouse) => {
      await createTable(warehouse.catalog);
      const outcome = await commitWith(warehouse, (swap) => async (swaps) => {
        await swap(swaps);
        await appendFile(warehouse, 'file:///y');
        throw new Error('connection reset');
      });
      assert.equal(outcome.kind, 'committed');
      assert.deepEqual(await liveFiles(warehouse), ['file:///x', 'file:///y']);
    }));

  test('a swap that failed before it happened is tried again', () =>
    inWarehouse(async (warehouse) => {
      await createTable(warehouse.catalog);
      let failures = 0;
      const outcome = await commitWith(warehouse, (swap) => async (swaps) => {
        if (failures++ === 0) throw new Error('connection refused');
        return swap(swaps);
      });
      assert.equal(outcome.kind, 'committed');
      assert.deepEqual(await liveFiles(warehouse), ['file:///x']);
    }));

  test('a swap that never works is an error, and its files are removed', () =>
    inWarehouse(async (warehouse) => {
      await createTable(warehouse.catalog);
      const before = await metadataFiles(warehouse);
      await assert.rejects(
        commitWith(warehouse, () => async () => {
          throw new Error('disk full');
        }),
        /disk full/,
      );
      assert.equal(await metadataFiles(warehouse), before);
    }));

  test('an outcome that cannot be settled is unknown and keeps every file', () =>
    inWarehouse(async (warehouse) => {
      await createTable(warehouse.catalog);
      const before = await metadataFiles(warehouse);
      let swapped = false;
      const outcome = await commitWith(
        warehouse,
        (swap) => async (swaps) => {
          await swap(swaps);
          swapped = true;
          throw new Error('connection reset');
        },
        (load) => async (name) => {
          if (swapped) throw new Error('catalog is down');
          return load(name);
        },
      );
      assert.equal(outcome.kind, 'unknown');
      assert.equal(await metadataFiles(warehouse), before + 3);
      assert.deepEqual(await liveFiles(warehouse), ['file:///x']);
    }));

  test('a lost race is tried again on the fresh base with the manifest written before', () =>
    inWarehouse(async (warehouse) => {
      await createTable(warehouse.catalog);
      const created: string[] = [];
      const store: Store = {
        ...warehouse.store,
        create: (uri, bytes) => (created.push(uri), warehouse.store.create(uri, bytes)),
      };
      let races = 0;
      const outcome = await commitWith({ ...warehouse, store }, (swap) => async (swaps) => {
        if (races++ < 2) await appendFile(warehouse, `file:///y${races}`);
        return swap(swaps);
      });
      assert.equal(outcome.kind, 'committed');
      assert.deepEqual(await liveFiles(warehouse), ['file:///x', 'file:///y1', 'file:///y2']);
      assert.equal(created.filter((uri) => /-m\d+\.avro$/.test(uri)).length, 1);
      assert.equal(created.filter((uri) => /\/snap-/.test(uri)).length, 3);
    }));
});

/** Commits an append of `file:///x` with the catalog's steps made faulty. */
async function commitWith(
  warehouse: Warehouse,
  faulty: (swap: SwapTables) => SwapTables,
  faultyLoad: (load: Parts['catalog']['load']) => Parts['catalog']['load'] = (load) => load,
): ReturnType<Parts['catalog']['commit']> {
  const commit = await rowCommit(warehouse, { addedData: [file('file:///x')] });
  // The catalog's own swap is reached through a commit whose metadata is written already.
  const swap: SwapTables = async (swaps) => {
    const database = new DatabaseSync(join(warehouse.folder, 'catalog.db'));
    try {
      const sql =
        'UPDATE iceberg_tables SET metadata_location = ?, previous_metadata_location = ? WHERE metadata_location = ?';
      return swaps.every(({ from, to }) => database.prepare(sql).run(to, from!, from!).changes === 1);
    } finally {
      database.close();
    }
  };
  const load = faultyLoad((name) => warehouse.catalog.load(name));
  return commitTables({ store: warehouse.store, load, swap: faulty(swap) }, [commit], undefined);
}

function crashing(store: Store, crashAt: number): { readonly store: Store; readonly crashed: () => boolean } {
  let calls = 0;
  const tick = (uri: string): void => {
    if (++calls >= crashAt) throw new StorageError('unavailable', uri, 'the process is gone');
  };
  return {
    crashed: () => calls >= crashAt,
    store: {
      ...store,
      read: async (uri, range) => (tick(uri), store.read(uri, range)),
      create: async (uri, bytes) => {
        tick(uri);
        await store.create(uri, bytes);
        tick(uri);
      },
      remove: async (uris) => (tick(uris[0] ?? ''), store.remove(uris)),
    },
  };
}

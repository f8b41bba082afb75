import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite, test } from 'node:test';
import { commitTables } from '../../src/catalog/commit-tables.ts';
import { openSqlCatalog } from '../../src/catalog/sql-catalog.ts';
import { manifestCache } from '../../src/iceberg/manifest-cache.ts';
import { openStore } from '../../src/storage/open-store.ts';
import { StorageError } from '../../src/storage/storage.ts';
import { appendFile, createTable, file, liveFiles, oneColumn, rowCommit, tableName } from './one-table.ts';
import type { SwapTables } from '../../src/catalog/commit-tables.ts';
import type { Store } from '../../src/storage/storage.ts';
import type { Parts } from './one-table.ts';

type Warehouse = Parts & { readonly folder: string; readonly open: (store?: Store) => Parts };

async function inWarehouse(work: (warehouse: Warehouse) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bergwire-commit-'));
  const opened: Parts[] = [];
  const open = (store = openStore()): Parts => {
    const catalog = openSqlCatalog({ name: 'c', uri: `sqlite:${folder}/catalog.db`, store, warehouse: folder });
    const parts = { catalog, store, manifests: manifestCache(store, 1e7) };
    opened.push(parts);
    return parts;
  };
  try {
    const parts = open();
    await parts.catalog.createNamespace(['ns'], {});
    await work({ ...parts, folder, open });
  } finally {
    for (const { catalog } of opened) await catalog[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  }
}

/** Metadata files, manifests and lists of the table that its current metadata and snapshots do not reach. */
async function metadataFiles({ folder }: Warehouse): Promise<number> {
  return (await readdir(join(folder, 'ns', 't', 'metadata'))).length;
}

suite('concurrent commits', () => {
  test('16 handles in one process: every acknowledged append is there once', () =>
    inWarehouse(async (warehouse) => {
      await createTable(warehouse.catalog);
      const acknowledged: string[] = [];
      await Promise.all(
        Array.from({ length: 16 }, async (_, committer) => {
          const parts = warehouse.open();
          for (let round = 0; round < 4; round++) {
            const path = `file:///data/${committer}-${round}`;
            if ((await appendFile(parts, path)).kind === 'committed') acknowledged.push(path);
          }
        }),
      );
      assert.ok(acknowledged.length > 0);
      assert.deepEqual(await liveFiles(warehouse), acknowledged.toSorted());
      // Nothing is left of the attempts that lost: per snapshot a metadata file, a list, a manifest at most.
      assert.ok((await metadataFiles(warehouse)) <= 3 * acknowledged.length + 1);
    }));

  test('16 processes: every acknowledged append is there once', () =>
    inWarehouse(async (warehouse) => {
      await createTable(warehouse.catalog, tableName, { 'commit.manifest.min-count-to-merge': '5' });
      const script = fileURLToPath(new URL('committer.ts', import.meta.url));
      const runs = Array.from({ length: 16 }, (_, index) => committer(script, [warehouse.folder, `p${index}`, '3']));
      const acknowledged = (await Promise.all(runs)).flat();
      assert.ok(acknowledged.length > 0);
      assert.deepEqual(await liveFiles(warehouse), acknowledged.toSorted());
    }));

  test('a change of two tables is seen whole or not at all', () =>
    inWarehouse(async (warehouse) => {
      const other = { namespace: ['ns'], name: 'u' };
      await createTable(warehouse.catalog);
      await createTable(warehouse.catalog, other);
      const stale = await rowCommit(warehouse, { removedData: ['file:///gone'] }, other);
      const outcome = await warehouse.catalog.commit([
        await rowCommit(warehouse, { addedData: [file('file:///a')] }),
        stale,
      ]);
      assert.equal(outcome.kind, 'conflict');
      assert.deepEqual(await liveFiles(warehouse), []);
      const both = [
        await rowCommit(warehouse, { addedData: [file('file:///a')] }),
        await rowCommit(warehouse, { addedData: [file('file:///b')] }, other),
      ];
      assert.equal((await warehouse.catalog.commit(both)).kind, 'committed');
      assert.deepEqual([await liveFiles(warehouse), await liveFiles(warehouse, other)], [['file:///a'], ['file:///b']]);
    }));
});

suite('conflicts', () => {
  const cases = [
    { title: 'an append after an append', mine: { addedData: [file('file:///m')] }, theirs: { addedData: [file('file:///t')] }, wins: true },
    { title: 'an append after a removal', mine: { addedData: [file('file:///m')] }, theirs: { removedData: ['file:///a'] }, wins: true },
    { title: 'deletes on different files', mine: { addedDeletes: [deletes('m', 'a')] }, theirs: { addedDeletes: [deletes('t', 'b')] }, wins: true },
    { title: 'updates of different files', mine: { addedDeletes: [deletes('m', 'a')], addedData: [file('file:///m2')] }, theirs: { addedDeletes: [deletes('t', 'b')], addedData: [file('file:///t2')] }, wins: true },
    { title: 'updates of one file', mine: { addedDeletes: [deletes('m', 'a')], addedData: [file('file:///m2')] }, theirs: { addedDeletes: [deletes('t', 'a')], addedData: [file('file:///t2')] }, wins: false },
    { title: 'a delete on a file that was updated', mine: { addedDeletes: [deletes('m', 'a')] }, theirs: { addedDeletes: [deletes('t', 'a')], addedData: [file('file:///t2')] }, wins: false },
    { title: 'mere deletes on one file', mine: { addedDeletes: [deletes('m', 'a')] }, theirs: { addedDeletes: [deletes('t', 'a')] }, wins: true },
    { title: 'deletes on a removed file', mine: { addedDeletes: [deletes('m', 'a')] }, theirs: { removedData: ['file:///a'] }, wins: false },
    { title: 'a removal of a removed file', mine: { removedData: ['file:///a'] }, theirs: { removedData: ['file:///a'] }, wins: false },
    { title: 'a removal of a file with new deletes', mine: { removedData: ['file:///a'], addedData: [file('file:///m')] }, theirs: { addedDeletes: [deletes('t', 'a')] }, wins: false },
    { title: 'deletes of many files by their path range', mine: { addedDeletes: [deletes('m', 'a')], addedData: [file('file:///m2')] }, theirs: { addedDeletes: [ranged('t', 'a', 'c')], addedData: [file('file:///t2')] }, wins: false },
    { title: 'deletes of many files elsewhere', mine: { addedDeletes: [deletes('m', 'a')], addedData: [file('file:///m2')] }, theirs: { addedDeletes: [ranged('t', 'b', 'c')], addedData: [file('file:///t2')] }, wins: true },
    { title: 'serializable: rows that would have been seen', mine: { addedData: [file('file:///m')], conflicts: () => true }, theirs: { addedData: [file('file:///t')] }, wins: false },
    { title: 'serializable: rows that would not', mine: { addedData: [file('file:///m')], conflicts: () => false }, theirs: { addedData: [file('file:///t')] }, wins: true },
  ] as const; // prettier-ignore

  for (const { title, mine, theirs, wins } of cases) {
    test(`${title}: ${wins ? 'both are committed' : 'the second is refused'}`, () =>
      inWarehouse(async (warehouse) => {
        await createTable(warehouse.catalog);
        const begin = await rowCommit(warehouse, { addedData: ['a', 'b', 'c'].map((name) => file(`file:///${name}`)) });
        assert.equal((await warehouse.catalog.commit([begin])).kind, 'committed');
        const prepared = await rowCommit(warehouse, mine);
        assert.equal((await warehouse.catalog.commit([await rowCommit(warehouse.open(), theirs)])).kind, 'committed');
        const before = await metadataFiles(warehouse);
        const outcome = await warehouse.catalog.commit([prepared]);
        assert.equal(outcome.kind, wins ? 'committed' : 'conflict');
        if (!wins) assert.equal(await metadataFiles(warehouse), before, 'files of the refused commit are gone');
      }));
  }
});

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

suite('names', () => {
  test('tables and namespaces are created, renamed and dropped', () =>
    inWarehouse(async ({ catalog }) => {
      const other = { namespace: ['ns', 'deep'], name: 't' };
      assert.equal(await catalog.createNamespace(['ns'], {}), 'exists');
      assert.equal(await catalog.createNamespace(['ns', 'deep'], { comment: 'x' }), 'created');
      assert.deepEqual(await catalog.namespaces(), [['ns'], ['ns', 'deep']]);
      await createTable(catalog);
      await assert.rejects(createTable(catalog), /conflict/);
      assert.equal(await catalog.rename(tableName, other), 'renamed');
      assert.equal(await catalog.rename(tableName, other), 'exists');
      assert.equal(await catalog.rename(tableName, { ...other, name: 'z' }), 'missing');
      assert.deepEqual(await catalog.tables(['ns', 'deep']), [{ name: other, kind: 'table' }]);
      assert.deepEqual(await catalog.tables(['ns']), []);
      assert.equal(await catalog.dropNamespace(['ns', 'deep']), 'notEmpty');
      assert.equal(await catalog.drop(other), 'dropped');
      assert.equal(await catalog.drop(other), 'missing');
      assert.equal(await catalog.dropNamespace(['ns']), 'notEmpty');
      assert.equal(await catalog.dropNamespace(['ns', 'deep']), 'dropped');
      assert.equal(await catalog.dropNamespace(['ns', 'deep']), 'missing');
      await assert.rejects(catalog.createNamespace(['a.b'], {}), { sqlstate: '42602' });
    }));

  test('one commit drops a table, renames another to its name and creates a third', () =>
    inWarehouse(async (warehouse) => {
      const { catalog } = warehouse;
      const u = { namespace: ['ns'], name: 'u' };
      await createTable(catalog);
      await createTable(catalog, u);
      await appendFile(warehouse, 'file:///u', u);
      const [old, renamed] = [(await catalog.load(tableName))!, (await catalog.load(u))!];
      const unchanged = async () => ({ kind: 'unchanged' }) as const;
      const metadata = oneColumn(await catalog.locationFor(u));
      const outcome = await catalog.commit([
        { name: tableName, tableUuid: old.metadata.tableUuid, after: { kind: 'drop' }, change: unchanged },
        { name: u, tableUuid: renamed.metadata.tableUuid, after: { kind: 'rename', to: tableName }, change: unchanged },
        { name: u, change: async () => ({ kind: 'changed', metadata }) },
      ]);
      assert.equal(outcome.kind, 'committed');
      assert.deepEqual(await liveFiles(warehouse), ['file:///u']);
      assert.deepEqual(await liveFiles(warehouse, u), []);
      assert.equal((await catalog.load(tableName))!.metadata.tableUuid, renamed.metadata.tableUuid);
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
    const { DatabaseSync } = await import('node:sqlite');
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

function deletes(path: string, data: string): ReturnType<typeof file> {
  return file(`file:///${path}`, { content: 'position-deletes', referencedDataFile: `file:///${data}` });
}

function ranged(path: string, low: string, high: string): ReturnType<typeof file> {
  return file(`file:///${path}`, {
    content: 'position-deletes',
    lowerBounds: new Map([[2147483546, Buffer.from(`file:///${low}`)]]),
    upperBounds: new Map([[2147483546, Buffer.from(`file:///${high}`)]]),
  });
}

async function committer(script: string, args: readonly string[]): Promise<readonly string[]> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  await new Promise((resolve) => child.on('close', resolve));
  return printed.split('\n').filter((line) => line !== '');
}

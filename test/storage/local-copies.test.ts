import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { fetchParquet } from '../../src/storage/fetch-parquet.ts';
import { localCopies } from '../../src/storage/local-copies.ts';
import { localStore } from '../../src/storage/local-store.ts';
import type { ByteRange, Store } from '../../src/storage/storage.ts';

/** A store of local files that keeps this to itself and counts what is read. */
function remote(): Store & { readonly requests: ByteRange[]; broken: boolean } {
  const store = localStore();
  const requests: ByteRange[] = [];
  const wrapped = {
    ...store,
    requests,
    broken: false,
    localPath: () => undefined,
    read: async (uri: string, range?: ByteRange) => {
      if (wrapped.broken && requests.length > 0) throw new Error('connection reset');
      requests.push(range!);
      return store.read(uri, range);
    },
  };
  return wrapped;
}

type Fixture = {
  readonly folder: string;
  readonly uri: string;
  readonly sizeBytes: number;
  readonly query: (sql: string) => Promise<unknown>;
};

/** A file of columns a (id 1), s.x, s.y (2, 3, 4), t (5), 200,000 rows in two row groups. */
async function withFile(work: (fixture: Fixture) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bergwire-copies-'));
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const connection = await instance.connect();
    const query = async (sql: string): Promise<unknown> => (await connection.runAndReadAll(sql)).getRowsJson();
    const uri = join(folder, 'object.parquet');
    await query(`COPY (SELECT i::INT AS a, {x: i * 7, y: 'y' || i % 1000} AS s, md5(i::VARCHAR) AS t FROM range(200000) r(i))
      TO '${uri}' (FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE 100000, FIELD_IDS {a: 1, s: {__duckdb_field_id: 2, x: 3, y: 4}, t: 5})`);
    await work({ folder, uri, sizeBytes: (await stat(uri)).size, query });
    connection.closeSync();
  } finally {
    instance.closeSync();
    await rm(folder, { recursive: true });
  }
}

suite('local copies of remote Parquet files', () => {
  for (const [columns, sql] of [
    [new Set([1]), 'sum(a), max(a)'],
    [new Set([2]), 'sum(s.x), max(s.y)'],
    [new Set([1, 5]), 'sum(a), max(t), min(t)'],
    ['all', 'sum(a), sum(s.x), max(t)'],
  ] as const) {
    const title = columns === 'all' ? 'all' : [...columns].join();
    test(`columns ${title} read as from the object`, () =>
      withFile(async ({ folder, uri, sizeBytes, query }) => {
        const store = remote();
        const { path, fetchedBytes } = await fetchParquet(store, uri, sizeBytes, columns, join(folder, 'copies'));
        assert.equal((await stat(path)).size, sizeBytes);
        assert.deepEqual(await query(`SELECT ${sql} FROM '${path}'`), await query(`SELECT ${sql} FROM '${uri}'`));
        if (columns === 'all') assert.equal(fetchedBytes, sizeBytes);
        else assert.ok(fetchedBytes < sizeBytes);
      }));
  }

  test('only the chunks of the wanted columns are fetched', () =>
    withFile(async ({ folder, uri, sizeBytes }) => {
      const store = remote();
      const { path, fetchedBytes } = await fetchParquet(store, uri, sizeBytes, new Set([1]), folder);
      assert.ok(fetchedBytes < sizeBytes / 4, `${fetchedBytes} of ${sizeBytes}`);
      assert.ok((await readFile(path)).includes('PAR1'));
    }));

  test('a fetch that fails leaves nothing', () =>
    withFile(async ({ folder, uri, sizeBytes }) => {
      const store = remote();
      store.broken = true;
      await assert.rejects(
        fetchParquet(store, uri, sizeBytes, new Set([1]), join(folder, 'copies')),
        /connection reset/,
      );
      assert.deepEqual(await readdir(join(folder, 'copies')), []);
    }));

  test('leases share copies, and what nobody holds goes when there is too much', () =>
    withFile(async ({ folder, uri, sizeBytes, query }) => {
      const store = remote();
      const copies = localCopies(store, join(folder, 'copies'), sizeBytes);
      const wanted = { uri, sizeBytes, columns: new Set([1]) };
      const [first, second] = await Promise.all([copies.lease([wanted]), copies.lease([wanted])]);
      assert.equal(first.localPath(uri), second.localPath(uri));
      const requests = store.requests.length;
      const all = await copies.lease([{ uri, sizeBytes, columns: 'all' }]);
      assert.ok(store.requests.length > requests);
      assert.equal((await readdir(join(folder, 'copies'))).length, 2);
      await all[Symbol.asyncDispose]();
      await first[Symbol.asyncDispose]();
      assert.deepEqual(await query(`SELECT max(a) FROM '${second.localPath(uri)}'`), [[199999]]);
      await second[Symbol.asyncDispose]();
      assert.ok((await readdir(join(folder, 'copies'))).length <= 1);
      await copies[Symbol.asyncDispose]();
      await assert.rejects(readdir(join(folder, 'copies')));
    }));

  test('what is on this machine is read where it is', () =>
    withFile(async ({ folder, uri, sizeBytes }) => {
      await using copies = localCopies(localStore(), join(folder, 'copies'), 0);
      await using lease = await copies.lease([{ uri, sizeBytes, columns: 'all' }]);
      assert.equal(lease.localPath(uri), uri);
    }));

  test('what is no Parquet file is refused', () =>
    withFile(async ({ folder, uri }) => {
      await assert.rejects(fetchParquet(remote(), uri, 5, 'all', folder), { fault: 'invalid' });
      await assert.rejects(fetchParquet(remote(), uri, 1000, 'all', folder), { fault: 'invalid' });
    }));
});

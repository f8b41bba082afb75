import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, suite, test } from 'node:test';
import { openSqlCatalog } from '../../src/catalog/sql-catalog.ts';
import { manifestCache } from '../../src/iceberg/manifest-cache.ts';
import { openStore } from '../../src/storage/open-store.ts';
import { need } from '../support/tools.ts';
import { startS3Server } from '../support/versitygw.ts';
import { appendFile, createTable, liveFiles, tableName } from './one-table.ts';
import type { S3Server } from '../support/versitygw.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bergwire-catalog-'));
});
after(() => rm(folder, { recursive: true }));

const store = openStore();

suite('layouts', () => {
  test('a new file has the tables of schema V1', async () => {
    await using catalog = openSqlCatalog({
      name: 'c',
      uri: `sqlite:${folder}/new/deep/v1.db`,
      store,
      warehouse: folder,
    });
    await createTable(catalog);
    using database = new DatabaseSync(`${folder}/new/deep/v1.db`);
    const rows = database
      .prepare('SELECT catalog_name, table_namespace, table_name, iceberg_type FROM iceberg_tables')
      .all();
    assert.deepEqual(
      rows.map((row) => ({ ...row })),
      [{ catalog_name: 'c', table_namespace: 'ns', table_name: 't', iceberg_type: 'TABLE' }],
    );
    await catalog.createNamespace(['made'], { owner: 'me' });
    const properties = database.prepare('SELECT * FROM iceberg_namespace_properties ORDER BY property_key').all();
    assert.deepEqual(
      properties.map(({ namespace, property_key, property_value }) => [namespace, property_key, property_value]),
      [
        ['made', 'exists', 'true'],
        ['made', 'owner', 'me'],
      ],
    );
  });

  test('a file of schema V0 is read and written as it is', async () => {
    {
      using database = new DatabaseSync(`${folder}/v0.db`);
      database.exec(`CREATE TABLE iceberg_tables (catalog_name TEXT NOT NULL, table_namespace TEXT NOT NULL, table_name TEXT NOT NULL,
        metadata_location TEXT, previous_metadata_location TEXT, PRIMARY KEY (catalog_name, table_namespace, table_name))`);
    }
    await using catalog = openSqlCatalog({
      name: 'c',
      uri: `sqlite:${folder}/v0.db`,
      store,
      warehouse: `${folder}/v0`,
    });
    const parts = { catalog, store, manifests: manifestCache(store, 1e7) };
    await createTable(catalog);
    assert.equal((await appendFile(parts, 'file:///a')).kind, 'committed');
    assert.deepEqual(await catalog.tables(), [{ name: tableName, kind: 'table' }]);
    assert.deepEqual(await liveFiles(parts), ['file:///a']);
    using database = new DatabaseSync(`${folder}/v0.db`);
    const row = database.prepare('SELECT * FROM iceberg_tables').get()!;
    assert.match(String(row['metadata_location']), /\/00001-[0-9a-f-]{36}\.metadata\.json$/);
    assert.match(String(row['previous_metadata_location']), /\/00000-/);
  });

  test('the name of the catalog is part of every key', async () => {
    const uri = `sqlite:${folder}/two.db`;
    await using one = openSqlCatalog({ name: 'one', uri, store, warehouse: `${folder}/one` });
    await using two = openSqlCatalog({ name: 'other', catalogName: 'two', uri, store, warehouse: `${folder}/two` });
    await createTable(one);
    assert.deepEqual([await two.tables(), await two.load(tableName), await two.namespaces()], [[], undefined, []]);
    await createTable(two);
    assert.notEqual((await one.load(tableName))!.metadataLocation, (await two.load(tableName))!.metadataLocation);
  });

  test('URIs as SQLAlchemy and JDBC spell them', async () => {
    for (const uri of [`sqlite:///${folder}/spelled.db`, `jdbc:sqlite:${folder}/spelled.db`]) {
      await using catalog = openSqlCatalog({ name: 'c', uri, store, warehouse: folder });
      await catalog.createNamespace([uri.slice(0, 4)], {});
    }
    await using catalog = openSqlCatalog({ name: 'c', uri: `sqlite:${folder}/spelled.db`, store, readOnly: true });
    assert.deepEqual(await catalog.namespaces(), [['jdbc'], ['sqli']]);
    for (const uri of ['postgresql://h/d', 'sqlite:', '/path']) {
      assert.throws(() => openSqlCatalog({ name: 'c', uri, store }), { sqlstate: '22023' });
    }
  });
});

suite('behaviour', () => {
  test('a read-only catalog refuses every change, and a missing file is not made', async () => {
    {
      await using catalog = openSqlCatalog({ name: 'c', uri: `sqlite:${folder}/ro.db`, store, warehouse: folder });
      await catalog.createNamespace(['ns'], {});
    }
    await using catalog = openSqlCatalog({ name: 'c', uri: `sqlite:${folder}/ro.db`, store, readOnly: true });
    const changes = [
      () => catalog.createNamespace(['x'], {}),
      () => catalog.dropNamespace(['ns']),
      () => catalog.drop(tableName),
      () => catalog.rename(tableName, tableName),
      () => catalog.commit([]),
    ];
    for (const change of changes) await assert.rejects(change(), { sqlstate: '25006' });
    assert.throws(() => openSqlCatalog({ name: 'c', uri: `sqlite:${folder}/missing.db`, store, readOnly: true }), {
      sqlstate: '58030',
    });
  });

  test('another process that holds the lock is waited for, not for ever, and without holding the thread', async () => {
    const uri = `sqlite:${folder}/busy.db`;
    await using catalog = openSqlCatalog({ name: 'c', uri, store, warehouse: folder, busyTimeoutMs: 300 });
    using other = new DatabaseSync(`${folder}/busy.db`);
    other.exec('BEGIN EXCLUSIVE');
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 10);
    await assert.rejects(catalog.namespaces(), { sqlstate: '55P03' });
    assert.ok(ticks > 5, `${ticks} ticks`);
    setTimeout(() => other.exec('COMMIT'), 100);
    assert.deepEqual(await catalog.namespaces(), []);
    clearInterval(timer);
  });

  test('a table goes to its namespace, or where the namespace says', async () => {
    await using catalog = openSqlCatalog({
      name: 'c',
      uri: `sqlite:${folder}/where.db`,
      store,
      warehouse: `${folder}/wh/`,
    });
    await catalog.createNamespace(['own'], { location: 's3://bucket/own/' });
    assert.equal(await catalog.locationFor({ namespace: ['a', 'b'], name: 't' }), `file://${folder}/wh/a/b/t`);
    assert.equal(await catalog.locationFor({ namespace: ['own'], name: 't' }), 's3://bucket/own/t');
  });
});

suite('warehouse on S3', { skip: need('versitygw') }, () => {
  let server: S3Server;
  before(async () => {
    server = await startS3Server();
  });
  after(() => server[Symbol.asyncDispose]());

  test('tables live there: every acknowledged append of eight committers is there once', async () => {
    const remote = openStore({ s3: server.options });
    const warehouse = `s3://${server.bucket}/wh`;
    await using catalog = openSqlCatalog({ name: 'c', uri: `sqlite:${folder}/s3.db`, store: remote, warehouse });
    const parts = { catalog, store: remote, manifests: manifestCache(remote, 1e7) };
    await createTable(catalog);
    assert.ok((await catalog.load(tableName))!.metadataLocation.startsWith(`${warehouse}/ns/t/metadata/00000-`));
    const paths = Array.from({ length: 8 }, (_, index) => `s3://data/${index}`);
    const outcomes = await Promise.all(paths.map((path) => appendFile(parts, path)));
    const acknowledged = paths.filter((_, index) => outcomes[index]!.kind === 'committed');
    assert.ok(acknowledged.length > 0);
    assert.deepEqual(await liveFiles(parts), acknowledged);
  });
});

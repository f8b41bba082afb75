/** What a transaction leaves behind when its commit fails, or when nothing can be cleaned up after it. */
import assert from 'node:assert/strict';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DatabaseError } from 'pg-protocol';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';

const tableFolder = ({ folder }: Gateway, name: string): string => join(folder, '.bergwire/warehouse/public', name);

async function dataFiles(gateway: Gateway, name: string): Promise<readonly string[]> {
  return (await readdir(join(tableFolder(gateway, name), 'data'), { recursive: true })).filter((file) =>
    file.endsWith('.parquet'),
  );
}

/** Nothing can be written to or removed from a folder that is a file. */
async function whileFile<T>(folder: string, work: () => Promise<T>): Promise<T> {
  await rename(folder, `${folder}-away`);
  await writeFile(folder, '');
  try {
    return await work();
  } finally {
    await rm(folder);
    await rename(`${folder}-away`, folder);
  }
}

test('a commit that cannot write its metadata leaves no data files and no schema', async () => {
  await using gateway = await startGateway();
  await using client = await gateway.connect();
  await client.rows('CREATE TABLE t (a int)');
  await client.rows('INSERT INTO t VALUES (1)');
  const before = await dataFiles(gateway, 't');
  await client.rows('BEGIN');
  await client.rows('CREATE SCHEMA fresh');
  await client.rows('INSERT INTO t VALUES (2)');
  await whileFile(join(tableFolder(gateway, 't'), 'metadata'), () =>
    assert.rejects(client.rows('COMMIT'), (error: DatabaseError) => error.code?.startsWith('58') === true),
  );
  assert.deepEqual(await dataFiles(gateway, 't'), before);
  assert.deepEqual((await client.rows('SELECT a FROM t')).rows, [['1']]);
  assert.equal((await client.rows('CREATE SCHEMA fresh')).tag, 'CREATE SCHEMA');
  await client.rows('INSERT INTO t VALUES (3)');
  assert.deepEqual((await client.rows('SELECT a FROM t ORDER BY a')).rows, [['1'], ['3']]);
});

test('ROLLBACK and failed statements leave no data files', async () => {
  await using gateway = await startGateway();
  await using client = await gateway.connect();
  await client.rows('CREATE TABLE t (a int CHECK (a < 10))');
  await client.rows('INSERT INTO t VALUES (1)');
  const before = await dataFiles(gateway, 't');
  await client.rows('BEGIN');
  await client.rows('INSERT INTO t VALUES (2)');
  await client.rows('UPDATE t SET a = a + 1');
  await client.rows('ROLLBACK');
  await assert.rejects(client.rows('INSERT INTO t SELECT a FROM generate_series(1, 10) AS g(a)'));
  await client.rows('BEGIN');
  await client.rows('INSERT INTO t VALUES (2)');
  await assert.rejects(client.rows('UPDATE t SET a = a / (a - 2)'));
  await client.rows('COMMIT');
  assert.deepEqual(await dataFiles(gateway, 't'), before);
});

test('what cannot be removed does not make a commit or a rollback fail', async () => {
  await using gateway = await startGateway();
  await using client = await gateway.connect();
  await client.rows('CREATE TABLE t (a int)');
  await client.rows('CREATE TABLE u (a int)');
  for (const end of ['COMMIT', 'ROLLBACK']) {
    await client.rows('BEGIN');
    await client.rows('INSERT INTO u VALUES (1)');
    await client.rows('INSERT INTO t VALUES (2)');
    await client.rows('DELETE FROM t');
    const { tag } = await whileFile(join(tableFolder(gateway, 't'), 'data'), () => client.rows(end));
    assert.equal(tag, end);
  }
  assert.deepEqual((await client.rows('SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM u)')).rows, [['0', '1']]);
});

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import pg from 'pg';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';

let gateway: Gateway;
let one: pg.Client;
let two: pg.Client;

async function connect(): Promise<pg.Client> {
  const { host, port, user, database } = gateway;
  const client = new pg.Client({ host, port, user, database });
  await client.connect();
  return client;
}

before(async () => {
  gateway = await startGateway();
  [one, two] = await Promise.all([connect(), connect()]);
  await one.query('CREATE SCHEMA iso');
});

beforeEach(async () => {
  await one.query('DROP TABLE IF EXISTS iso.t');
  await one.query('CREATE TABLE iso.t (id int, v text)');
  await one.query(`INSERT INTO iso.t VALUES (1, 'a'), (2, 'b')`);
});

after(async () => {
  await Promise.all([one.end(), two.end()]);
  await gateway[Symbol.asyncDispose]();
});

async function ids(client: pg.Client): Promise<readonly number[]> {
  return (await client.query<{ id: number }>('SELECT id FROM iso.t ORDER BY id')).rows.map(({ id }) => id);
}

test('read committed sees what others commit, repeatable read does not', async () => {
  await one.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await two.query('BEGIN');
  assert.deepEqual(await ids(one), [1, 2]);
  assert.deepEqual(await ids(two), [1, 2]);
  const third = await connect();
  await third.query(`INSERT INTO iso.t VALUES (3, 'c')`);
  await third.end();
  assert.deepEqual(await ids(one), [1, 2]);
  assert.deepEqual(await ids(two), [1, 2, 3]);
  await one.query('COMMIT');
  await two.query('COMMIT');
  assert.deepEqual(await ids(one), [1, 2, 3]);
});

test('two updates of one row: the second is 40001 and leaves nothing', async () => {
  await one.query('BEGIN');
  await two.query('BEGIN');
  await one.query(`UPDATE iso.t SET v = 'one' WHERE id = 1`);
  await two.query(`UPDATE iso.t SET v = 'two' WHERE id = 1`);
  await one.query('COMMIT');
  await assert.rejects(two.query('COMMIT'), { code: '40001' });
  const { rows } = await two.query('SELECT id, v FROM iso.t ORDER BY id');
  assert.deepEqual(rows, [
    { id: 1, v: 'one' },
    { id: 2, v: 'b' },
  ]);
});

test('appends of several transactions all stay; a serializable change that missed one does not', async () => {
  await one.query('BEGIN');
  await two.query('BEGIN');
  await one.query(`INSERT INTO iso.t VALUES (10, 'x')`);
  await two.query(`INSERT INTO iso.t VALUES (20, 'y')`);
  await one.query('COMMIT');
  await two.query('COMMIT');
  assert.deepEqual(await ids(one), [1, 2, 10, 20]);
  await one.query('BEGIN ISOLATION LEVEL SERIALIZABLE');
  await one.query('DELETE FROM iso.t WHERE id = 1');
  await two.query(`INSERT INTO iso.t VALUES (1, 'again')`);
  await assert.rejects(one.query('COMMIT'), { code: '40001' });
  assert.deepEqual(await ids(one), [1, 1, 2, 10, 20]);
});

test('several tables in one transaction, all or none', async () => {
  await one.query('DROP TABLE IF EXISTS iso.u');
  await one.query('CREATE TABLE iso.u (id int)');
  await one.query('BEGIN');
  await one.query('INSERT INTO iso.u VALUES (1)');
  await one.query(`UPDATE iso.t SET v = 'z' WHERE id = 2`);
  await two.query('DELETE FROM iso.t WHERE id = 2');
  await assert.rejects(one.query('COMMIT'), { code: '40001' });
  assert.equal((await one.query('SELECT * FROM iso.u')).rowCount, 0);
  assert.deepEqual(await ids(one), [1]);
});

test('savepoints undo rows and tables', async () => {
  await one.query('BEGIN');
  await one.query(`INSERT INTO iso.t VALUES (3, 'c')`);
  await one.query('SAVEPOINT s');
  await one.query('DELETE FROM iso.t');
  await one.query('CREATE TABLE iso.later (id int)');
  await assert.rejects(one.query('SELECT 1 / 0'), { code: '22012' });
  await one.query('ROLLBACK TO s');
  assert.deepEqual(await ids(one), [1, 2, 3]);
  await one.query('COMMIT');
  assert.deepEqual(await ids(two), [1, 2, 3]);
  await assert.rejects(two.query('SELECT * FROM iso.later'), { code: '42P01' });
});

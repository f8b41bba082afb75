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

test('read committed sees what others commit after it added rows of its own', async () => {
  await one.query('BEGIN');
  await one.query(`INSERT INTO iso.t VALUES (10, 'mine')`);
  await two.query('BEGIN');
  await two.query(`INSERT INTO iso.t VALUES (20, 'theirs')`);
  assert.deepEqual(await ids(one), [1, 2, 10]);
  await two.query('COMMIT');
  assert.deepEqual(await ids(one), [1, 2, 10, 20]);
  assert.equal((await one.query(`UPDATE iso.t SET v = 'seen' WHERE id >= 10`)).rowCount, 2);
  await two.query(`UPDATE iso.t SET v = 'other' WHERE id = 1`);
  await one.query('COMMIT');
  assert.deepEqual((await two.query('SELECT * FROM iso.t ORDER BY id')).rows, [
    { id: 1, v: 'other' },
    { id: 2, v: 'b' },
    { id: 10, v: 'seen' },
    { id: 20, v: 'seen' },
  ]);
});

test('two updates of one row: both happen under read committed, the second is 40001 under repeatable read', async () => {
  const both = async (begin: string): Promise<void> => {
    await one.query(begin);
    await two.query(begin);
    await one.query(`UPDATE iso.t SET v = v || ' one' WHERE id = 1`);
    await two.query(`UPDATE iso.t SET v = v || ' two' WHERE id = 1`);
    await one.query('COMMIT');
    await two.query('COMMIT');
  };
  const rows = [
    { id: 1, v: 'a one two' },
    { id: 2, v: 'b' },
  ];
  await both('BEGIN');
  assert.deepEqual((await two.query('SELECT id, v FROM iso.t ORDER BY id')).rows, rows);
  await assert.rejects(both('BEGIN ISOLATION LEVEL REPEATABLE READ'), { code: '40001' });
  assert.deepEqual((await two.query('SELECT v FROM iso.t WHERE id = 1')).rows, [{ v: 'a one two one' }]);
});

test('a change that others made void has another tag: 40001 at COMMIT, as the client was told of rows', async () => {
  await one.query('BEGIN');
  assert.equal((await one.query('DELETE FROM iso.t WHERE id = 1')).rowCount, 1);
  assert.equal((await two.query('DELETE FROM iso.t WHERE id = 1')).rowCount, 1);
  await assert.rejects(one.query('COMMIT'), { code: '40001' });
  assert.deepEqual(await ids(one), [2]);
});

test('changes of different rows of one data file do not conflict, at any level', async () => {
  for (const level of ['READ COMMITTED', 'REPEATABLE READ']) {
    await one.query(`BEGIN ISOLATION LEVEL ${level}`);
    await two.query(`BEGIN ISOLATION LEVEL ${level}`);
    await one.query(`UPDATE iso.t SET v = v || '1' WHERE id = 1`);
    await two.query(`UPDATE iso.t SET v = v || '2' WHERE id = 2`);
    await one.query(`INSERT INTO iso.t VALUES (7, 'one')`);
    await two.query(`INSERT INTO iso.t VALUES (8, 'two')`);
    await one.query('COMMIT');
    await two.query('COMMIT');
  }
  const { rows } = await one.query<{ v: string }>('SELECT v FROM iso.t ORDER BY id, v');
  assert.deepEqual(
    rows.map(({ v }) => v),
    ['a11', 'b22', 'one', 'one', 'two', 'two'],
  );
});

test('serializable: what was read must not have changed, in tables that are only read too', async () => {
  await one.query('DROP TABLE IF EXISTS iso.duty');
  await one.query('CREATE TABLE iso.duty (day int, name text) PARTITION BY (day)');
  await one.query(`INSERT INTO iso.duty VALUES (1, 'ann'), (2, 'bob')`);
  const begin = 'BEGIN ISOLATION LEVEL SERIALIZABLE';
  await one.query(begin);
  await two.query(begin);
  await one.query('INSERT INTO iso.t SELECT 10, name FROM iso.duty WHERE day = 1');
  await two.query('INSERT INTO iso.duty SELECT 1, v FROM iso.t WHERE id >= 1');
  await one.query('COMMIT');
  await assert.rejects(two.query('COMMIT'), { code: '40001' }, 'write skew over two tables');
  await one.query(begin);
  await one.query('INSERT INTO iso.t SELECT 11, name FROM iso.duty WHERE day = 1');
  await two.query(`UPDATE iso.duty SET name = 'carl' WHERE day = 2`);
  await one.query('COMMIT');
  assert.deepEqual(await ids(one), [1, 2, 10, 11], 'another partition was changed');
  await one.query(begin);
  await one.query('INSERT INTO iso.t SELECT 12, name FROM iso.duty WHERE day = 2');
  await two.query('DELETE FROM iso.duty WHERE day = 2');
  await assert.rejects(one.query('COMMIT'), { code: '40001' });
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

test('rows that were locked must not have been changed by others until the commit', async () => {
  const raced = async (first: string, change: string, then: string): Promise<string> => {
    await one.query('BEGIN');
    await one.query(first);
    await two.query(change);
    await one.query(then);
    return await one.query('COMMIT').then(
      () => 'committed',
      (error: unknown) => (error as pg.DatabaseError).code!,
    );
  };
  const change = `UPDATE iso.t SET v = v || '!' WHERE id = 1`;
  const own = `UPDATE iso.t SET v = 'mine' WHERE id = 1`;
  for (const lock of ['FOR UPDATE', 'FOR NO KEY UPDATE', 'FOR SHARE', 'FOR KEY SHARE', 'FOR UPDATE NOWAIT']) {
    assert.equal(await raced(`SELECT * FROM iso.t WHERE id = 1 ${lock}`, change, own), '40001', lock);
    assert.equal(
      await raced(`SELECT * FROM iso.t WHERE id = 1 ${lock}`, change, 'CREATE TABLE iso.beside (id int)'),
      '40001',
    );
  }
  // Appended rows are none of those that were locked.
  const locked = 'SELECT * FROM iso.t x JOIN (SELECT * FROM iso.t) y USING (id) WHERE id = 1 FOR UPDATE OF x';
  assert.equal(await raced(locked, `INSERT INTO iso.t VALUES (9, 'new')`, own), 'committed');
  assert.equal(await raced('SELECT * FROM iso.t WHERE id = 1', change, own.replace('mine', 'last')), 'committed');
  const { rows } = await two.query<{ v: string }>('SELECT v FROM iso.t WHERE id = 1');
  assert.deepEqual(rows, [{ v: 'last' }]);
});

test('locks are refused where they would not hold or the transaction only reads', async () => {
  const refused = async (sql: string): Promise<string> =>
    await one.query(sql).then(
      () => 'none',
      (error: unknown) => (error as pg.DatabaseError).code!,
    );
  assert.equal(await refused('SELECT * FROM iso.t FOR UPDATE SKIP LOCKED'), '0A000');
  await one.query('BEGIN READ ONLY');
  assert.equal(await refused('SELECT * FROM iso.t FOR UPDATE'), '25006');
  await one.query('ROLLBACK');
  assert.equal(await refused('SELECT count(*) FROM iso.t FOR UPDATE'), '0A000');
  assert.equal(await refused('SELECT * FROM iso.t FOR UPDATE OF nobody'), '42P01');
  assert.equal(await refused('SELECT * FROM iso.t FOR UPDATE'), 'none');
});

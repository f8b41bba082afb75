import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';

let gateway: Gateway;
let client: pg.Client;

before(async () => {
  gateway = await startGateway();
  const { host, port, user, database } = gateway;
  client = new pg.Client({ host, port, user, database });
  await client.connect();
  await client.query('CREATE SCHEMA meta');
  await client.query('CREATE TABLE meta.t (id int, v text) PARTITION BY (bucket(2, id))');
  await client.query(`INSERT INTO meta.t SELECT i, 'v' FROM generate_series(1, 100) AS g(i)`);
  await client.query('DELETE FROM meta.t WHERE id = 1');
});

after(async () => {
  await client.end();
  await gateway[Symbol.asyncDispose]();
});

async function rows(sql: string): Promise<readonly Record<string, unknown>[]> {
  return (await client.query<Record<string, unknown>>(sql)).rows;
}

test('snapshots and their travel', async () => {
  const snapshots = await rows('SELECT snapshot_id, operation FROM meta."t$snapshots" ORDER BY committed_at');
  assert.deepEqual(
    snapshots.map(({ operation }) => operation),
    ['append', 'delete'],
  );
  const [first] = await rows(
    `SELECT count(*)::int AS n FROM meta.t AS OF SNAPSHOT ${String(snapshots[0]?.snapshot_id)}`,
  );
  assert.equal(first?.n, 100);
  const [both] = await rows(
    `SELECT (SELECT count(*) FROM meta.t FOR VERSION AS OF ${String(snapshots[0]?.snapshot_id)}) -
            (SELECT count(*) FROM meta.t AS OF SNAPSHOT ${String(snapshots[1]?.snapshot_id)}) AS gone`,
  );
  assert.equal(Number(both?.gone), 1);
});

test('the functions are the same tables', async () => {
  const [files] = await rows(
    `SELECT count(*)::int AS n, sum(record_count)::int AS r FROM iceberg.data_files('meta.t')`,
  );
  assert.deepEqual(files, { n: 2, r: 100 });
  const joined = await rows(
    `SELECT s.operation, snapshots.summary IS NOT NULL AS has FROM iceberg.history('meta.t') h
     JOIN iceberg.snapshots('meta.t') s USING (snapshot_id), iceberg.snapshots('meta.t')
     WHERE snapshots.snapshot_id = s.snapshot_id ORDER BY s.committed_at`,
  );
  assert.deepEqual(joined, [
    { operation: 'append', has: true },
    { operation: 'delete', has: true },
  ]);
});

test('what there is not', async () => {
  await assert.rejects(client.query('SELECT * FROM meta."t$nothing"'), { code: '42P01' });
  await assert.rejects(client.query(`SELECT * FROM iceberg.snapshots('meta.none')`), { code: '42P01' });
  await assert.rejects(client.query('SELECT * FROM meta.t AS OF SNAPSHOT 1'), (error: pg.DatabaseError) => {
    assert.match(String(error.code), /^22/);
    assert.ok(error.hint);
    return true;
  });
});

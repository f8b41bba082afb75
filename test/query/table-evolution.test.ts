import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { GatewayClient } from '../../src/cli/gateway-client.ts';
import { SqlError } from '../../src/base/sql-error.ts';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';

let gateway: Gateway;
let client: GatewayClient;
before(async () => {
  gateway = await startGateway();
  client = await gateway.connect();
});
after(async () => {
  await client[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
});

async function rows(sql: string): Promise<readonly (readonly (string | null)[])[]> {
  return (await client.rows(sql)).rows;
}

async function sqlstate(running: Promise<unknown>): Promise<string | undefined> {
  return await running.then(
    () => undefined,
    (error: unknown) => (error instanceof SqlError ? error.sqlstate : (error as { code?: string }).code),
  );
}

/** `Data Files: 1 of 4` of EXPLAIN. */
async function filesRead(query: string): Promise<string | undefined> {
  const lines = (await rows(`EXPLAIN ${query}`)).map(([line]) => line ?? '');
  return /Data Files: (.*)/.exec(lines.join('\n'))?.[1];
}

test('partition fields come and go; files of every spec are read, pruned and deleted from', async () => {
  await client.rows('CREATE SCHEMA p');
  await client.rows('CREATE TABLE p.t (id int, region text, at timestamptz) PARTITION BY (region)');
  await client.rows(
    `INSERT INTO p.t SELECT i, 'r' || i % 3, timestamptz '2024-01-01 00:00:00+00' + i * interval '1 day' FROM generate_series(1, 30) AS g(i)`,
  );
  await client.rows('ALTER TABLE p.t ADD PARTITION FIELD month(at) AS m, DROP PARTITION FIELD region');
  await client.rows(
    `INSERT INTO p.t VALUES (31, 'r1', '2024-02-29 00:00:00+00'), (32, 'r2', '2024-03-01 00:00:00+00')`,
  );
  await client.rows('ALTER TABLE p.t REPLACE PARTITION FIELD m WITH bucket(4, id)');
  await client.rows(`INSERT INTO p.t SELECT i, 'r9', '2024-04-01 00:00:00+00' FROM generate_series(33, 60) AS g(i)`);
  assert.deepEqual(await rows('SELECT spec_id, count(*), sum(record_count) FROM p."t$files" GROUP BY 1 ORDER BY 1'), [
    ['0', '3', '30'],
    ['1', '2', '2'],
    ['2', '4', '28'],
  ]);
  await client.rows('ALTER TABLE p.t ADD PARTITION FIELD region');
  await client.rows('ALTER TABLE p.t DROP PARTITION FIELD region');
  await client.rows(`INSERT INTO p.t VALUES (61, 'r9', '2024-04-01 00:00:00+00')`);
  assert.deepEqual(await rows('SELECT max(spec_id) FROM p."t$files"'), [['2']], 'an equal spec is used again');
  await client.rows('DELETE FROM p.t WHERE id = 61');
  assert.deepEqual(await rows('SELECT count(*), sum(id) FROM p.t'), [['60', '1830']]);
  assert.equal(await filesRead(`SELECT * FROM p.t WHERE region = 'r1' AND at < '2024-02-01'`), '1 of 9');
  assert.equal(await filesRead(`SELECT * FROM p.t WHERE at >= '2024-03-01' AND at < '2024-03-02'`), '1 of 9');
  assert.equal(await filesRead('SELECT * FROM p.t WHERE id = 44'), '1 of 9');
  await client.rows('DELETE FROM p.t WHERE id IN (1, 2, 31, 40, 41)');
  await client.rows(`UPDATE p.t SET region = 'moved' WHERE id IN (3, 32, 50)`);
  assert.deepEqual(await rows('SELECT count(*), sum(id) FROM p.t'), [['55', '1715']]);
  assert.deepEqual(await rows(`SELECT id FROM p.t WHERE region = 'moved' ORDER BY 1`), [['3'], ['32'], ['50']]);
  assert.deepEqual(await rows('SELECT max(spec_id) FROM p."t$files" WHERE content = 0 AND spec_id > 1'), [['2']]);
  for (const [sql, state] of [
    ['ALTER TABLE p.t ADD PARTITION FIELD bucket(4, id)', '42701'],
    ['ALTER TABLE p.t ADD PARTITION FIELD day(at) AS id', '42701'],
    ['ALTER TABLE p.t DROP PARTITION FIELD m', '42704'],
    ['ALTER TABLE p.t ADD PARTITION FIELD day(id)', '42P17'],
    ['ALTER TABLE p.t ADD PARTITION FIELD nope', '42703'],
    ['ALTER TABLE p.t DROP COLUMN id', '2BP01'],
    ['ALTER TABLE p.t ALTER id TYPE text', '42P16'],
  ] as const)
    assert.equal(await sqlstate(client.rows(sql)), state, sql);
});

test('rows are written in the sort order that is set, until it is taken away', async () => {
  await client.rows('CREATE SCHEMA o');
  await client.rows('CREATE TABLE o.t (id int, n int)');
  await client.rows('ALTER TABLE o.t WRITE ORDERED BY n DESC, id');
  await client.rows('INSERT INTO o.t SELECT i, i % 7 FROM generate_series(1, 50) AS g(i) UNION ALL SELECT 0, NULL');
  const stored = await rows('SELECT id, n FROM o.t');
  assert.deepEqual(stored, await rows('SELECT id, n FROM o.t ORDER BY n DESC, id'));
  await client.rows('ALTER TABLE o.t WRITE UNORDERED');
  await client.rows('INSERT INTO o.t VALUES (51, 1)');
  assert.deepEqual(await rows('SELECT sort_order_id FROM o."t$files" ORDER BY 1'), [['0'], ['1']]);
  assert.equal(await sqlstate(client.rows('ALTER TABLE o.t WRITE ORDERED BY nope')), '42703');
  // Rows in buckets' order are not promised: they are sorted by columns.
  await client.rows('ALTER TABLE o.t WRITE ORDERED BY bucket(4, id), n');
  await client.rows('INSERT INTO o.t VALUES (52, 1)');
  assert.deepEqual(await rows('SELECT max(sort_order_id) FROM o."t$files"'), [['1']]);
});

test('properties are Iceberg’s, and the format version goes up', async () => {
  await client.rows('CREATE SCHEMA q');
  await client.rows('CREATE TABLE q.t (id int, r text) PARTITION BY (r) WITH ("format-version" = 1)');
  await client.rows(`INSERT INTO q.t VALUES (1, 'a'), (2, 'b')`);
  await client.rows('ALTER TABLE q.t DROP PARTITION FIELD r, ADD PARTITION FIELD truncate(1, r)');
  await client.rows(`INSERT INTO q.t VALUES (3, 'ab'), (4, 'b')`);
  await client.rows('DELETE FROM q.t WHERE id = 1');
  await client.rows(`ALTER TABLE q.t SET ("format-version" = 2, "comment" = 'é'), ADD COLUMN d int DEFAULT 5`);
  await client.rows('DELETE FROM q.t WHERE id = 3');
  assert.deepEqual(await rows('SELECT * FROM q.t ORDER BY 1'), [
    ['2', 'b', '5'],
    ['4', 'b', '5'],
  ]);
  assert.deepEqual(await rows(`SELECT obj_description('q.t'::regclass)`), [['é']]);
  await client.rows(`ALTER TABLE q.t RESET ("comment")`);
  assert.deepEqual(await rows(`SELECT obj_description('q.t'::regclass)`), [[null]]);
  for (const [sql, state] of [
    ['ALTER TABLE q.t SET (fillfactor = 70)', '22023'],
    [`ALTER TABLE q.t SET (bergwire.check.x = 'true')`, '42939'],
    [`ALTER TABLE q.t SET TBLPROPERTIES ('location' = '/tmp/elsewhere')`, '0A000'],
    [`ALTER TABLE q.t SET TBLPROPERTIES ('write.data.path' = '/tmp/elsewhere')`, '42501'],
    ['ALTER TABLE q.t SET ("format-version" = 1)', '22023'],
    ['ALTER TABLE q.t SET ("format-version" = 3)', '0A000'],
    ['ALTER TABLE q.t SET IDENTIFIER FIELDS id', '42P16'],
  ] as const)
    assert.equal(await sqlstate(client.rows(sql)), state, sql);
});

test('what a change promises of rows holds against writers that came meanwhile', async () => {
  await client.rows('CREATE SCHEMA w; CREATE TABLE w.t (id int, v int); INSERT INTO w.t VALUES (1, 1)');
  await using other = await gateway.connect();
  await client.rows('BEGIN; ALTER TABLE w.t ALTER v SET NOT NULL');
  await other.rows('INSERT INTO w.t VALUES (2, NULL)');
  assert.equal(await sqlstate(client.rows('COMMIT')), '40001');
  await client.rows('DELETE FROM w.t WHERE v IS NULL');

  await other.rows('BEGIN; INSERT INTO w.t VALUES (3, NULL)');
  await client.rows('ALTER TABLE w.t ALTER v SET NOT NULL');
  assert.equal(await sqlstate(other.rows('COMMIT')), '40001');

  await other.rows('BEGIN; INSERT INTO w.t VALUES (3, 3)');
  await client.rows('ALTER TABLE w.t ADD COLUMN d int DEFAULT 7');
  await other.rows('COMMIT'); // An INSERT that is its whole transaction is made again.
  await other.rows('BEGIN; INSERT INTO w.t VALUES (5, 5); INSERT INTO w.t VALUES (6, 6)');
  await client.rows('ALTER TABLE w.t ADD COLUMN e int DEFAULT 8');
  assert.equal(await sqlstate(other.rows('COMMIT')), '40001');

  await other.rows('BEGIN; INSERT INTO w.t VALUES (4, 4)');
  await client.rows('ALTER TABLE w.t ADD COLUMN plain int');
  await other.rows('COMMIT');
  assert.deepEqual(await rows('SELECT * FROM w.t ORDER BY 1'), [
    ['1', '1', '7', '8', null],
    ['3', '3', '7', '8', null],
    ['4', '4', '7', '8', null],
  ]);
});

test('snapshots from before keep their columns, types and values', async () => {
  await client.rows(`CREATE SCHEMA h; CREATE TABLE h.t (id int, v text); INSERT INTO h.t VALUES (1, '10'), (2, '20')`);
  const [[before] = []] = await rows('SELECT snapshot_id FROM h."t$snapshots"');
  await client.rows('ALTER TABLE h.t ALTER v TYPE int USING v::int + 1, ADD COLUMN d int DEFAULT 9');
  assert.deepEqual(await rows('SELECT * FROM h.t ORDER BY 1'), [
    ['1', '11', '9'],
    ['2', '21', '9'],
  ]);
  assert.deepEqual(await rows(`SELECT *, v || 'x' FROM h.t AS OF SNAPSHOT ${before} ORDER BY 1`), [
    ['1', '10', '10x'],
    ['2', '20', '20x'],
  ]);
  assert.deepEqual(await rows('SELECT operation FROM h."t$snapshots" ORDER BY committed_at'), [
    ['append'],
    ['overwrite'],
  ]);
});

test('keys that nothing enforces are none to Postgres either where it finishes a statement', async () => {
  await client.rows(`CREATE SCHEMA k; CREATE TABLE k.t (id int PRIMARY KEY, v text); INSERT INTO k.t VALUES (1, 'a')`);
  await client.rows(`INSERT INTO k.t SELECT id, regexp_replace(v, '(?=a)', 'z') FROM k.t`);
  assert.deepEqual(await rows(`SELECT id, regexp_replace(v, '(?=a)', '-') FROM k.t ORDER BY 2`), [
    ['1', '-a'],
    ['1', 'z-a'],
  ]);
});

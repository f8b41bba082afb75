import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { startPostgres } from '../support/real-postgres.ts';
import type { RealPostgres } from '../support/real-postgres.ts';

let gateway: Gateway;
let postgres: RealPostgres;
let client: pg.Client;
before(async () => {
  [gateway, postgres] = await Promise.all([startGateway(), startPostgres()]);
  client = await connected(gateway);
  await client.query(`CREATE SCHEMA x; CREATE TABLE x.t (id int, v text); INSERT INTO x.t VALUES (1, 'a'), (2, 'b')`);
});
after(async () => {
  await client.end();
  await gateway[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
});

async function connected({ host, port, user, database }: Gateway | RealPostgres): Promise<pg.Client> {
  const connection = new pg.Client({
    host,
    port,
    user,
    database,
    types: { getTypeParser: () => (text: string) => text },
  });
  await connection.connect();
  return connection;
}

async function lines(sql: string): Promise<readonly string[]> {
  const { rows } = await client.query({ text: sql, rowMode: 'array' });
  return rows.map(([line]) => String(line));
}

async function count(table: string): Promise<string> {
  return (await lines(`SELECT count(*) FROM ${table}`))[0]!;
}

test('VERBOSE shows the SQL that the engine gets', async () => {
  const plain = await lines(`EXPLAIN SELECT id + 1 FROM x.t WHERE v = 'a'`);
  assert.ok(!plain.includes('Engine SQL:'));
  assert.ok(plain.includes(`  Pruned By: v = 'a'`));
  const verbose = await lines(`EXPLAIN (VERBOSE, COSTS off, BUFFERS, SETTINGS) SELECT id + 1 FROM x.t WHERE v = 'a'`);
  assert.match(verbose[verbose.indexOf('Engine SQL:') + 1]!, /^ {2}SELECT .*FROM "\$scan0\$"/);
});

test('each form is one of its own type', async () => {
  for (const [format, typeOid, start] of [
    ['json', 114, '[\n  {\n    "Scans": ['],
    ['xml', 142, '<explain xmlns="http://www.postgresql.org/2009/explain">\n  <Query>\n    <Scans>'],
    ['yaml', 25, '- Scans:\n    - Node Type: "Iceberg Scan"'],
  ] as const) {
    const { rows, fields } = await client.query({
      text: `EXPLAIN (VERBOSE, FORMAT ${format}) SELECT id FROM x.t WHERE id < 2`,
      rowMode: 'array',
    });
    assert.deepEqual([rows.length, fields[0]?.name, fields[0]?.dataTypeID], [1, 'QUERY PLAN', typeOid]);
    const [[text]] = rows as [[string]];
    assert.ok(text.startsWith(start), text);
  }
});

test('ANALYZE carries changes out, in the transaction they are in', async () => {
  const insert = await lines(`EXPLAIN ANALYZE INSERT INTO x.t VALUES (3, 'c'), (4, 'd') RETURNING id`);
  assert.ok(insert.includes('Rows Changed: 2'));
  assert.ok(insert.includes('Iceberg Change of x.t'));
  assert.match(insert.at(-2)!, /^Planning Time: \d+\.\d{3} ms$/);
  assert.match(insert.at(-1)!, /^Execution Time: \d+\.\d{3} ms$/);
  assert.equal(await count('x.t'), '4');
  const [update] = await lines(`EXPLAIN (ANALYZE, SUMMARY off, FORMAT json) UPDATE x.t SET v = 'q' WHERE id > 3`);
  const [told] = JSON.parse(update!) as Record<string, unknown>[];
  assert.equal(told!['Rows Changed'], 1);
  assert.deepEqual(Object.keys(told!), ['Changes', 'Rows Changed', 'Scans', 'Engine Plan']);
  await client.query('BEGIN');
  assert.ok((await lines('EXPLAIN ANALYZE DELETE FROM x.t')).includes('Rows Changed: 4'));
  assert.equal(await count('x.t'), '0');
  await client.query('ROLLBACK');
  assert.equal(await count('x.t'), '4');
  const merge = `MERGE INTO x.t USING (VALUES (4)) s(i) ON id = i WHEN MATCHED THEN DELETE`;
  assert.ok(!(await lines(`EXPLAIN ${merge}`)).some((line) => line.startsWith('Rows Changed')));
  assert.equal(await count('x.t'), '4');
  assert.ok((await lines(`EXPLAIN ANALYZE ${merge}`)).includes('Rows Changed: 1'));
  assert.equal(await count('x.t'), '3');
});

test('what Postgres finishes is carried out too', async () => {
  const update = `UPDATE x.t SET v = regexp_replace(v, '(?=a)', 'z') WHERE id = 1`;
  assert.match((await lines(`EXPLAIN ${update}`))[0]!, /^Finished in Postgres/);
  assert.ok((await lines(`EXPLAIN ANALYZE ${update}`)).includes('Rows Changed: 1'));
  assert.deepEqual(await lines('SELECT v FROM x.t WHERE id = 1'), ['za']);
});

test('queries inside other statements', async () => {
  for (const head of ['CREATE TABLE x.c AS', 'DECLARE c CURSOR FOR', ''])
    assert.equal((await lines(`EXPLAIN ${head} SELECT * FROM x.t`))[0], 'Iceberg Scan on x.t');
  assert.equal((await lines('EXPLAIN SELECT * INTO x.c FROM x.t'))[0], 'Iceberg Scan on x.t');
  await assert.rejects(client.query('SELECT * FROM x.c'), { code: '42P01' });
  await lines('EXPLAIN ANALYZE CREATE TABLE x.c AS SELECT * FROM x.t');
  assert.equal(await count('x.c'), '3');
});

test('what touches no table is explained, and options are judged, as by PostgreSQL', async () => {
  const real = await connected(postgres);
  const answer = async (connection: pg.Client, text: string): Promise<unknown> => {
    try {
      return (await connection.query({ text, rowMode: 'array' })).rows;
    } catch (error) {
      const { code, message, position } = error as pg.DatabaseError;
      return { code, message, position };
    }
  };
  for (const text of [
    'EXPLAIN SELECT 1',
    'EXPLAIN (COSTS off, VERBOSE) SELECT g + 1 FROM generate_series(1, 3) AS g',
    'EXPLAIN (COSTS off, FORMAT yaml) VALUES (1), (2)',
    'EXPLAIN (frob) SELECT 1',
    'EXPLAIN (costs 3) SELECT 1',
    'EXPLAIN (costs maybe) SELECT 1',
    'EXPLAIN (format frob) SELECT 1',
    'EXPLAIN (format) SELECT 1',
    'EXPLAIN (wal) SELECT 1',
    'EXPLAIN (timing on) SELECT 1',
    'EXPLAIN (analyze false, timing off, COSTS off) SELECT 1',
    'EXPLAIN SELECT nope',
  ]) {
    const [expected, actual] = [await answer(real, text), await answer(client, text)].map((told) =>
      // Later versions name more properties of a node.
      JSON.stringify(told).replaceAll(String.raw`\n    Disabled: false`, ''),
    );
    assert.equal(actual, expected, text);
  }
  await real.end();
});

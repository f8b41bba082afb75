/**
 * Statements over tables that have no translation for DuckDB: Postgres finishes them over copies of the rows they read.
 * A real PostgreSQL is asked the same.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { findPostgres } from '../support/real-postgres.ts';
import { openTwin } from '../sql/twin.ts';
import { frontendBytes } from '../support/frontend-bytes.ts';
import { printAnswer } from '../support/print-answer.ts';
import { RawClient } from '../support/raw-client.ts';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import type { Parameters, Reply, Twin } from '../sql/twin.ts';
import { FINISHED_STATEMENTS, FINISHED_TABLES } from './finish-statements.ts';

const native = (await findPostgres()) !== undefined;

describe('finished in Postgres', { skip: native ? false : 'needs a native PostgreSQL' }, () => {
  let twin: Twin;
  before(async () => {
    twin = await openTwin(FINISHED_TABLES);
  });
  after(async () => {
    await twin[Symbol.asyncDispose]();
  });
  const same = async (sql: string, parameters?: Parameters): Promise<void> => {
    const { verdict, expected, actual } = await twin.compare(sql, / ORDER BY [^)]*$/.test(sql), parameters);
    assert.equal(verdict, 'same', `${sql}\n  PostgreSQL ${shown(expected)}\n  here       ${shown(actual)}`);
  };

  for (const [name, statements] of Object.entries(FINISHED_STATEMENTS))
    test(name, async () => {
      for (const sql of statements) await same(sql);
    });
});

describe('what Postgres finishes', () => {
  let gateway: Gateway;
  let client: pg.Client;
  const connect = async (user: string): Promise<pg.Client> => {
    const { host, port, database } = gateway;
    const opened = new pg.Client({ host, port, database, user });
    await opened.connect();
    return opened;
  };
  before(async () => {
    gateway = await startGateway({ flags: ['--limits.finishRows=200', '--limits.lanes=1'] });
    client = await connect(gateway.user);
    await client.query("CREATE TABLE t (id int NOT NULL, label text DEFAULT 'none', n numeric CHECK (n > 0))");
    await client.query(`INSERT INTO t SELECT i, 'l' || i, i FROM generate_series(1, 100) AS s(i)`);
  });
  after(async () => {
    await client.end();
    await gateway[Symbol.asyncDispose]();
  });
  const values = async (sql: string, parameters: unknown[] = [], asked = client): Promise<unknown[]> => {
    const { rows } = await asked.query<unknown[]>({ text: sql, values: parameters, rowMode: 'array' });
    return rows.map((row) => (row.length === 1 ? row[0] : row));
  };

  test('has deletes applied, and the changes of the transaction that nobody else sees', async () => {
    const other = await connect(gateway.user);
    await client.query('BEGIN');
    await client.query('DELETE FROM t WHERE id > 3');
    await client.query(`UPDATE t SET label = 'changed' WHERE id = 2`);
    await client.query(`SAVEPOINT s`);
    await client.query(`INSERT INTO t VALUES (200, 'new', 5)`);
    const label = `SELECT row_to_json(t)->>'label' FROM t ORDER BY id`;
    assert.deepEqual(await values(label), ['l1', 'changed', 'l3', 'new']);
    assert.deepEqual(await values('SELECT count(t) FROM t', [], other), ['100']);
    await client.query('ROLLBACK TO s');
    assert.deepEqual(await values(label), ['l1', 'changed', 'l3']);
    await client.query('ROLLBACK');
    assert.deepEqual(await values('SELECT count(t) FROM t'), ['100']);
    await other.end();
  });

  test('leaves no row on the lane', async () => {
    assert.equal((await values('SELECT t FROM t')).length, 100);
    assert.deepEqual(await values('SELECT t FROM t WHERE id = 1'), ['(1,l1,1)']);
    // The same lane answers from the mirror, which is as it was.
    assert.deepEqual(await values(`SELECT pg_relation_size('t')::int`), [0]);
    assert.deepEqual(
      await values(`SELECT attnotnull FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum = 1`),
      [true],
    );
  });

  test('travels in time, to several snapshots at once', async () => {
    const [before] = await values('SELECT max(snapshot_id)::text FROM "t$snapshots"');
    await client.query('CREATE TABLE h (id int)');
    await client.query('INSERT INTO h VALUES (1), (2)');
    const [first] = await values('SELECT snapshot_id::text FROM "h$snapshots"');
    await client.query('DELETE FROM h WHERE id = 1');
    assert.ok(before);
    assert.deepEqual(
      await values(
        `SELECT row_to_json(a), row_to_json(b) FROM h AS OF SNAPSHOT ${String(first)} AS a LEFT JOIN h AS b ON a.id = b.id ORDER BY a.id`,
      ),
      [
        [{ id: 1 }, null],
        [{ id: 2 }, { id: 2 }],
      ],
    );
    assert.deepEqual(await values('SELECT json_agg(operation ORDER BY committed_at) FROM "h$snapshots"'), [
      ['append', 'delete'],
    ]);
  });

  test('takes parameters, and reads only the rows that a filter leaves', async () => {
    await client.query('CREATE TABLE large (id int, v text)');
    await client.query(`INSERT INTO large SELECT i, 'v' || i FROM generate_series(1, 5000) AS s(i)`);
    const found = 'SELECT row_to_json(large)::text FROM large WHERE id BETWEEN $1 AND $1 + 1 AND v LIKE $2 ORDER BY id';
    assert.deepEqual(await values(found, [7, '%8']), ['{"id":8,"v":"v8"}']);
    await assert.rejects(
      values('SELECT row_to_json(large) FROM large'),
      ({ code, hint, message }: pg.DatabaseError) => {
        assert.equal(code, '0A000');
        assert.match(message, /not supported/);
        assert.match(hint ?? '', /200 rows .*limits\.finishRows/);
        return true;
      },
    );
    // The engine's own error stands where Postgres cannot look.
    await assert.rejects(values('SELECT 1 / (id - 4000) FROM large'), { code: '22012' });
  });

  test('opens cursors and portals, and is copied out', async () => {
    await client.query('BEGIN');
    await client.query('DECLARE c SCROLL CURSOR FOR SELECT row_to_json(t) FROM t ORDER BY id');
    assert.deepEqual(await values('FETCH 2 FROM c'), [
      { id: 1, label: 'l1', n: 1 },
      { id: 2, label: 'l2', n: 2 },
    ]);
    assert.deepEqual(await values('FETCH LAST FROM c'), [{ id: 100, label: 'l100', n: 100 }]);
    await client.query('COMMIT');
    const raw = await RawClient.ready(gateway);
    raw.send(frontendBytes({ Query: 'COPY (SELECT to_json(label) FROM t WHERE id < 3 ORDER BY id) TO STDOUT' }));
    const copied = (await raw.until('readyForQuery')).map(printAnswer).filter((line) => line.includes('CopyData'));
    assert.deepEqual(copied, ['{"CopyData":"\\"l1\\"\\n"}', '{"CopyData":"\\"l2\\"\\n"}']);
    raw.socket.destroy();
  });

  test('runs as the role of the session, with its settings', async () => {
    await client.query('CREATE ROLE reader LOGIN');
    const reader = await connect('reader');
    await reader.query(`SET TIME ZONE 'Asia/Tokyo'`);
    assert.deepEqual(
      await values(
        `SELECT current_user, to_json(timestamptz '2024-01-01 00:00+00'), to_json(id) FROM t WHERE id = 1`,
        [],
        reader,
      ),
      [['reader', '2024-01-01T09:00:00+09:00', 1]],
    );
    await reader.end();
  });

  test('changes tables within transactions, one snapshot each', async () => {
    await client.query('CREATE TABLE changed (id int, body text)');
    await client.query(
      `INSERT INTO changed SELECT i, repeat(chr(65 + i % 26), (i * 7919) % 4000) FROM generate_series(1, 150) AS s(i)`,
    );
    const sum = `SELECT md5(string_agg(id || body, ',' ORDER BY id)) FROM changed`;
    const [whole] = await values(sum);
    await client.query('BEGIN');
    await client.query(`UPDATE changed SET body = body WHERE to_json(id)::text LIKE '%7%'`);
    assert.deepEqual(await values(sum), [whole]);
    await client.query(`DELETE FROM changed WHERE to_json(id)::text LIKE '1%' AND id < 120`);
    assert.deepEqual(
      await values(
        `SELECT count(*)::int, bool_and(length(body) = (id * 7919) % 4000 AND body = repeat(chr(65 + id % 26), length(body))) FROM changed`,
      ),
      [[119, true]],
    );
    await client.query('ROLLBACK');
    assert.deepEqual(await values(sum), [whole]);
    const before = (await values('SELECT count(*)::int FROM "changed$snapshots"'))[0] as number;
    await client.query(`UPDATE changed SET body = to_char(id, '999')`);
    assert.deepEqual(await values('SELECT count(*)::int FROM "changed$snapshots"'), [before + 1]);
    assert.deepEqual(await values(`SELECT count(*)::int FROM changed WHERE body = lpad(id::text, 4)`), [150]);
    await client.query('BEGIN READ ONLY');
    await assert.rejects(values(`DELETE FROM changed WHERE to_json(id)::text = '1'`), { code: '25006' });
    await client.query('ROLLBACK');
  });

  test('ends when it is cancelled, and nobody else notices', async () => {
    const other = await connect(gateway.user);
    await client.query(`SET statement_timeout = '400ms'`);
    await assert.rejects(values('SELECT count(to_json(a)) FROM t AS a, t AS b, t AS c, t AS d'), { code: '57014' });
    await client.query('RESET statement_timeout');
    assert.deepEqual(await values('SELECT count(t) FROM t', [], other), ['100']);
    assert.deepEqual(await values('SELECT count(t) FROM t'), ['100']);
    await other.end();
  });

  test('is told by EXPLAIN', async () => {
    const lines = (await values('EXPLAIN SELECT row_to_json(t) FROM t WHERE id = 3')) as string[];
    assert.match(lines[0]!, /^Finished in Postgres: .*not supported/);
    assert.match(lines.join('\n'), /id = 3/);
    const analysed = (await values('EXPLAIN ANALYZE SELECT row_to_json(t) FROM t WHERE id = 3')) as string[];
    assert.match(analysed.join('\n'), /Postgres plan:[^]*Seq Scan on t .*rows=1/);
    const [json] = (await values('EXPLAIN (FORMAT JSON) SELECT row_to_json(t) FROM t')) as Record<string, unknown>[][];
    assert.match(String(json![0]!['Finished In Postgres']), /not supported/);
  });

  test('refuses what is about the tables themselves', async () => {
    for (const sql of ['SELECT ctid, to_json(id) FROM t', 'SELECT to_json(id) FROM t FOR UPDATE'])
      await assert.rejects(values(sql), { code: '0A000' });
  });
});

function shown(reply: Reply): string {
  return 'sqlstate' in reply
    ? `${reply.sqlstate} ${reply.message} at ${reply.position}`
    : `${JSON.stringify(reply.columns)} ${JSON.stringify(reply.rows.slice(0, 20))}`;
}

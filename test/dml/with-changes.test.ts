/** WITH that changes rows answers what PostgreSQL answers: all parts see the statement's snapshot. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { findPostgres } from '../support/real-postgres.ts';
import { openTwin } from '../sql/twin.ts';
import type { Twin } from '../sql/twin.ts';

const native = (await findPostgres()) !== undefined;

const STATEMENTS: readonly string[] = [
  'WITH gone AS (DELETE FROM t WHERE id < 3 RETURNING *) INSERT INTO a SELECT * FROM gone',
  `WITH x AS (INSERT INTO a VALUES (100, 'x', 1) RETURNING id, n) SELECT * FROM x`,
  `WITH x AS (INSERT INTO a VALUES (101, 'x', 1) RETURNING id),
     y AS (UPDATE t SET n = n + 1 WHERE id = 5 RETURNING id, n)
   SELECT x.id, y.id, y.n, (SELECT count(*) FROM a), (SELECT n FROM t WHERE id = 5) FROM x, y`,
  'WITH x AS (DELETE FROM t WHERE id = 9) SELECT count(*) FROM t',
  `WITH up AS (UPDATE t SET s = 'new' WHERE id = 77 RETURNING id)
   INSERT INTO t SELECT 77, 'ins', 0 WHERE NOT EXISTS (SELECT 1 FROM up) RETURNING *`,
  `WITH up AS (UPDATE t SET s = 'new' WHERE id = 77 RETURNING id)
   INSERT INTO t SELECT 77, 'ins', 0 WHERE NOT EXISTS (SELECT 1 FROM up) RETURNING *`,
  `WITH batch AS (SELECT id FROM t ORDER BY id LIMIT 2),
     moved AS (INSERT INTO a SELECT t.* FROM t JOIN batch USING (id) RETURNING id)
   DELETE FROM t USING moved WHERE t.id = moved.id RETURNING t.*`,
  `WITH RECURSIVE r AS (SELECT 1 AS v UNION ALL SELECT v + 1 FROM r WHERE v < 3),
     i AS (INSERT INTO a SELECT v, 'rec', v FROM r RETURNING *)
   SELECT sum(n), max(n) FROM i`,
  `WITH i AS (INSERT INTO a SELECT id, s, n FROM t RETURNING id, n * 2 AS d)
   UPDATE t SET n = i.d FROM i WHERE i.id = t.id RETURNING t.*, i.d`,
  'WITH d AS (DELETE FROM a RETURNING n) SELECT avg(n), sum(n), count(*) FROM d',
  'WITH never AS (SELECT 1 / 0 AS z), i AS (INSERT INTO a VALUES (1) RETURNING id) SELECT * FROM i',
  'WITH i AS (INSERT INTO a VALUES (1)) SELECT * FROM i',
  'INSERT INTO a WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x',
  'SELECT * FROM (WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x) q',
  `WITH x AS (UPDATE t SET n = 99999999 RETURNING id) SELECT * FROM x`,
  `WITH x AS (INSERT INTO a SELECT * FROM t WHERE id > 7 RETURNING id), y AS (DELETE FROM a WHERE id IN (SELECT id FROM x) RETURNING id)
   SELECT count(*) FROM y`,
  'BEGIN',
  `WITH i AS (INSERT INTO t VALUES (200, 'own', 1) RETURNING *) INSERT INTO a SELECT * FROM i`,
  'SAVEPOINT p',
  'WITH d AS (DELETE FROM t WHERE id >= 200 RETURNING *) SELECT * FROM d',
  'SELECT count(*) FROM t',
  'ROLLBACK TO p',
  'WITH d AS (DELETE FROM t WHERE id = 200 RETURNING *), e AS (DELETE FROM a WHERE id = 200 RETURNING *) SELECT d.s, e.s FROM d JOIN e USING (id)',
  'COMMIT',
  'BEGIN READ ONLY',
  'WITH i AS (INSERT INTO a VALUES (1) RETURNING id) SELECT * FROM i',
  'ROLLBACK',
  'BEGIN',
  'DECLARE c CURSOR FOR WITH i AS (INSERT INTO a VALUES (1) RETURNING id) SELECT * FROM i',
  'ROLLBACK',
];

describe('changes in WITH', { skip: native ? false : 'needs a native PostgreSQL' }, () => {
  let twin: Twin;
  before(async () => {
    twin = await openTwin([
      'CREATE TABLE t (id int, s text, n numeric(8,2))',
      'CREATE TABLE a (id int, s text, n numeric(8,2))',
      `INSERT INTO t SELECT i, 'r' || i, i * 1.25 FROM generate_series(1, 10) i`,
    ]);
  });
  after(async () => {
    await twin[Symbol.asyncDispose]();
  });

  async function same(sql: string, values?: readonly string[]): Promise<void> {
    const { verdict, expected, actual } = await twin.compare(sql, false, values && { values });
    assert.equal(verdict, 'same', `${sql}\n${JSON.stringify(expected)}\n${JSON.stringify(actual)}`);
  }

  for (const sql of STATEMENTS)
    test(sql.replaceAll(/\s+/g, ' '), async () => {
      await same(sql);
      if (['BEGIN', 'ROLLBACK'].some((word) => sql.startsWith(word))) return;
      for (const table of ['t', 'a']) {
        const { verdict, expected, actual } = await twin.compare(`SELECT * FROM ${table}`, false);
        const isAborted = [expected, actual].every((reply) => 'sqlstate' in reply && reply.sqlstate === '25P02');
        if (!isAborted)
          assert.equal(verdict, 'same', `${table}\n${JSON.stringify(expected)}\n${JSON.stringify(actual)}`);
      }
    });

  for (const sql of [
    `INSERT INTO t VALUES (300, 'x', 1), (300, 'x', 1) ON CONFLICT DO NOTHING RETURNING *`,
    'INSERT INTO t VALUES (300) ON CONFLICT (id) DO NOTHING',
    'INSERT INTO t VALUES (300) ON CONFLICT (id) DO UPDATE SET s = excluded.s',
    'INSERT INTO t VALUES (300) ON CONFLICT ON CONSTRAINT t_pkey DO NOTHING',
    'INSERT INTO t VALUES (300) ON CONFLICT DO UPDATE SET s = excluded.s',
    'SELECT * FROM t',
  ])
    test(sql, () => same(sql));

  test('ON CONFLICT on a table whose key is not enforced is refused', async () => {
    await twin.run('CREATE TABLE keyed (id int PRIMARY KEY)');
    const { verdict } = await twin.compare('INSERT INTO keyed VALUES (1), (1) ON CONFLICT DO NOTHING', false);
    assert.equal(verdict, 'refused');
  });

  test('parameters', async () => {
    await same('WITH x AS (INSERT INTO a VALUES ($1, $2, $3) RETURNING *) SELECT id + $1::int, s, n FROM x', [
      '7',
      'p',
      '1.5',
    ]);
    await same('WITH x AS (DELETE FROM a WHERE id = $1 RETURNING *) UPDATE t SET s = x.s FROM x WHERE t.id = $2', [
      '7',
      '8',
    ]);
    await same('SELECT * FROM t');
  });

  test('where nothing else runs it, it is refused', async () => {
    await twin.run('BEGIN');
    const text = 'CREATE TABLE made AS WITH i AS (INSERT INTO a VALUES (1) RETURNING id) SELECT * FROM i';
    assert.equal((await twin.compare(text, false)).verdict, 'refused');
    await twin.run('ROLLBACK');
    await same('SELECT * FROM a');
  });

  test('two changes of one row in one statement are refused, and nothing is changed', async () => {
    const before = await twin.compare('SELECT * FROM t', false);
    const both = 'WITH u AS (UPDATE t SET n = 1 WHERE id = 8) DELETE FROM t WHERE id > 7';
    const { actual } = await twin.compare(`${both} AND 1 = 0`, false);
    assert.equal('tag' in actual && actual.tag, 'DELETE 0');
    await twin.run('BEGIN');
    const refused = await twin.compare(both, false);
    assert.equal(refused.verdict, 'refused');
    await twin.run('ROLLBACK');
    const after = await twin.compare('SELECT * FROM t', false);
    assert.deepEqual([before.verdict, after.verdict], ['same', 'same']);
  });
});

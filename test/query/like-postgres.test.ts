import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { clientAnswers } from '../support/client-answers.ts';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { startPostgres } from '../support/real-postgres.ts';
import type { RealPostgres } from '../support/real-postgres.ts';
import { need } from '../support/tools.ts';
import { s3Flags, startS3Server } from '../support/versitygw.ts';
import type { S3Server } from '../support/versitygw.ts';

/**
 * Scenarios that a real PostgreSQL and the gateway answer alike: rows, names, types, tags, SQLSTATEs. Each runs in a
 * schema of its own, statement by statement on one connection.
 */
const SCENARIOS: Readonly<Record<string, readonly string[]>> = {
  'insert and select': [
    'CREATE TABLE t (id int NOT NULL, name text, amount numeric(10,2), at timestamptz, day date)',
    `INSERT INTO t VALUES (1, 'a', 10.5, '2024-01-01 00:00:00+00', '2024-01-01'), (2, NULL, -0.05, NULL, '1969-12-31')`,
    `INSERT INTO t (id, name) SELECT i, 'n' || i FROM generate_series(3, 6) AS g(i)`,
    'SELECT * FROM t ORDER BY id',
    'SELECT count(*), sum(amount), min(day), max(at) FROM t',
    'SELECT name FROM t WHERE id = 2',
    'INSERT INTO t (name) VALUES ($$no id$$)',
    'INSERT INTO t VALUES (9, $$x$$, 123456789.1)',
    'INSERT INTO t VALUES (1, 2, 3, 4, 5, 6)',
    'SELECT nothing FROM t',
    'SELECT * FROM nowhere',
    'SELECT id, count(*) FROM t',
  ],
  'update and delete': [
    'CREATE TABLE t (id int, v text, n bigint)',
    `INSERT INTO t SELECT i, 'v' || i, i * 10 FROM generate_series(1, 10) AS g(i)`,
    `UPDATE t SET v = v || '!', n = n + 1 WHERE id % 2 = 0`,
    'SELECT * FROM t ORDER BY id',
    'UPDATE t SET n = NULL WHERE id = 3 RETURNING id, n, v',
    'DELETE FROM t WHERE n IS NULL RETURNING *',
    'DELETE FROM t WHERE id > 8',
    'DELETE FROM t WHERE id = 1000',
    'SELECT id, n FROM t ORDER BY id DESC',
    'UPDATE t SET n = s.total FROM (SELECT id, n * 2 AS total FROM t) AS s WHERE s.id = t.id AND t.id < 3',
    'DELETE FROM t USING (VALUES (5), (6)) AS gone(id) WHERE gone.id = t.id',
    'SELECT * FROM t ORDER BY id',
    'UPDATE t SET n = 1 / (id - 7)',
    'SELECT count(*) FROM t',
    'DELETE FROM t',
    'SELECT count(*) FROM t',
    'INSERT INTO t VALUES (1, NULL, 2) RETURNING n + 1 AS next, v',
  ],
  'rows that nothing orders come as they were written': [
    'CREATE TABLE t (id int, v text)',
    ...[5, 3, 9, 1, 7].map((id) => `INSERT INTO t VALUES (${id}, 'v')`),
    'SELECT id FROM t',
    'UPDATE t SET v = v || id WHERE id = 9',
    'SELECT * FROM t',
    'BEGIN',
    'INSERT INTO t VALUES (2)',
    'DELETE FROM t WHERE id = 3',
    'INSERT INTO t VALUES (1), (0)',
    'SELECT * FROM t',
    'COMMIT',
    'SELECT * FROM t',
    'SELECT id FROM t WHERE id < 6 LIMIT 3',
  ],
  'zones that are an offset west of Greenwich': [
    'CREATE TABLE t (at timestamptz, local timestamp)',
    ...['GMT+8', 'UTC+3', '<+03>-03', 'abc-5', 'EST5EDT'].flatMap((zone) => [
      `SET TimeZone = '${zone}'`,
      `INSERT INTO t VALUES ('2024-03-10 12:00:00', '2024-03-10 12:00:00')`,
      'SELECT at, at::timestamp, local::timestamptz, at::text, extract(hour FROM at) FROM t',
    ]),
    `SET TimeZone = 'UTC'`,
    'SELECT at FROM t',
  ],
  merge: [
    'CREATE TABLE target (id int, v text, n int)',
    'CREATE TABLE source (id int, v text, n int)',
    `INSERT INTO target VALUES (1, 'one', 1), (2, 'two', 2), (3, 'three', 3)`,
    `INSERT INTO source VALUES (2, 'TWO', 20), (3, NULL, 30), (4, 'FOUR', 40)`,
    `MERGE INTO target AS t USING source AS s ON t.id = s.id
     WHEN MATCHED AND s.v IS NULL THEN DELETE
     WHEN MATCHED THEN UPDATE SET v = s.v, n = t.n + s.n
     WHEN NOT MATCHED THEN INSERT (id, v, n) VALUES (s.id, s.v, s.n)`,
    'SELECT * FROM target ORDER BY id',
    `MERGE INTO target AS t USING (VALUES (1), (1)) AS s(id) ON t.id = s.id WHEN MATCHED THEN UPDATE SET n = 0`,
    'SELECT * FROM target ORDER BY id',
    `MERGE INTO target AS t USING source AS s ON t.id = s.id WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN DO NOTHING`,
  ],
  transactions: [
    'CREATE TABLE t (id int, v text)',
    'BEGIN',
    `INSERT INTO t VALUES (1, 'a'), (2, 'b')`,
    'SELECT * FROM t ORDER BY id',
    `UPDATE t SET v = 'c' WHERE id = 1`,
    'DELETE FROM t WHERE id = 2',
    'SELECT * FROM t ORDER BY id',
    'ROLLBACK',
    'SELECT count(*) FROM t',
    'BEGIN',
    `INSERT INTO t VALUES (3, 'x')`,
    'SELECT 1 / 0',
    'SELECT 1',
    'COMMIT',
    'SELECT count(*) FROM t',
    'BEGIN',
    `INSERT INTO t VALUES (4, 'y')`,
    'COMMIT',
    'SELECT * FROM t',
    'BEGIN',
    'CREATE TABLE u (id int)',
    'INSERT INTO u VALUES (1)',
    'SELECT * FROM u',
    'ROLLBACK',
    'SELECT * FROM u',
    'BEGIN READ ONLY',
    'INSERT INTO t VALUES (5)',
    'ROLLBACK',
  ],
  'changes of tables': [
    'CREATE TABLE t (id int, v text)',
    `INSERT INTO t VALUES (1, 'a')`,
    'ALTER TABLE t ADD COLUMN n int',
    'SELECT * FROM t',
    'INSERT INTO t VALUES (2, $$b$$, 7)',
    'ALTER TABLE t RENAME COLUMN v TO w',
    'ALTER TABLE t ALTER COLUMN n TYPE bigint',
    'SELECT * FROM t ORDER BY id',
    'ALTER TABLE t DROP COLUMN w',
    'SELECT * FROM t ORDER BY id',
    'ALTER TABLE t DROP COLUMN w',
    'ALTER TABLE t RENAME TO r',
    'SELECT * FROM r ORDER BY id',
    'SELECT * FROM t',
    'CREATE TABLE r (a int)',
    'CREATE TABLE IF NOT EXISTS r (a int)',
    'CREATE TABLE c AS SELECT id, n::numeric(8,2) AS n FROM r',
    'SELECT * FROM c ORDER BY id',
    'TRUNCATE c',
    'SELECT count(*) FROM c',
    'DROP TABLE c',
    'DROP TABLE c',
    'DROP TABLE IF EXISTS c',
    'CREATE TABLE checked (n int CHECK (n > 0), d int DEFAULT 5)',
    'INSERT INTO checked VALUES (0)',
    'INSERT INTO checked (n) VALUES (1)',
    'SELECT * FROM checked',
  ],
  'numbers too large for their column': [
    'CREATE TABLE t (n numeric(10,2), d date, at timestamptz)',
    'INSERT INTO t (n) VALUES (1)',
    'INSERT INTO t (n) SELECT 1e9 FROM t',
    'INSERT INTO t (n) SELECT n * 1e9 FROM t',
    'UPDATE t SET n = 99999999.995',
    'UPDATE t SET n = n * 99999999.995',
    'SELECT * FROM t',
  ],
  'constraints follow their columns': [
    `CREATE TABLE t (id int, v text, CONSTRAINT pos CHECK (id > 0), CHECK (v <> 'bad'), CHECK (id < 100 OR v IS NULL))`,
    `INSERT INTO t VALUES (1, 'a')`,
    'ALTER TABLE t RENAME id TO "Id x"',
    `INSERT INTO t VALUES (-1, 'a')`,
    `INSERT INTO t VALUES (100, 'a')`,
    `INSERT INTO t VALUES (2, 'b')`,
    'ALTER TABLE t RENAME nothing TO x',
    'ALTER TABLE t RENAME v TO "Id x"',
    'ALTER TABLE t DROP COLUMN "Id x"',
    `INSERT INTO t VALUES ('c')`,
    `INSERT INTO t VALUES ('bad')`,
    'SELECT * FROM t ORDER BY v',
    'ALTER TABLE t RENAME TO u',
    `INSERT INTO u VALUES ('bad')`,
  ],
};

let postgres: RealPostgres;

before(async () => {
  postgres = await startPostgres();
});

after(async () => {
  await postgres[Symbol.asyncDispose]();
});

describe('the gateway answers as PostgreSQL does', () => {
  compare(() => startGateway());
});

describe('the gateway with its warehouse on S3 answers as PostgreSQL does', { skip: need('versitygw') }, () => {
  let server: S3Server;
  before(async () => {
    server = await startS3Server();
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
  });
  compare(() => startGateway({ flags: s3Flags(server) }));
});

function compare(start: () => Promise<Gateway>): void {
  let gateway: Gateway;
  before(async () => {
    gateway = await start();
  });
  after(async () => {
    await gateway[Symbol.asyncDispose]();
  });
  for (const [name, statements] of Object.entries(SCENARIOS))
    test(name, async () => {
      const schema = `s_${name.replaceAll(/\W/g, '_')}`;
      const prelude = [`CREATE SCHEMA ${schema}`, `SET search_path = ${schema}`, `SET TimeZone = 'UTC'`];
      const expected = await clientAnswers(postgres, [...prelude, ...statements]);
      await clientAnswers(postgres, [`DROP SCHEMA ${schema} CASCADE`]);
      const actual = await clientAnswers(gateway, [...prelude, ...statements]);
      for (const [index, answer] of actual.entries())
        assert.deepEqual(answer, expected[index], [...prelude, ...statements][index]);
    });
}

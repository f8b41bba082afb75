import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { clientAnswers } from '../support/client-answers.ts';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { startPostgres } from '../support/real-postgres.ts';
import type { RealPostgres } from '../support/real-postgres.ts';

const TABLE = [
  'CREATE TABLE t (id int, name text, amount numeric(10,2))',
  `INSERT INTO t SELECT i, 'n' || i, i * 1.5 FROM generate_series(1, 6) AS g(i)`,
];

/** Statements that PostgreSQL and the gateway answer alike, words of errors and notices included. */
const SCENARIOS: Readonly<Record<string, readonly string[]>> = {
  'made, read, replaced and dropped': [
    ...TABLE,
    'CREATE VIEW v AS SELECT id, upper(name) AS name, amount * 2 AS twice FROM t WHERE id > 2',
    'SELECT * FROM v ORDER BY id',
    'SELECT count(*), sum(twice) FROM v WHERE id < 5',
    'CREATE VIEW v AS SELECT 1',
    'CREATE OR REPLACE VIEW v AS SELECT id, name, amount, 1 AS one FROM t',
    'CREATE OR REPLACE VIEW v AS SELECT id, upper(name) AS name, amount * 2 AS twice, 1 AS one FROM t',
    'SELECT * FROM v WHERE id = 1',
    'CREATE VIEW w (a, b) AS SELECT v.id, t.name FROM v JOIN t USING (id)',
    'SELECT * FROM w ORDER BY a LIMIT 2',
    'SELECT x.a, y.name FROM w AS x JOIN v AS y ON y.id = x.a ORDER BY 1',
    'DROP VIEW v',
    'DROP VIEW v CASCADE',
    'SELECT * FROM w',
    'DROP VIEW IF EXISTS v',
    'DROP VIEW v',
  ],
  'depend on tables': [
    ...TABLE,
    'CREATE VIEW v AS SELECT id, name FROM t',
    'CREATE VIEW w AS SELECT count(*) AS n FROM v',
    'DROP TABLE t',
    'ALTER TABLE t DROP COLUMN name',
    'ALTER TABLE t ALTER COLUMN id TYPE bigint',
    'ALTER TABLE t RENAME COLUMN name TO label',
    'SELECT * FROM v ORDER BY id LIMIT 1',
    'ALTER TABLE t RENAME TO moved',
    'SELECT * FROM v ORDER BY id LIMIT 1',
    'SELECT * FROM w',
    'ALTER TABLE moved ADD COLUMN more int',
    'SELECT * FROM v ORDER BY id LIMIT 1',
    'ALTER TABLE moved DROP COLUMN label CASCADE',
    'SELECT * FROM v',
    'SELECT * FROM moved ORDER BY id LIMIT 1',
    'CREATE VIEW v AS SELECT id FROM moved',
    'DROP TABLE v',
    'DROP VIEW moved',
    'DROP TABLE moved CASCADE',
    'SELECT * FROM v',
  ],
  'in a transaction block': [
    ...TABLE,
    'BEGIN',
    'CREATE VIEW v AS SELECT id FROM t',
    'SELECT count(*) FROM v',
    'SAVEPOINT a',
    'DROP VIEW v',
    'SAVEPOINT b',
    'SELECT count(*) FROM v',
    'ROLLBACK TO b',
    'ROLLBACK TO a',
    'SELECT count(*) FROM v',
    'ROLLBACK',
    'SELECT count(*) FROM v',
    'BEGIN',
    'CREATE TABLE u (x int)',
    'CREATE VIEW v AS SELECT x FROM u',
    'INSERT INTO u VALUES (1)',
    'SELECT * FROM v',
    'COMMIT',
    'SELECT * FROM v',
  ],
  'as dbt makes them': [
    ...TABLE,
    'create view m__dbt_tmp as ( select * from t );',
    'alter view m__dbt_tmp rename to m',
    'select count(*) from m',
    'begin',
    'create view m__dbt_tmp as ( select id from t where id > 3 );',
    'alter table m rename to m__dbt_backup',
    'alter table m__dbt_tmp rename to m',
    'commit',
    'begin',
    'drop view if exists m__dbt_backup cascade',
    'commit',
    'select * from m order by id',
    'select * from m__dbt_backup',
  ],
  'changed through': [
    ...TABLE,
    'CREATE VIEW v AS SELECT id, name AS label FROM t WHERE id < 5',
    `UPDATE v SET label = label || '!' WHERE id > 3`,
    'SELECT * FROM t ORDER BY id',
    `INSERT INTO v (id, label) VALUES (9, 'nine')`,
    'DELETE FROM v WHERE id IN (1, 5) RETURNING label',
    'SELECT * FROM t ORDER BY id',
    'CREATE VIEW grouped AS SELECT name, count(*) AS n FROM t GROUP BY name',
    'DELETE FROM grouped',
    `UPDATE grouped SET name = 'x'`,
    `INSERT INTO grouped VALUES ('x', 1)`,
    'TRUNCATE v',
  ],
  'in the catalogs': [
    ...TABLE,
    'CREATE VIEW v AS SELECT id, name FROM t',
    `COMMENT ON VIEW v IS 'what v is'`,
    `COMMENT ON COLUMN v.id IS 'what id is'`,
    `SELECT obj_description('v'::regclass), col_description('v'::regclass, 1)`,
    `SELECT viewname, viewowner <> '' FROM pg_views WHERE schemaname = current_schema()`,
    `SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1`,
    `SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'v' AND table_schema = current_schema() ORDER BY ordinal_position`,
    'ALTER VIEW v RENAME COLUMN name TO label',
    'SELECT label FROM v WHERE id = 1',
    'ALTER VIEW v RENAME TO w',
    'SELECT * FROM v',
    'CREATE SCHEMA other_place',
    'ALTER VIEW w SET SCHEMA other_place',
    'SELECT * FROM other_place.w WHERE id = 2',
    'DROP SCHEMA other_place',
    'DROP SCHEMA other_place CASCADE',
    'SELECT * FROM other_place.w',
  ],
  'wrong ones': [
    ...TABLE,
    'CREATE VIEW v AS SELECT nothing FROM t',
    'CREATE VIEW v AS SELECT 1 FROM nowhere',
    'CREATE VIEW v (a, b, c, d) AS SELECT id FROM t',
    'CREATE VIEW t AS SELECT 1 AS one',
    'CREATE VIEW v AS SELECT 1 AS one, 2 AS two',
    'SELECT * FROM v',
    'CREATE TABLE v (x int)',
    'ALTER VIEW nowhere RENAME TO x',
    'DROP VIEW IF EXISTS nowhere.v',
    'COMMENT ON VIEW t IS $$x$$',
  ],
};

describe('views are those of PostgreSQL', () => {
  let postgres: RealPostgres;
  let gateway: Gateway;
  before(async () => {
    [postgres, gateway] = await Promise.all([startPostgres(), startGateway()]);
  });
  after(async () => {
    await Promise.all([postgres[Symbol.asyncDispose](), gateway[Symbol.asyncDispose]()]);
  });
  test('a definition follows the names of tables and columns', async () => {
    const [, , , , answered] = await clientAnswers(gateway, [
      'CREATE TABLE followed (id int, name text)',
      'CREATE VIEW follows AS SELECT id, name FROM followed',
      'ALTER TABLE followed RENAME COLUMN name TO label',
      'ALTER TABLE followed RENAME TO moved',
      `SELECT pg_get_viewdef('follows'::regclass)`,
    ]);
    assert.deepEqual((answered as { rows: unknown }).rows, [[' SELECT id,\n    label AS name\n   FROM moved;']]);
  });

  test('views of temporary tables and of snapshots are refused, or temporary', async () => {
    const answered = await clientAnswers(gateway, [
      'CREATE TABLE past (id int)',
      `CREATE VIEW v AS SELECT * FROM past AS OF TIMESTAMP '2030-01-01'`,
      'CREATE TEMPORARY TABLE mine (id int)',
      'CREATE VIEW of_both AS SELECT * FROM mine JOIN past USING (id)',
      'CREATE VIEW written WITH (check_option = local) AS SELECT id FROM past WHERE id > 1',
      'INSERT INTO written VALUES (2)',
      `SELECT * FROM written AS OF TIMESTAMP '2030-01-01'`,
    ]);
    for (const index of [1, 3, 5, 6]) assert.deepEqual(answered[index], { sqlstate: '0A000' });
  });

  for (const [name, scenario] of Object.entries(SCENARIOS))
    test(name, async () => {
      const schema = `s_${name.replaceAll(/\W/g, '_')}`;
      const statements = [`CREATE SCHEMA ${schema}`, `SET search_path = ${schema}`, ...scenario];
      const [expected, actual] = await Promise.all([
        clientAnswers(postgres, statements, 'words'),
        clientAnswers(gateway, statements, 'words'),
      ]);
      for (const [index, text] of statements.entries()) assert.deepEqual(actual[index], expected[index], text);
    });
});

describe('views last', () => {
  const read = async (gateway: Gateway, ...statements: string[]): Promise<unknown> => {
    const answered = await clientAnswers(gateway, statements);
    const last = answered.at(-1) as { rows?: unknown; sqlstate?: string };
    return last.rows ?? last.sqlstate;
  };

  test('a gateway that is opened again knows them, and those of another one on the same control log', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bergwire-views-'));
    try {
      await using one = await startGateway({ folder });
      await clientAnswers(one, [
        ...TABLE,
        'CREATE VIEW v AS SELECT id FROM t WHERE id > 4',
        'CREATE VIEW w AS SELECT sum(id) FROM v',
      ]);
      await using two = await startGateway({ folder });
      assert.deepEqual(await read(two, 'SELECT * FROM w'), [['11']]);
      await clientAnswers(one, ['DROP VIEW w']);
      // Each connection reads the control log.
      assert.equal(await read(two, 'SELECT * FROM w'), '42P01');
      assert.deepEqual(await read(two, 'SELECT * FROM v ORDER BY id'), [['5'], ['6']]);
      assert.deepEqual(await read(two, `SELECT relname FROM pg_class WHERE relkind = 'v' AND relname IN ('v', 'w')`), [
        ['v'],
      ]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('sessions see what is committed, and their own changes', async () => {
    await using gateway = await startGateway();
    const [mine, other] = await Promise.all([connect(gateway), connect(gateway)]);
    try {
      await mine.query('CREATE TABLE t (id int)');
      await mine.query('CREATE VIEW v AS SELECT 1 AS version');
      const prepared = { name: 'again', text: 'SELECT * FROM v' };
      const seen = async (client: pg.Client, query: string | pg.QueryConfig = 'SELECT * FROM v'): Promise<unknown> =>
        (await client.query(query)).rows;
      assert.deepEqual(await seen(other, prepared), [{ version: 1 }]);
      await mine.query('BEGIN');
      await mine.query('CREATE OR REPLACE VIEW v AS SELECT 2 AS version');
      await mine.query('CREATE VIEW fresh AS SELECT count(*)::int AS n FROM t');
      for (let round = 0; round < 3; round++) {
        assert.deepEqual(await seen(mine), [{ version: 2 }]);
        assert.deepEqual(await seen(other), [{ version: 1 }]);
        assert.deepEqual(await seen(mine, 'SELECT * FROM fresh'), [{ n: 0 }]);
        await assert.rejects(other.query('SELECT * FROM fresh'), { code: '42P01' });
      }
      await mine.query('COMMIT');
      assert.deepEqual(await seen(other), [{ version: 2 }]);
      assert.deepEqual(await seen(other, prepared), [{ version: 2 }]);
      assert.deepEqual(await seen(other, 'SELECT * FROM fresh'), [{ n: 0 }]);
    } finally {
      await Promise.all([mine.end(), other.end()]);
    }
  });

  test('two transactions that change the same view do not both win', async () => {
    await using gateway = await startGateway();
    const [one, two] = await Promise.all([connect(gateway), connect(gateway)]);
    try {
      await one.query('CREATE VIEW v AS SELECT 0 AS n');
      for (const [client, n] of [
        [one, 1],
        [two, 2],
      ] as const) {
        await client.query('BEGIN');
        await client.query(`CREATE OR REPLACE VIEW v AS SELECT ${n} AS n`);
      }
      await one.query('COMMIT');
      await assert.rejects(two.query('COMMIT'), { code: '40001' });
    } finally {
      await Promise.all([one.end(), two.end()]);
    }
  });
});

async function connect({ host, port, user, database }: Gateway): Promise<pg.Client> {
  const client = new pg.Client({ host, port, user, database });
  await client.connect();
  return client;
}

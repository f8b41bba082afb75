/** Temporary tables next to tables of the catalog, statement by statement as PostgreSQL answers. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { findPostgres, startPostgres } from '../support/real-postgres.ts';
import type { RealPostgres } from '../support/real-postgres.ts';

const SETUP = [
  `CREATE TABLE ev (id int, v text, n numeric(10, 2), at timestamptz, d date, f float8, b bytea, k text[], s smallint, j jsonb)`,
  `INSERT INTO ev VALUES (1, 'a', 1.5, '2024-01-01 00:00:00+00', '2024-01-01', 1e300, '\\x01', '{a,NULL}', 5, '{"z": [1]}'),
    (2, 'b', 2.5, NULL, NULL, 'NaN', NULL, NULL, NULL, NULL)`,
  `CREATE TEMP TABLE tmp (id int, v text, n numeric(10, 2), at timestamptz, d date, f float8, b bytea, k text[], s smallint,
    j jsonb, c char(4), i interval, t time)`,
  `INSERT INTO tmp VALUES
    (2, 'bb', 9.75, '1969-12-31 23:59:59.123456+00', '0044-03-15 BC', '-infinity', '\\xdeadbeef', '{"q,\\"r",NULL,""}', 3,
      '{"a": 1}', 'z', '1 month 2 days 03:04:05', '12:34:56.789'),
    (3, E'multi\\nline "q", \\\\N', 0.01, 'infinity', 'infinity', 0.1, '', '{}', NULL, NULL, NULL, NULL, NULL),
    (4, '\\N', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`,
];

const STATEMENTS = [
  `SELECT tmp.*, ev.v AS other FROM ev FULL JOIN tmp USING (id) ORDER BY id`,
  `SELECT count(*) FROM ev, tmp`,
  `SELECT tmp.id, x.id FROM tmp JOIN tmp AS x ON x.id > tmp.id JOIN ev ON ev.id = tmp.id ORDER BY 1, 2`,
  `SELECT nope FROM ev, tmp`,
  `DELETE FROM ev WHERE id IN (SELECT id FROM tmp)`,
  `SELECT id FROM ev`,
  `INSERT INTO ev (id, v, n) SELECT id, v, n FROM tmp`,
  `MERGE INTO ev USING tmp AS s ON ev.id = s.id WHEN MATCHED THEN UPDATE SET v = s.v || '!' WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)`,
  `UPDATE ev SET v = tmp.v FROM tmp WHERE ev.id = tmp.id AND tmp.id = 2`,
  `SELECT id, v, n FROM ev ORDER BY id`,
  `CREATE TABLE made AS SELECT id, n FROM tmp WHERE id IN (SELECT id FROM ev)`,
  `SELECT * FROM made ORDER BY id`,
  `BEGIN`,
  `INSERT INTO tmp (id) VALUES (77)`,
  `INSERT INTO ev (id) SELECT id FROM tmp WHERE id = 77`,
  `SAVEPOINT a`,
  `DELETE FROM tmp`,
  `INSERT INTO ev (id) SELECT id + 1 FROM tmp`,
  `SELECT count(*) FROM ev JOIN tmp USING (id)`,
  `ROLLBACK TO a`,
  `SELECT count(*) FROM ev JOIN tmp USING (id)`,
  `ROLLBACK`,
  `SELECT count(*) FROM ev JOIN tmp USING (id)`,
  `CREATE TEMP VIEW seen AS SELECT id, upper(v) AS u FROM tmp WHERE id < 4`,
  `SELECT ev.id, u FROM seen JOIN ev USING (id) ORDER BY 1`,
  // dbt's incremental model.
  `CREATE TEMPORARY TABLE ev__dbt_tmp AS (SELECT id, v, n FROM ev WHERE id > 1)`,
  `SELECT * FROM ev__dbt_tmp ORDER BY id`,
  `DELETE FROM ev WHERE (id) IN (SELECT (id) FROM ev__dbt_tmp)`,
  `INSERT INTO ev (id, v, n) (SELECT id, v, n FROM ev__dbt_tmp)`,
  `SELECT id, v, n FROM ev ORDER BY id`,
  `DROP TABLE ev__dbt_tmp`,
  // Rows of the catalog's tables into temporary ones.
  `CREATE TEMP TABLE copied AS SELECT * FROM ev`,
  `SELECT * FROM copied ORDER BY id`,
  `CREATE TEMP TABLE IF NOT EXISTS copied AS SELECT * FROM ev`,
  `CREATE TEMP TABLE copied AS SELECT * FROM ev`,
  `CREATE TEMP TABLE renamed (a, b) ON COMMIT PRESERVE ROWS AS SELECT id, v FROM ev WHERE id = 1 WITH DATA`,
  `SELECT * FROM renamed`,
  `CREATE TEMP TABLE none AS SELECT id, v FROM ev WITH NO DATA`,
  `SELECT * FROM none`,
  `SELECT id, n INTO TEMP into_one FROM ev WHERE id < 3`,
  `SELECT * FROM into_one ORDER BY id`,
  `CREATE TEMP TABLE target (id int PRIMARY KEY, v text DEFAULT 'def', made serial)`,
  `INSERT INTO target (id, v) SELECT id, v FROM ev ORDER BY id`,
  `INSERT INTO target (id, v) SELECT id, v || '?' FROM ev ORDER BY id ON CONFLICT (id) DO UPDATE SET v = excluded.v RETURNING id, v`,
  `INSERT INTO target (id) SELECT id FROM ev WHERE id = 1`,
  `SELECT * FROM target ORDER BY id`,
  `UPDATE target SET v = ev.v FROM ev WHERE ev.id = target.id RETURNING target.id, target.v`,
  `DELETE FROM target USING ev WHERE ev.id = target.id AND ev.id = 2`,
  `WITH big AS (SELECT id FROM ev WHERE id > 2) DELETE FROM target WHERE id IN (SELECT id FROM big)`,
  `SELECT id, v FROM target ORDER BY id`,
  `INSERT INTO target (id) SELECT nope FROM ev`,
  `SELECT count(*) FROM ev`,
  // One name for both: the temporary one comes first.
  `CREATE TEMP TABLE ev (mine int)`,
  `SELECT * FROM ev`,
  `INSERT INTO ev SELECT id FROM public.ev`,
  `SELECT mine FROM ev ORDER BY 1`,
  `SELECT count(*) FROM public.ev`,
  `INSERT INTO public.ev (id) SELECT mine + 100 FROM ev`,
  `DROP TABLE ev`,
  `SELECT count(*) FROM ev`,
  `DROP TABLE ev`,
];

type Answer = { readonly code?: string; readonly rows?: unknown; readonly count?: number | null };

async function answer(client: pg.Client, text: string): Promise<Answer> {
  try {
    const { rows, rowCount, command } = await client.query({ text, rowMode: 'array' });
    return { rows: [command, rows.map((row) => JSON.stringify(row)).toSorted()], count: rowCount };
  } catch (error) {
    const { code, message, position } = error as { code: string; message: string; position?: string };
    return { code, rows: [message, position] };
  }
}

async function connect(target: Pick<Gateway, 'host' | 'port' | 'user' | 'database'>): Promise<pg.Client> {
  const { host, port, user, database } = target;
  const client = new pg.Client({ host, port, user, database });
  await client.connect();
  return client;
}

describe('temporary tables and tables of the catalog', async () => {
  const skip = (await findPostgres()) === undefined ? 'no PostgreSQL server is installed' : false;
  let postgres: RealPostgres;
  let gateway: Gateway;
  let clients: readonly [pg.Client, pg.Client];
  before(async () => {
    if (skip !== false) return;
    [postgres, gateway] = await Promise.all([startPostgres(), startGateway()]);
    clients = [await connect(postgres), await connect(gateway)];
    for (const client of clients) for (const text of SETUP) await client.query(text);
  });
  after(async () => {
    for (const client of clients ?? []) await client.end();
    await gateway?.[Symbol.asyncDispose]();
    await postgres?.[Symbol.asyncDispose]();
  });

  for (const text of STATEMENTS)
    test(text, { skip }, async () => {
      const [expected, actual] = [await answer(clients[0], text), await answer(clients[1], text)];
      assert.deepEqual(actual, expected);
    });
});

/** Temporary tables on a whole gateway: what a client may not do with them, what a lost one means, their limits. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';

let gateway: Gateway;

async function connect(): Promise<pg.Client & AsyncDisposable> {
  const { host, port, user, database } = gateway;
  const client = new pg.Client({ host, port, user, database });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}

before(async () => {
  gateway = await startGateway({
    flags: ['--limits.temporarySessions=2', '--limits.temporaryCancelGraceMs=200', '--limits.temporaryIdle=1'],
  });
});
after(() => gateway[Symbol.asyncDispose]());

describe('a client of temporary tables stays an ordinary role', () => {
  const ATTACKS: readonly (readonly [attack: string, code: RegExp])[] = [
    [`DO $$ BEGIN SET SESSION AUTHORIZATION postgres; END $$`, /^42501$/],
    [`DO $$ BEGIN EXECUTE 'SET SESSION AUTHORIZATION pg_execute_server_program'; END $$`, /^42501$/],
    [`DO $$ BEGIN SET ROLE postgres; END $$`, /^42501$/],
    [`DO $$ BEGIN PERFORM set_config('session_authorization', 'postgres', false); END $$`, /^42501$/],
    [`DO $$ BEGIN ALTER ROLE bergwire SUPERUSER; END $$`, /^42501$/],
    [`DO $$ BEGIN GRANT postgres TO bergwire; END $$`, /^42501$/],
    [`DO $$ BEGIN UPDATE pg_authid SET rolsuper = true; END $$`, /^42501$/],
    [`DO $$ BEGIN EXECUTE 'COPY t TO PROGRAM ''id'''; END $$`, /^42501$/],
    [`DO $$ BEGIN EXECUTE 'COPY t FROM ''/etc/passwd'''; END $$`, /^42501$/],
    [`DO $$ BEGIN PERFORM lo_import('/etc/passwd'); END $$`, /^0A000$/],
    [`DO $$ BEGIN PERFORM pg_read_file('PG_VERSION'); END $$`, /^42501$/],
    [`DO $$ BEGIN PERFORM pg_ls_dir('.'); END $$`, /^42501$/],
    [`DO $$ BEGIN ALTER SYSTEM SET work_mem = '1GB'; END $$`, /^(42501|25001)$/],
    [`DO $$ BEGIN CREATE TABLE public.kept (a int); END $$`, /^42501$/],
    [`DO $$ BEGIN CREATE SCHEMA kept; END $$`, /^42501$/],
    [`DO $$ BEGIN CREATE ROLE other; END $$`, /^42501$/],
    [`DO $$ BEGIN EXECUTE 'CREATE DATABASE other'; END $$`, /^(42501|25001)$/],
    [`DO LANGUAGE c 'x'`, /^(42501|0A000)$/],
    [`CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE c AS 'libc', 'getpid'`, /^42501$/],
    [`CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE internal AS 'pg_backend_pid'`, /^42501$/],
    [
      `CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql SET session_authorization = postgres AS 'SELECT 1'`,
      /^42501$/,
    ],
  ];

  for (const [attack, code] of ATTACKS)
    test(attack, async () => {
      await using client = await connect();
      await client.query('CREATE TEMP TABLE t (a text)');
      await assert.rejects(client.query(attack), (error: { code?: string; message: string }) => {
        assert.match(error.code ?? '', code, error.message);
        return true;
      });
      const { rows } = await client.query(
        `SELECT current_user AS a, session_user AS b, current_setting('is_superuser') AS c, 't'::regclass::text AS d`,
      );
      assert.deepEqual(rows, [{ a: 'bergwire', b: 'bergwire', c: 'off', d: 't' }]);
    });

  test('what one session leaves, no other one meets', async () => {
    {
      await using one = await connect();
      await one.query('CREATE TEMP TABLE t (a int)');
      await one.query(`CREATE FUNCTION pg_temp.left() RETURNS int LANGUAGE sql AS 'SELECT 1'`);
      await one.query(`DO $$ BEGIN ALTER ROLE bergwire SET work_mem = '1MB'; END $$`);
      await one.query(`DO $$ BEGIN SET work_mem = '2MB'; END $$`);
    }
    for (let round = 0; round < 3; round++) {
      await using two = await connect();
      await two.query('CREATE TEMP TABLE own (a int)');
      await assert.rejects(two.query('SELECT * FROM t'), { code: '42P01' });
      await assert.rejects(two.query('SELECT pg_temp.left(), * FROM own'), { code: '42883' });
      const { rows } = await two.query(`SELECT current_setting('work_mem') AS w, (SELECT count(*) FROM own) AS n`);
      assert.deepEqual(rows, [{ w: '4MB', n: '0' }]);
    }
  });
});

describe('listings', () => {
  before(async () => {
    await using client = await connect();
    await client.query('CREATE TABLE listed (a int, b smallint)');
  });

  test('show temporary tables and those of the catalog, and lead back to both by oid', async () => {
    await using client = await connect();
    const { rows: before } = await client.query<{ oid: number }>(`SELECT oid FROM pg_class WHERE relname = 'listed'`);
    await client.query('CREATE TEMP TABLE own (c text)');
    const LISTING = `SELECT relname FROM pg_class WHERE relname IN ('own', 'listed') ORDER BY 1`;
    assert.deepEqual((await client.query(LISTING)).rows, [{ relname: 'listed' }, { relname: 'own' }]);
    const { rows: columns } = await client.query(
      `SELECT table_name, column_name, data_type FROM information_schema.columns
       WHERE table_name IN ('own', 'listed') ORDER BY 1, 2`,
    );
    assert.deepEqual(
      columns.map((row) => Object.values(row as object).join(' ')),
      ['listed a integer', 'listed b smallint', 'own c text'],
    );
    const { rows } = await client.query(`SELECT relname FROM pg_class WHERE oid = ${before[0]!.oid}`);
    assert.deepEqual(rows, [{ relname: 'listed' }]);
    await using other = await connect();
    assert.deepEqual((await other.query(LISTING)).rows, [{ relname: 'listed' }]);
  });

  test('of the private instance hold no rows that code could take for those of the table', async () => {
    await using client = await connect();
    await client.query('CREATE TEMP TABLE own (c text)');
    await client.query('SELECT relname FROM pg_class');
    for (const attempt of [
      `DO $$ BEGIN PERFORM count(*) FROM public.listed; END $$`,
      `DO $$ BEGIN INSERT INTO public.listed VALUES (1); END $$`,
      `DO $$ BEGIN CREATE TABLE public.more (a int); END $$`,
    ])
      await assert.rejects(client.query(attempt), { code: '42501' });
  });
});

describe('what does not last', () => {
  test('a cancelled statement that ends by itself in time leaves temporary tables alone', async () => {
    await using client = await connect();
    await client.query('CREATE TEMP TABLE kept AS SELECT 1 AS a');
    await client.query(`SET statement_timeout = '50ms'`);
    await assert.rejects(client.query('SELECT pg_sleep(0.1), a FROM kept'), { code: '57014' });
    assert.deepEqual((await client.query('SELECT a FROM kept')).rows, [{ a: 1 }]);
  });

  test('one that does not takes them along, and their names mean nothing else until they are made again', async () => {
    await using client = await connect();
    await client.query('CREATE TABLE IF NOT EXISTS lost (of_catalog int)');
    await client.query('CREATE TEMP TABLE lost AS SELECT 1 AS a');
    await client.query(`SET statement_timeout = '50ms'`);
    await assert.rejects(client.query('SELECT count(*) FROM lost, generate_series(1, 1000000000)'), { code: '57014' });
    await client.query('RESET statement_timeout');
    for (const text of ['SELECT * FROM lost', 'DROP TABLE lost', 'INSERT INTO lost VALUES (1)'])
      await assert.rejects(client.query(text), { code: '55000', message: /"lost" was lost/ });
    assert.deepEqual((await client.query('SELECT * FROM public.lost')).rows, []);
    await client.query('CREATE TEMP TABLE lost AS SELECT 2 AS a');
    assert.deepEqual((await client.query('SELECT * FROM lost')).rows, [{ a: 2 }]);
    await client.query('DISCARD TEMP');
    assert.deepEqual((await client.query('SELECT of_catalog FROM lost')).rows, []);
  });

  test('more sessions than the limit are told so, and served once another one ends', async () => {
    await using one = await connect();
    await using two = await connect();
    await using three = await connect();
    await one.query('CREATE TEMP TABLE t (a int)');
    await two.query('CREATE TEMP TABLE t (a int)');
    await assert.rejects(three.query('CREATE TEMP TABLE t (a int)'), { code: '53300', hint: /temporarySessions/ });
    await two.query('DROP TABLE t');
    await three.query('CREATE TEMP TABLE t (a int)');
    await one.query('DISCARD ALL');
    await two.query('CREATE TEMP TABLE t (a int)');
  });

  test('whose place is still being cleaned is waited for: sessions that follow each other never meet the limit', async () => {
    await using held = await connect();
    await held.query('CREATE TEMP TABLE t (a int)');
    for (let turn = 0; turn < 4; turn++) {
      const client = await connect();
      await client.query('CREATE TEMP TABLE t AS SELECT 1 AS a');
      await client.end();
    }
  });
});

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
    [`DO $$ BEGIN PERFORM lo_import('/etc/passwd'); END $$`, /^42501$/],
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

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { clientAnswers } from '../support/client-answers.ts';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { startPostgres } from '../support/real-postgres.ts';
import type { RealPostgres } from '../support/real-postgres.ts';

/** Statements that PostgreSQL and the gateway answer alike, words of errors and notices included. */
const SCENARIOS: Readonly<Record<string, readonly string[]>> = {
  'functions and procedures': [
    `create function f(a int, b int default 3) returns int language plpgsql as $$begin return a+b; end$$`,
    `select f(1), f(1,2), f(b => 5, a => 1)`,
    `create or replace function f(a int, b int default 3) returns text language sql as 'select 1'`,
    `create function f(a text) returns text language sql immutable as $$ select a || '!' $$`,
    `select f('x'), f(1)`,
    `create function o(in a int, out b int, inout c text) language plpgsql as $$begin b := a*2; c := c||c; end$$`,
    `select * from o(4,'z')`,
    `select (o(4,'z')).b`,
    `create function rt(n int) returns table(i int, sq int) language sql as 'select i, i*i from generate_series(1,n) g(i)'`,
    `select * from rt(3)`,
    `create function sf() returns setof text language plpgsql as $$begin return next 'a'; return next 'b'; end$$`,
    `select sf()`,
    `create procedure p(a int, inout b int) language plpgsql as $$begin b := a + b; end$$`,
    `call p(1, 2)`,
    `call p(1, null)`,
    `create procedure q() language sql as 'select 1'`,
    `call q()`,
    `call nowhere()`,
    `create function bad() returns int language sql as 'select nothing'`,
    `create function bad() returns int language plpgsql as 'begin retrn 1; end'`,
    `create function vd() returns void language plpgsql as $$begin raise notice 'hi %', 5; end$$`,
    `select vd()`,
    `create function er() returns int language plpgsql as $$begin raise exception 'boom' using errcode = 'P0042', hint='try'; end$$`,
    `select er()`,
    `create function dz(x int) returns int language plpgsql as $$begin return 1/x; exception when division_by_zero then return -1; end$$`,
    `select dz(0), dz(1)`,
    `comment on function dz(int) is 'c'`,
    `select obj_description('dz(int)'::regprocedure)`,
    `alter function dz(int) rename to dd`,
    `select dd(1)`,
    `alter function dd(int) immutable strict`,
    `select proisstrict, provolatile from pg_proc where proname='dd'`,
    `drop function f`,
    `drop function f(text)`,
    `select f('x')`,
    `drop function f(int,int)`,
    `select f(1)`,
    `drop function if exists f(int)`,
    `drop procedure p`,
    `drop routine q`,
    `select proname from pg_proc where pronamespace = current_schema()::regnamespace order by 1`,
    `begin`,
    `create function tx() returns int language sql as 'select 7'`,
    `select tx()`,
    `rollback`,
    `select tx()`,
    `create view fv as select dd(3) as x`,
    `select * from fv`,
    `drop function dd`,
    `drop function dd cascade`,
    `select * from fv`,
    `create function tr() returns trigger language plpgsql as $$begin return new; end$$`,
    `create function va(variadic xs int[]) returns bigint language sql as 'select sum(x) from unnest(xs) x'`,
    `select va(1,2,3)`,
    `create function poly(a anyelement) returns anyarray language sql as 'select array[a]'`,
    `select poly(3), poly('x'::text)`,
    `do $$begin raise notice 'do'; end$$`,
    `create function rec() returns record language sql as 'select 1, 2'`,
    `select rec()`,
    `select * from rec() as (a int, b int)`,
    `select f2() from nowhere`,
  ],
  'enums, composites, domains and ranges': [
    `create type mood as enum ('sad','ok','happy')`,
    `select 'ok'::mood, 'sad'::mood < 'ok', enum_range(null::mood), 'happy'::mood::text`,
    `select 'x'::mood`,
    `select array['ok','sad']::mood[]`,
    `alter type mood add value 'meh' after 'sad'`,
    `select enum_range(null::mood)`,
    `alter type mood rename value 'ok' to 'fine'`,
    `select 'fine'::mood`,
    `select 'ok'::mood`,
    `select typname, typtype, typcategory from pg_type where typname in ('mood','_mood') order by 1`,
    `select enumlabel from pg_enum join pg_type t on t.oid = enumtypid where typname='mood' order by enumsortorder`,
    `alter type mood rename to feeling`,
    `select 'fine'::feeling`,
    `create type pair as (a int, b text)`,
    `select row(1,'x')::pair, (row(1,'x')::pair).b`,
    `select '(3,"q,r")'::pair`,
    `alter type pair add attribute c mood`,
    `alter type pair add attribute c feeling`,
    `select '(1,a,fine)'::pair`,
    `alter type pair rename attribute a to aa`,
    `select ('(1,a,fine)'::pair).aa`,
    `alter type pair drop attribute b`,
    `select '(1,fine)'::pair`,
    `create domain pos as int check (value > 0) default 5`,
    `select 3::pos, (-3)::pos`,
    `select (-3)::pos`,
    `alter domain pos add constraint small check (value < 100)`,
    `select 101::pos`,
    `alter domain pos drop constraint small`,
    `select 101::pos, pg_typeof(1::pos)`,
    `alter domain pos set not null`,
    `select null::pos`,
    `create type fr as range (subtype = float8)`,
    `select fr(1,2), '[1,5)'::fr @> 3.0::float8, '{[1,2)}'::fr_multirange`,
    `drop type feeling`,
    `drop type feeling cascade`,
    `select '(1)'::pair`,
    `drop type if exists feeling`,
    `drop domain pos`,
    `drop type fr`,
    `select 1::pos`,
    `create type e0 as enum ()`,
    `comment on type pair is 'p'`,
    `select obj_description('pair'::regtype)`,
    `create function mk(p pair) returns pair language sql as 'select $1'`,
    `drop type pair`,
    `select mk(null)`,
    `begin`,
    `create type tm as enum ('q')`,
    `select 'q'::tm`,
    `rollback`,
    `select 'q'::tm`,
    `create domain us as text check (value ~ '^[0-9]{5}$')`,
    `select '12345'::us, 'x'::us`,
    `select '{12345,1}'::us[]`,
  ],
};

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
});

describe('routines and types are those of PostgreSQL', () => {
  let postgres: RealPostgres;
  before(async () => {
    postgres = await startPostgres();
  });
  after(async () => {
    await postgres[Symbol.asyncDispose]();
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

/** A function that runs any text as whoever it may become. */
const RUN_TEXT = `CREATE FUNCTION run_text(text) RETURNS text LANGUAGE plpgsql AS
  $$ BEGIN EXECUTE $1; RETURN current_user || ' ' || session_user || ' ' || current_setting('is_superuser'); END $$`;

describe('a routine of a user', () => {
  let isMade = false;
  const answer = async (...statements: readonly string[]): Promise<unknown> => {
    if (!isMade) await clientAnswers(gateway, ['CREATE TABLE t (id int)', 'INSERT INTO t VALUES (1), (2)', RUN_TEXT]);
    isMade = true;
    const last = (await clientAnswers(gateway, statements)).at(-1) as { sqlstate?: string; rows?: unknown };
    return last.sqlstate ?? last.rows;
  };

  for (const [text, expected] of [
    ['set session authorization postgres', '42501'],
    ['set session_authorization = postgres', '42501'],
    ['reset session authorization', [['bergwire bergwire off']]],
    ['set role postgres', '42501'],
    ['set role none', [['bergwire bergwire off']]],
    ['set transaction read write', '25001'],
    ['copy t to program $x$ls$x$', '42501'],
    ['copy t to $x$/tmp/nowhere$x$', '42501'],
    ['select pg_read_file($x$PG_VERSION$x$)', '42501'],
    ['select set_config($x$role$x$, $x$postgres$x$, false)', '42501'],
    ['alter system set work_mem = 1', '25001'],
    ['update pg_authid set rolsuper = true', '0A000'],
    ['create temp table x (a int)', '0A000'],
    ['insert into t values (3)', '0A000'],
    ['select count(*) from t', [['bergwire bergwire off']]],
  ] as const)
    test(`cannot do more than it may: ${text}`, async () => {
      assert.deepEqual(await answer(`SELECT run_text('${text}')`), expected);
      assert.deepEqual(await answer(`SELECT current_user, session_user`), [['bergwire', 'bergwire']]);
    });

  test('reads the rows of a table, however that is hidden', async () => {
    const counting = 'CREATE FUNCTION counting() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM t $$';
    assert.deepEqual(await answer(counting, 'SELECT counting()'), [['2']]);
    const caught = `CREATE FUNCTION caught() RETURNS int LANGUAGE plpgsql AS $$ DECLARE found int; BEGIN
      SELECT id INTO STRICT found FROM t; RETURN found; EXCEPTION WHEN no_data_found THEN RETURN -1; END $$`;
    assert.equal(await answer(caught, 'SELECT caught()'), 'P0003');
    assert.deepEqual(await answer('SELECT id, counting() FROM t ORDER BY id'), [
      ['1', '2'],
      ['2', '2'],
    ]);
    assert.deepEqual(await answer('CREATE VIEW behind AS SELECT counting() AS n', 'SELECT * FROM behind'), [['2']]);
    const definer =
      'CREATE FUNCTION definer() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$ SELECT count(*) FROM t $$';
    assert.deepEqual(await answer(definer, 'SELECT definer()'), [['2']]);
    assert.equal(await answer('CREATE PROCEDURE p() LANGUAGE sql AS $$ DELETE FROM t $$', 'CALL p()'), '0A000');
    assert.deepEqual(await answer('SELECT count(*) FROM t'), [['2']]);
  });

  test('hides no failed change, and runs in no default, check or domain', async () => {
    const hidden = `CREATE FUNCTION hidden() RETURNS void LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO t VALUES (3); EXCEPTION WHEN others THEN NULL; END $$`;
    assert.equal(await answer(hidden), '0A000');
    assert.equal(await answer(`CREATE TABLE c (a text CHECK (run_text('select 1') = a))`), '0A000');
    assert.equal(await answer(`CREATE TABLE c (a text DEFAULT run_text('select 1'))`), '0A000');
    assert.equal(await answer(`CREATE DOMAIN d AS text CHECK (run_text(value) = '')`), '0A000');
  });

  test('sends no signal by itself', async () => {
    const forged = `CREATE FUNCTION forged() RETURNS void LANGUAGE plpgsql AS
      $$ BEGIN RAISE NOTICE USING ERRCODE = 'BW002', MESSAGE = 'terminate', DETAIL = '1'; END $$`;
    assert.equal(await answer(forged, 'SELECT forged()'), '0A000');
  });

  test('lasts, with the types that it needs', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bergwire-routines-'));
    try {
      {
        await using first = await startGateway({ folder });
        await clientAnswers(first, [
          `CREATE TYPE mood AS ENUM ('sad', 'ok')`,
          'CREATE TYPE pair AS (m mood, n int)',
          'CREATE FUNCTION made(mood) RETURNS pair LANGUAGE sql AS $$ SELECT ROW($1, 1)::pair $$',
          `ALTER TYPE mood ADD VALUE 'happy'`,
        ]);
      }
      await using again = await startGateway({ folder });
      const [answered] = await clientAnswers(again, [`SELECT made('happy')`]);
      assert.deepEqual((answered as { rows: unknown }).rows, [['(happy,1)']]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, describe, it } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import { contextOf, field, NO_PARAMETERS, openTestPostgres, testTable, textRows } from './open-test-postgres.ts';

const embedded = await openTestPostgres();
const { postgres } = embedded;
after(() => embedded[Symbol.asyncDispose]());

const context = contextOf();
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const errorOf = async (promise: Promise<unknown>): Promise<SqlError> => {
  const error: unknown = await promise.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  assert.ok(error instanceof SqlError, `no SqlError: ${String(error)}`);
  return error;
};

const orders = await postgres.mirror.ensureTable(
  testTable(
    ['ns'],
    'orders',
    [
      field(1, 'id', 'int', { required: true, doc: 'the key' }),
      field(2, 'customer', 'string'),
      field(3, 'total', { kind: 'decimal', precision: 10, scale: 2 }),
      field(4, 'placed', 'timestamptz'),
    ],
    {
      properties: { comment: 'what was ordered', 'bergwire.default.1': '42', 'bergwire.check.positive': 'id > 0' },
      rowCount: 1234,
    },
  ),
);
await postgres.mirror.ensureTable(
  testTable(['public'], 'customers', [field(1, 'id', 'long'), field(2, 'é', 'string')]),
);

describe('analyse', () => {
  it('gives the rewritten tree, parameter types and fields', async () => {
    const analysis = await postgres.analyse(
      context,
      'SELECT id, customer || $1 AS c FROM ns.orders WHERE total > $2',
      [],
    );
    assert.match(analysis.tree, /^\(\{QUERY :commandType 1 /);
    assert.match(analysis.tree, new RegExp(`:relid\\s+${orders.oid}\\b`));
    assert.deepEqual(analysis.parameterOids, [25, 1700]);
    assert.deepEqual(
      analysis.fields?.map(({ name, typeOid, tableOid, attnum }) => [name, typeOid, tableOid, attnum]),
      [
        ['id', 23, orders.oid, 1],
        ['c', 25, 0, 0],
      ],
    );
  });

  it('takes the parameter types of the client', async () => {
    assert.deepEqual((await postgres.analyse(context, 'SELECT $1, $2', [20, 0])).parameterOids, [20, 25]);
  });

  it('expands joins, subqueries, views of the catalog, defaults of INSERT and actions of MERGE', async () => {
    const { tree } = await postgres.analyse(
      context,
      'SELECT c.é FROM customers c JOIN ns.orders o ON o.id = c.id WHERE EXISTS (SELECT 1 FROM pg_tables)',
      [],
    );
    assert.match(tree, /:rtekind 2/);
    assert.match(tree, /pg_namespace|:relid\s+2615/);
    const insert = await postgres.analyse(context, "INSERT INTO ns.orders (customer) VALUES ('x')", []);
    assert.match(insert.tree, /:constvalue\s+4\s+\[\s+42\s+0\s+0\s+0/);
    assert.equal(insert.fields, null);
    const merge = await postgres.analyse(
      context,
      'MERGE INTO ns.orders o USING customers c ON o.id = c.id WHEN MATCHED THEN DELETE RETURNING o.id',
      [],
    );
    assert.match(merge.tree, /MERGEACTION/);
    assert.equal(merge.fields?.length, 1);
  });

  it('has no tree for utility statements', async () => {
    const explain = await postgres.analyse(context, 'EXPLAIN SELECT 1', []);
    assert.equal(explain.tree, '');
    assert.equal(explain.fields?.[0]?.name, 'QUERY PLAN');
  });

  it("raises Postgres' own errors with their positions in code points", async () => {
    const cases: [string, string, number | undefined][] = [
      ["SELECT 'é', nope FROM ns.orders", '42703', 13],
      ['SELECT * FROM missing', '42P01', 15],
      ['SELECT nofunc(1)', '42883', 8],
      ['SELECT id FROM ns.orders GROUP BY customer', '42803', 8],
      ["SELECT 1 + 'x'", '22P02', 12],
      ['SELECT customer FROM ns.orders WHERE customer', '42804', 38],
    ];
    for (const [text, sqlstate, position] of cases) {
      const error = await errorOf(postgres.analyse(context, text, []));
      assert.equal(error.sqlstate, sqlstate, text);
      assert.equal(error.fields.position, position, text);
    }
    const hinted = await errorOf(postgres.analyse(context, 'SELECT custome FROM ns.orders', []));
    assert.match(hinted.fields.hint ?? '', /orders\.customer/);
    const { file, line, routine } = hinted.fields;
    assert.deepEqual([file, routine], ['parse_relation.c', 'errorMissingColumn']);
    assert.match(line ?? '', /^\d+$/);
  });

  it('follows search_path and role', async () => {
    assert.equal((await errorOf(postgres.analyse(context, 'SELECT 1 FROM orders', []))).sqlstate, '42P01');
    await postgres.analyse(contextOf({ search_path: 'ns' }), 'SELECT 1 FROM orders', []);
    assert.equal((await errorOf(postgres.analyse(contextOf({}, 'nobody'), 'SELECT 1', []))).sqlstate, '22023');
    assert.equal(
      (await errorOf(postgres.analyse(contextOf({ timezone: 'No/Where' }), 'SELECT 1', []))).sqlstate,
      '22023',
    );
  });

  it('passes notices on', async () => {
    const long = 'x'.repeat(70);
    const { notices, fields } = await postgres.analyse(context, `SELECT 1 AS ${long}`, []);
    assert.equal(notices.length, 1);
    assert.equal(notices[0]?.sqlstate, '42622');
    assert.equal(fields?.[0]?.name, long.slice(0, 63));
  });

  it('answers 54001 to what overflows its stack, and goes on', async () => {
    const deep = await errorOf(postgres.analyse(context, `SELECT 1${' + 1'.repeat(60_000)}`, []));
    assert.equal(deep.sqlstate, '54001');
    assert.deepEqual(await embedded.rows('SELECT 1'), [['1']]);
    const list = Array.from({ length: 10_000 }, (_, index) => index).join(',');
    assert.ok((await postgres.analyse(context, `SELECT 1 WHERE 1 IN (${list})`, [])).tree.length > 10_000);
  });
});

describe('execute', () => {
  it('answers byte for byte, in text and binary', async () => {
    const result = await postgres.execute(context, "SELECT 1::int4, NULL, 'é'", NO_PARAMETERS, [1, 0, 0]);
    assert.deepEqual(
      [...result.rows],
      [0x44, 0, 0, 0, 24, 0, 3, 0, 0, 0, 4, 0, 0, 0, 1, 255, 255, 255, 255, 0, 0, 0, 2, 0xc3, 0xa9],
    );
    assert.equal(result.tag, 'SELECT 1');
    assert.equal(result.rowCount, 1);
    assert.equal(result.fields?.length, 3);
  });

  it('takes parameters in both formats', async () => {
    const parameters = { oids: [23, 25], formats: [1, 0] as const, values: [Uint8Array.of(0, 0, 1, 0), bytes('x')] };
    const { rows } = await postgres.execute(context, 'SELECT $1 + 1, $2 || NULL, $2', parameters, []);
    assert.deepEqual(textRows(rows), [['257', null, 'x']]);
  });

  it('keeps settings and role to the batch', async () => {
    const berlin = contextOf({ timezone: 'Europe/Berlin', datestyle: 'German', 'my.own': 'é; DROP' });
    assert.deepEqual(
      await embedded.rows("SELECT timestamptz '2024-01-01 00:00+00', current_setting('my.own')", berlin),
      [['01.01.2024 01:00:00 CET', 'é; DROP']],
    );
    assert.deepEqual(await embedded.rows("SELECT timestamptz '2024-01-01 00:00+00', current_setting('my.own', true)"), [
      ['2024-01-01 00:00:00+00', ''],
    ]);
  });

  it('raises run-time errors and goes on', async () => {
    assert.equal((await errorOf(embedded.rows('SELECT 1 / 0'))).sqlstate, '22012');
    assert.equal((await errorOf(embedded.rows('SELECT 1; SELECT 2'))).sqlstate, '42601');
    assert.deepEqual(await embedded.rows('SELECT 2'), [['2']]);
  });

  it('returns large results', async () => {
    const { rowCount, tag } = await postgres.execute(
      context,
      'SELECT repeat($$x$$, 100) FROM generate_series(1, 50000)',
      NO_PARAMETERS,
      [0],
    );
    assert.deepEqual([rowCount, tag], [50_000, 'SELECT 50000']);
  });

  it('says the database, the role and the version', async () => {
    assert.deepEqual(await embedded.rows('SELECT current_database(), current_user, session_user'), [
      ['bergwire', 'bergwire', 'bergwire'],
    ]);
    assert.deepEqual(await embedded.rows('SHOW server_version'), [[postgres.serverVersion]]);
    assert.deepEqual(await embedded.rows("SELECT rolsuper FROM pg_roles WHERE rolname = 'bergwire'"), [['f']]);
  });

  it('refuses what would leave the batch or the instance', async () => {
    const denied: [string, string][] = [
      ["SELECT bergwire_set_config('session_authorization', 'postgres', false)", '42501'],
      ["SELECT bergwire_set_config('role', 'postgres', false)", '42501'],
      ['SELECT pg_advisory_lock(1)', '0A000'],
      ['SELECT pg_try_advisory_xact_lock_shared(1)', '0A000'],
      ['SELECT pg_export_snapshot()', '0A000'],
      ['SELECT bergwire_pg_terminate_backend(1)', '42501'],
      ['SELECT bergwire_pg_cancel_backend(1)', '42501'],
      ["SELECT pg_read_file('PG_VERSION')", '42501'],
      ["SELECT pg_ls_dir('.')", '42501'],
      ['SELECT lo_create(0)', '0A000'],
      ["SELECT query_to_xml('SELECT count(*) FROM ns.orders', true, true, '')", '42501'],
      ["SELECT * FROM ts_stat('SELECT null::tsvector FROM ns.orders')", '42501'],
      ['INSERT INTO ns.orders (customer) VALUES (1)', '25006'],
      ['CREATE TABLE ns.other (a int)', '25006'],
      ['SELECT passwd FROM pg_shadow', '42501'],
    ];
    for (const [text, sqlstate] of denied) assert.equal((await errorOf(embedded.rows(text))).sqlstate, sqlstate, text);
  });

  it('has no hole in the role of a batch', async () => {
    await postgres.define(['CREATE ROLE visitor LOGIN']);
    const visitor = contextOf({}, 'visitor');
    for (const text of ['SELECT current_user, session_user', 'SELECT 1 / 0', 'SELECT nope']) {
      await embedded.rows(text, visitor).catch(() => undefined);
      await postgres.analyse(visitor, text, []).catch(() => undefined);
      // As superuser again, else this would fail.
      await postgres.define(['ALTER ROLE visitor CONNECTION LIMIT 5']);
      assert.deepEqual(await embedded.rows('SELECT current_user, session_user'), [['bergwire', 'bergwire']]);
    }
    assert.deepEqual(await embedded.rows('SELECT current_user, session_user', visitor), [['visitor', 'visitor']]);
  });

  it('answers every question of psql 15', async () => {
    const text = await readFile(new URL('./psql-15-queries.sql', import.meta.url), 'utf8');
    const queries = text
      .replace(/^--.*\n/, '')
      .split(/;\n\n|;\n$/)
      .filter((query) => query.trim() !== '');
    assert.ok(queries.length > 20);
    for (const query of queries) {
      const asked = query.replaceAll('{oid}', String(orders.oid));
      await embedded.rows(asked);
      await postgres.analyse(context, asked, []);
    }
    const answer = async (part: string): Promise<(string | null)[][]> => {
      const query = queries.find((candidate) => candidate.includes(part));
      assert.ok(query, part);
      return await embedded.rows(query.replaceAll('{oid}', String(orders.oid)));
    };
    assert.deepEqual(await answer('n.nspname as "Schema",\n  c.relname as "Name"'), [
      ['ns', 'orders', 'table', 'bergwire'],
    ]);
    assert.deepEqual(
      (await answer('d.datname as "Name"')).map(([name, owner]) => [name, owner]),
      [
        ['bergwire', 'bergwire'],
        ['template0', 'postgres'],
        ['template1', 'postgres'],
      ],
    );
    assert.deepEqual(await answer("WHERE n.nspname !~ '^pg_'"), [
      ['ns', 'bergwire'],
      ['public', 'pg_database_owner'],
    ]);
    assert.deepEqual(
      (await answer('SELECT a.attname,\n  pg_catalog.format_type')).map((row) => row.slice(0, 4)),
      [
        ['id', 'integer', '42', 't'],
        ['customer', 'text', null, 'f'],
        ['total', 'numeric(10,2)', null, 'f'],
        ['placed', 'timestamp with time zone', null, 'f'],
      ],
    );
    assert.deepEqual(await answer('pg_get_constraintdef(r.oid, true)'), [['positive', 'CHECK (id > 0)']]);
  });
});

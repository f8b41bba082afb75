import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import { contextOf, field, NO_PARAMETERS, openTestPostgres, testTable } from './open-test-postgres.ts';

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

await postgres.mirror.ensureTable(
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

describe('evaluate', () => {
  it('decodes values in their Postgres types', async () => {
    const values = await postgres.evaluate(
      contextOf({ timezone: 'Europe/Berlin' }),
      [
        { sql: '1 + $1', typeOid: 23 },
        { sql: "timestamptz '2024-01-01' -- a comment", typeOid: 1184 },
        { sql: "'x' || $2", typeOid: 25 },
        { sql: 'NULL::bool', typeOid: 16 },
        { sql: '1.50', typeOid: 1700 },
        { sql: 'ARRAY[1, NULL]', typeOid: 1007 },
      ],
      { oids: [23, 25], formats: [0, 0], values: [bytes('41'), null] },
    );
    assert.deepEqual(values, [
      42,
      1704063600000000n,
      null,
      null,
      { kind: 'numeric', unscaled: 150n, scale: 2 },
      { kind: 'array', elementOid: 23, dimensions: [{ length: 2, lowerBound: 1 }], elements: [1, null] },
    ]);
    assert.deepEqual(await postgres.evaluate(context, [], NO_PARAMETERS), []);
  });

  it('refuses tables, and anything that is not one expression', async () => {
    const evaluate = (sql: string) => postgres.evaluate(context, [{ sql, typeOid: 20 }], NO_PARAMETERS);
    assert.equal((await errorOf(evaluate('(SELECT count(*) FROM ns.orders)'))).sqlstate, '0A000');
    await assert.rejects(evaluate('1), (2'), /has type/);
    await assert.rejects(evaluate('1, 2'), /has type/);
    assert.equal((await errorOf(evaluate('1); SELECT (2'))).sqlstate, '42601');
    assert.equal((await errorOf(evaluate('nope'))).fields.position, undefined);
  });
});

describe('definitions', () => {
  it('are described without being kept', async () => {
    const definition = await postgres.describeDefinition(
      context,
      `CREATE TABLE ns.fresh (
        id int GENERATED ALWAYS AS IDENTITY, name varchar(20) NOT NULL DEFAULT 'x', price numeric(10, 2) CHECK (price > 0),
        at timestamp(3), twice numeric GENERATED ALWAYS AS (price * 2) STORED, tags char(3)[])`,
      { namespace: ['ns'], name: 'fresh' },
    );
    assert.deepEqual(definition.columns, [
      {
        name: 'id',
        typeOid: 23,
        typmod: -1,
        notNull: true,
        attnum: 1,
        identity:
          'GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME ns.fresh_id_seq START WITH 1 INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 CACHE 1 NO CYCLE)',
      },
      {
        name: 'name',
        typeOid: 1043,
        typmod: 24,
        notNull: true,
        attnum: 2,
        defaultSql: "'x'::character varying",
        declaredType: 'character varying(20)',
      },
      { name: 'price', typeOid: 1700, typmod: 655366, notNull: false, attnum: 3 },
      {
        name: 'at',
        typeOid: 1114,
        typmod: 3,
        notNull: false,
        attnum: 4,
        declaredType: 'timestamp(3) without time zone',
      },
      {
        name: 'twice',
        declaredType: 'numeric',
        typeOid: 1700,
        typmod: -1,
        notNull: false,
        attnum: 5,
        defaultSql: '(price * (2)::numeric)',
        isGenerated: true,
      },
      { name: 'tags', typeOid: 1014, typmod: 7, notNull: false, attnum: 6, declaredType: 'character(3)[]' },
    ]);
    assert.deepEqual(definition.checks, [{ name: 'fresh_price_check', sql: '(price > (0)::numeric)' }]);
    assert.equal((await errorOf(postgres.analyse(context, 'SELECT * FROM ns.fresh', []))).sqlstate, '42P01');
  });

  it('of ALTER TABLE keep the attribute numbers', async () => {
    const after = await postgres.describeAlteration(
      context,
      'ALTER TABLE ns.orders DROP COLUMN customer, ADD COLUMN note text',
      { namespace: ['ns'], name: 'orders' },
    );
    assert.deepEqual(
      after.columns.map(({ name, attnum }) => [name, attnum]),
      [
        ['id', 1],
        ['total', 3],
        ['placed', 4],
        ['note', 5],
      ],
    );
    assert.deepEqual(after.checks, [{ name: 'positive', sql: '(id > 0)' }]);
    assert.equal((await postgres.analyse(context, 'SELECT customer FROM ns.orders', [])).fields?.length, 1);
  });

  it("raise Postgres' own errors", async () => {
    const cases: [string, string][] = [
      ['CREATE TABLE ns.x (a int, a int)', '42701'],
      ['CREATE TABLE ns.orders (a int)', '42P07'],
      ['CREATE TABLE nowhere.x (a int)', '3F000'],
      ['CREATE TABLE ns.x (a nosuch)', '42704'],
      ['CREATE TABLE ns.x (a int CHECK (b > 0))', '42703'],
      ["CREATE TABLE ns.x (a int DEFAULT 'x')", '22P02'],
      ['CREATE TABLE pg_catalog.x (a int)', '42501'],
    ];
    for (const [ddl, sqlstate] of cases) {
      const error = await errorOf(postgres.describeDefinition(context, ddl, { namespace: ['ns'], name: 'x' }));
      assert.equal(error.sqlstate, sqlstate, ddl);
      assert.equal((await errorOf(postgres.validate(context, [ddl]))).sqlstate, sqlstate, ddl);
    }
    await postgres.validate(context, ['CREATE TABLE ns.valid (a int)', 'ALTER TABLE ns.valid ADD b text']);
    assert.equal((await errorOf(postgres.analyse(context, 'SELECT * FROM ns.valid', []))).sqlstate, '42P01');
  });

  it('by the gateway are all or nothing', async () => {
    assert.equal((await errorOf(postgres.define(['CREATE SCHEMA half', 'SELECT 1 / 0']))).sqlstate, '22012');
    assert.deepEqual(await embedded.rows("SELECT 1 FROM pg_namespace WHERE nspname = 'half'"), []);
  });
});

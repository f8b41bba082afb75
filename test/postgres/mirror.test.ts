import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import type { Type } from '../../src/iceberg/iceberg.ts';
import { contextOf, field, openTestPostgres, testTable } from './open-test-postgres.ts';

const embedded = await openTestPostgres();
const { postgres } = embedded;
const { mirror } = postgres;
after(() => embedded[Symbol.asyncDispose]());
const context = contextOf();

const list = (element: Type): Type => ({ kind: 'list', elementId: 90, element, elementRequired: false });
const shownTypes = async (oid: number): Promise<(string | null)[][]> =>
  await embedded.rows(
    `SELECT attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute
     WHERE attrelid = ${oid} AND attnum > 0 ORDER BY attnum`,
  );

describe('the mirror', () => {
  it('shows every Iceberg type', async () => {
    const types: [Type, string][] = [
      ['boolean', 'boolean'],
      ['int', 'integer'],
      ['long', 'bigint'],
      ['float', 'real'],
      ['double', 'double precision'],
      [{ kind: 'decimal', precision: 38, scale: 9 }, 'numeric(38,9)'],
      ['date', 'date'],
      ['time', 'time without time zone'],
      ['timestamp', 'timestamp without time zone'],
      ['timestamptz', 'timestamp with time zone'],
      ['string', 'text'],
      ['uuid', 'uuid'],
      ['binary', 'bytea'],
      [{ kind: 'fixed', length: 4 }, 'bytea'],
      [list('long'), 'bigint[]'],
      ['variant', 'jsonb'],
      ['timestamp_ns', 'timestamp without time zone'],
      [{ kind: 'geometry', text: 'geometry' }, 'text'],
    ];
    const relation = await mirror.ensureTable(
      testTable(
        ['types'],
        'flat',
        types.map(([type], index) => field(index + 1, `c${index}`, type, { required: index % 2 === 0 })),
      ),
    );
    assert.deepEqual(
      await shownTypes(relation.oid),
      types.map(([, shown], index) => [`c${index}`, shown, index % 2 === 0 ? 't' : 'f']),
    );
    assert.deepEqual(
      relation.columns.map((column) => column?.unsupported),
      [...Array<undefined>(15).fill(undefined), 'variant', 'timestamp_ns', 'geometry'],
    );
    assert.deepEqual(relation.columns[5], {
      attnum: 6,
      field: field(6, 'c5', { kind: 'decimal', precision: 38, scale: 9 }),
      typeOid: 1700,
      typmod: ((38 << 16) | 9) + 4,
    });
  });

  it('shows nested types, which go with their table', async () => {
    const point: Type = { kind: 'struct', fields: [field(11, 'x', 'int'), field(12, 'X y', list(list('string')))] };
    const map: Type = { kind: 'map', keyId: 13, key: 'string', valueId: 14, value: point, valueRequired: false };
    const fields = [
      field(1, 'p', point),
      field(2, 'm', map),
      field(3, 'll', list(list('int'))),
      field(4, 's', list(point)),
    ];
    const name = { namespace: ['types'], name: 'nested' };
    await mirror.ensureTable(testTable(name.namespace, name.name, fields));
    const text = `SELECT (p).x + 1, (p)."X y"[1], m[1].key, (m[1].value).x, ll[1], s[2].x FROM types.nested`;
    const { fields: shown } = await postgres.analyse(context, text, []);
    assert.deepEqual(
      shown?.map(({ typeOid }) => typeOid).filter((oid) => oid < 16384),
      [23, 1009, 25, 23, 1007, 23],
    );
    const typesLeft = async (): Promise<number> =>
      (
        await embedded.rows(
          `SELECT 1 FROM pg_type WHERE typnamespace = 'pg_bergwire'::regnamespace AND typtype IN ('c', 'd')`,
        )
      ).length;
    assert.ok((await typesLeft()) > 0);
    await mirror.ensureTable(testTable(name.namespace, name.name, fields, { schemaId: 7 }));
    await mirror.dropTable(name);
    assert.equal(await typesLeft(), 0);
    assert.equal(mirror.byName(name), undefined);
  });

  it('carries comments, defaults, checks, declared types and estimates', async () => {
    const relation = await mirror.ensureTable(
      testTable(
        ['extra'],
        'described',
        [
          field(1, 'a', 'int', { doc: "it's\na key" }),
          field(2, 'b', 'string'),
          field(3, 'c', 'timestamp'),
          field(4, 'd', list('string')),
        ],
        {
          rowCount: 5_000_000,
          properties: {
            comment: 'a "table"',
            'bergwire.default.1': '1 + 1',
            'bergwire.default.2': "upper('x')",
            'bergwire.check.a b': "b <> ''",
            'bergwire.type.2': 'character varying(20)',
            'bergwire.type.3': 'timestamp(3) without time zone',
            'bergwire.type.4': 'character(2)[]',
            'other.property': 'ignored',
          },
        },
      ),
    );
    assert.deepEqual(
      (await shownTypes(relation.oid)).map(([, type]) => type),
      ['integer', 'character varying(20)', 'timestamp(3) without time zone', 'character(2)[]'],
    );
    assert.deepEqual(
      await embedded.rows(
        `SELECT obj_description(${relation.oid}, 'pg_class'), col_description(${relation.oid}, 1), reltuples::int8, relpages > 0 FROM pg_class WHERE oid = ${relation.oid}`,
      ),
      [['a "table"', "it's\na key", '5000000', 't']],
    );
    assert.deepEqual(
      await embedded.rows(
        `SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = ${relation.oid}`,
      ),
      [['a b', "CHECK (((b)::text <> ''::text))"]],
    );
    assert.deepEqual(
      await embedded.rows(
        `SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = ${relation.oid} ORDER BY adnum`,
      ),
      [['(1 + 1)'], ["upper('x'::text)"]],
    );
  });

  it('takes nothing harmful from table properties', async () => {
    const hostile: Record<string, string>[] = [
      { 'bergwire.default.1': '1; CREATE ROLE intruder SUPERUSER' },
      { 'bergwire.check.x': 'true); CREATE ROLE intruder SUPERUSER; SELECT (1' },
      { 'bergwire.default.1': 'nope' },
    ];
    for (const properties of hostile) {
      const table = testTable(['extra'], 'hostile', [field(1, 'a', 'int')], { properties });
      await assert.rejects(
        mirror.ensureTable(table),
        (error) => error instanceof SqlError && error.sqlstate === 'XX001',
      );
      assert.equal(mirror.byName(table.name), undefined);
    }
    const odd = await mirror.ensureTable(
      testTable(['extra'], 'hostile', [field(1, 'a', 'int')], {
        properties: {
          'bergwire.type.1': 'int); CREATE ROLE intruder SUPERUSER; --',
          comment: "'; CREATE ROLE intruder; --",
        },
      }),
    );
    assert.deepEqual(await shownTypes(odd.oid), [['a', 'integer', 'f']]);
    assert.deepEqual(await embedded.rows("SELECT 1 FROM pg_roles WHERE rolname = 'intruder'"), []);
  });

  it('takes every name', async () => {
    const long = 'n'.repeat(62) + 'éé';
    const names = [
      'Mixed Case',
      'with "quotes"',
      "it's",
      'semi;colon',
      '$',
      'select',
      'ctid',
      `${long}1`,
      `${long}2`,
      '😀'.repeat(20),
      ' ',
    ];
    const relation = await mirror.ensureTable(
      testTable(
        ['a', 'b.c', 'D "e"'],
        long,
        names.map((name, index) => field(index + 1, name, 'int')),
      ),
    );
    assert.equal(relation.schemaName, 'a.b.c.D "e"');
    const shown = (await shownTypes(relation.oid)).map(([name]) => name);
    assert.deepEqual(shown.slice(0, 6), names.slice(0, 6));
    assert.equal(shown[6], 'ctid~2');
    assert.equal(new Set(shown).size, names.length);
    const other = await mirror.ensureTable(testTable(['a', 'b.c', 'D "e"'], `${long}x`, [field(1, 'a', 'int')]));
    assert.notEqual(other.oid, relation.oid);
    assert.notEqual(other.relationName, relation.relationName);
    assert.equal(mirror.byOid(relation.oid), relation);
  });
});

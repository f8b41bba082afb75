/** NaN, -0 and infinities are found, compared, joined and grouped as PostgreSQL does, whatever a file's statistics say. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { DataFile, Schema } from '../../src/iceberg/iceberg.ts';
import { scanMarker } from '../../src/translate/translate.ts';
import { statement, threadsMissing } from './open-test-engine.ts';
import { openTestTable } from './test-table.ts';
import type { TestTable } from './test-table.ts';

const FILES = new URL('files/', import.meta.url);
const SCHEMA: Schema = {
  schemaId: 0,
  identifierFieldIds: [],
  fields: [
    { id: 1, name: 'f', required: false, type: 'float' },
    { id: 2, name: 'd', required: false, type: 'double' },
    {
      id: 3,
      name: 'st',
      required: false,
      type: { kind: 'struct', fields: [{ id: 4, name: 'x', required: false, type: 'double' }] },
    },
    {
      id: 5,
      name: 'li',
      required: false,
      type: { kind: 'list', elementId: 6, element: 'double', elementRequired: false },
    },
    {
      id: 7,
      name: 'mp',
      required: false,
      type: { kind: 'map', keyId: 8, key: 'int', valueId: 9, value: 'double', valueRequired: false },
    },
  ],
};
/** Where the value is in each column of the file by another writer. */
const PLACES = ['c1', 'c2', 'c3.x', 'c5[1]', 'c7[1]'];
/** Of 1, 2, NaN, 4 a thousand times: rows that a condition on `v` finds. */
const CONDITIONS: readonly (readonly [string, number])[] = [
  [`v = 'NaN'`, 1000],
  ['v > 5', 1000],
  ['v >= 5', 1000],
  ['NOT v < 5', 1000],
  ['NOT v <= 4', 1000],
  [`v IN ('NaN', 100)`, 1000],
  ['v <> 1', 3000],
  [`v BETWEEN 5 AND 'NaN'`, 1000],
  ['v IS DISTINCT FROM 1', 3000],
  ['v < 2', 1000],
  ['v > 4 OR v IS NULL', 1000],
];

suite('floats', { skip: threadsMissing }, () => {
  let table: TestTable;
  before(async () => {
    table = await openTestTable([fileURLToPath(FILES)]);
  });
  after(async () => await table?.[Symbol.asyncDispose]());

  const query = async (schema: Schema, file: DataFile, sql: string): Promise<readonly (readonly unknown[])[]> =>
    await table.readBack(table.planOf(schema, [file]), sql);
  const explain = async (schema: Schema, file: DataFile, sql: string): Promise<string> =>
    await table.connection.explain(
      statement(sql, {
        scans: [
          {
            plan: table.planOf(schema, [file]),
            columns: schema.fields.map(({ id }) => ({ attnum: id, fieldId: id })),
            positions: false,
          },
        ],
      }),
      { analyse: false, json: false },
    );

  const foreign = (more: Partial<DataFile> = {}): DataFile => ({
    ...FOREIGN,
    path: new URL('nan-without-statistics.parquet', FILES).href,
    ...more,
  });

  for (const place of PLACES) {
    test(`NaN that statistics leave out is found in ${place}`, async () => {
      for (const [condition, count] of CONDITIONS) {
        const sql = `SELECT count(*)::INTEGER FROM (SELECT ${place} AS v FROM ${scanMarker(0)}) WHERE ${condition}`;
        assert.deepEqual(await query(SCHEMA, foreign(), sql), [[count]], condition);
      }
      const source = `(SELECT ${place} AS v FROM ${scanMarker(0)})`;
      const edges = await query(SCHEMA, foreign(), `SELECT max(v), min(v) FROM ${source}`);
      assert.deepEqual(edges, [[Number.NaN, 1]]);
      const top = await query(SCHEMA, foreign(), `SELECT v FROM ${source} ORDER BY v DESC LIMIT 1`);
      assert.deepEqual(top, [[Number.NaN]]);
      const join = `SELECT count(*)::INTEGER FROM ${source} JOIN (VALUES ('NaN'::DOUBLE), (2)) AS k(v) USING (v)`;
      assert.deepEqual(await query(SCHEMA, foreign(), join), [[2000]]);
    });
  }

  test('no filter reaches the reader where NaN may be; where the metrics say that none is, it does', async () => {
    const sql = `SELECT c2 FROM ${scanMarker(0)} WHERE c2 > 5`;
    assert.match(await explain(SCHEMA, foreign({ nanCounts: new Map([[2, 1000n]]) }), sql), /\(-\(-\(f2\)\) > 5/);
    assert.match(await explain(SCHEMA, foreign(), sql), /\(-\(-\(f2\)\) > 5/);
    assert.match(await explain(SCHEMA, foreign({ nanCounts: new Map([[2, 0n]]) }), sql), /f2>5/);
  });

  test('the values stay what they are', async () => {
    const schema: Schema = { ...SCHEMA, fields: SCHEMA.fields.slice(0, 3) };
    const values = `SELECT v::FLOAT, v::DOUBLE, CASE WHEN v IS NULL THEN NULL ELSE {'x': v::DOUBLE} END
      FROM (VALUES ('NaN'::DOUBLE), ('-0'), (0), ('inf'), ('-inf'), (1e-45), (NULL), (0.1)) AS t(v)`;
    const files = await table.connection.writeData(table.request(values, schema));
    const plain = await query(
      schema,
      { ...files[0]!, nanCounts: new Map() },
      `SELECT c1::VARCHAR, c2::VARCHAR, c3::VARCHAR FROM ${scanMarker(0)}`,
    );
    const texts = ['nan', '-0.0', '0.0', 'inf', '-inf', '1e-45', null, '0.1'];
    assert.deepEqual(
      plain,
      texts.map((text) => [text, text, text === null ? null : `{'x': ${text}}`]),
    );
  });

  test('-0 is 0 and NaN is NaN, with Bloom filters too', async () => {
    const schema: Schema = { ...SCHEMA, fields: [SCHEMA.fields[1]!] };
    const values = `SELECT CASE i % 4 WHEN 0 THEN '-0'::DOUBLE WHEN 1 THEN 5 WHEN 2 THEN -7 ELSE 'NaN' END FROM range(4000) AS t(i)`;
    for (const part of [values, `SELECT * FROM (${values}) AS t(v) WHERE v < 'NaN'`]) {
      const [file] = await table.connection.writeData(table.request(part, schema));
      const count = async (sql: string): Promise<unknown> =>
        (await query(schema, file!, sql.replace('FROM t', `FROM ${scanMarker(0)}`)))[0]![0];
      assert.equal(await count(`SELECT count(*)::INTEGER FROM t WHERE c2 = 0`), 1000);
      assert.equal(await count(`SELECT count(*)::INTEGER FROM t WHERE c2 = '-0'::DOUBLE`), 1000);
      assert.equal(await count(`SELECT count(*)::INTEGER FROM t WHERE c2 IN (0, 5)`), 2000);
      assert.equal(await count(`SELECT count(*)::INTEGER FROM t JOIN (VALUES (0::DOUBLE)) AS k(v) ON c2 = k.v`), 1000);
      const groups = part === values ? 4 : 3;
      assert.equal(await count('SELECT count(*)::INTEGER FROM (SELECT c2 FROM t GROUP BY c2)'), groups);
      assert.equal(await count('SELECT count(DISTINCT c2)::INTEGER FROM t'), groups);
    }
  });
});

/** 1, 2, NaN, 4 a thousand times, in each column, by pyarrow: statistics say 1 to 4. */
const FOREIGN: DataFile = {
  content: 'data',
  path: '',
  format: 'parquet',
  specId: 0,
  partition: [],
  recordCount: 4000,
  sizeBytes: 1,
} as unknown as DataFile;

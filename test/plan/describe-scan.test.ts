import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parse } from 'libpg-query';
import { openSqlCatalog } from '../../src/catalog/sql-catalog.ts';
import type { Schema } from '../../src/iceberg/iceberg.ts';
import { describeScan } from '../../src/plan/describe-scan.ts';
import type { Predicate, ScanPlan } from '../../src/plan/plan.ts';
import { predicateSql } from '../../src/plan/predicate-sql.ts';
import { expected, expectedNames, fixtureCatalogUri, fixturesMissing, fixtureStore } from '../support/fixtures.ts';
import { wherePredicate } from './where-predicate.ts';

const schema: Schema = {
  schemaId: 0,
  identifierFieldIds: [],
  fields: [
    { id: 1, name: 'id', required: true, type: 'long' },
    { id: 2, name: 'Odd "name"', required: false, type: 'string' },
    { id: 3, name: 'x', required: false, type: 'double' },
    { id: 4, name: 'at', required: false, type: 'timestamptz' },
    {
      id: 5,
      name: 'st',
      required: false,
      type: { kind: 'struct', fields: [{ id: 6, name: 'd', required: false, type: 'date' }] },
    },
    { id: 7, name: 'price', required: false, type: { kind: 'decimal', precision: 9, scale: 2 } },
    { id: 8, name: 'u', required: false, type: 'uuid' },
    { id: 9, name: 'b', required: false, type: 'binary' },
  ],
};

const plan: ScanPlan = {
  table: 'sales.orders',
  schema,
  snapshotId: 9007199254740993n,
  files: [],
  positionDeletes: [],
  equalityDeletes: [],
  counts: {
    manifestsTotal: 200,
    manifestsRead: 1,
    deleteManifestsTotal: 3,
    deleteManifestsRead: 2,
    filesTotal: 100,
    filesRead: 5,
    deleteFilesApplied: 4,
    sizeBytes: 12345,
    recordCount: 678,
  },
};

test('a scan in lines and in JSON', () => {
  const predicate: Predicate = { kind: 'compare', field: 1, op: '>=', value: 5n };
  const { lines, json } = describeScan(plan, predicate);
  assert.deepEqual(lines, [
    'Iceberg Scan on sales.orders',
    '  Snapshot: 9007199254740993',
    '  Manifests: 1 of 200',
    '  Delete Manifests: 2 of 3',
    '  Data Files: 5 of 100',
    '  Delete Files Applied: 4',
    '  Bytes: 12345',
    '  Pruned By: id >= 5',
  ]);
  assert.equal(JSON.parse(JSON.stringify(json))['Snapshot Id'], '9007199254740993');
  assert.equal(json['Pruned By'], 'id >= 5');
  const empty = describeScan({ ...plan, snapshotId: null }, { kind: 'true' });
  assert.equal(empty.lines[1], '  Snapshot: none');
  assert.ok(!empty.lines.some((line) => line.includes('Pruned By')));
  assert.ok(!('Pruned By' in empty.json));
});

test('predicates read as SQL', () => {
  const is = (predicate: Predicate, sql: string) => assert.equal(predicateSql(predicate, schema), sql);
  is({ kind: 'compare', field: 2, op: '=', value: "it's" }, `"Odd ""name""" = 'it''s'`);
  is({ kind: 'startsWith', field: 2, prefix: 'a_b%' }, `"Odd ""name""" LIKE 'a\\_b\\%%'`);
  is({ kind: 'compare', field: 3, op: '>', value: Number.NaN }, "x > 'NaN'::float8");
  is({ kind: 'compare', field: 4, op: '<', value: 1_500_000n }, "at < timestamptz '1970-01-01 00:00:01.5+00'");
  is({ kind: 'compare', field: 6, op: '=', value: -1 }, "(st).d = date '1969-12-31'");
  is({ kind: 'compare', field: 7, op: '<>', value: -5n }, 'price <> -0.05');
  is(
    { kind: 'compare', field: 8, op: '=', value: new Uint8Array(16) },
    "u = uuid '00000000-0000-0000-0000-000000000000'",
  );
  is({ kind: 'in', field: 9, values: [Uint8Array.of(255), null] }, "b IN ('\\xff', NULL)");
  is(
    { kind: 'in', field: 1, values: Array.from({ length: 12 }, (_, index) => BigInt(index)) },
    'id IN (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, … 2 more)',
  );
  is(
    {
      kind: 'or',
      of: [
        { kind: 'not', of: { kind: 'isNull', field: 1 } },
        { kind: 'and', of: [{ kind: 'isNotNull', field: 3 }, { kind: 'true' }] },
        { kind: 'and', of: [] },
      ],
    },
    '(NOT (id IS NULL)) OR ((x IS NOT NULL) AND true) OR true',
  );
});

suite('predicates of the fixtures', { skip: fixturesMissing }, () => {
  const store = fixtureStore();
  const catalog = openSqlCatalog({ name: 'fixtures', uri: fixtureCatalogUri(), store, readOnly: true });

  test('are valid SQL that reads back as the same predicate', async () => {
    let seen = 0;
    for (const name of expectedNames()) {
      for (const { where } of expected(name).prunes ?? []) {
        const parts = name.split('.');
        const { metadata } = (await catalog.load({ namespace: parts.slice(0, -1), name: parts.at(-1)! }))!;
        const current = metadata.schemas.find(({ schemaId }) => schemaId === metadata.currentSchemaId)!;
        const predicate = await wherePredicate(where, current);
        const sql = predicateSql(predicate, current);
        // The fixtures' language has no `(st).a`.
        const readable = sql.replaceAll(/\((\w+)\)\./g, '$1.').replaceAll(/\((\w+\.\w+)\)\./g, '$1.');
        await parse(`SELECT WHERE ${readable.replaceAll(/\bfull\b(?! outer)/g, '"full"')}`);
        assert.deepEqual(await wherePredicate(readable, current), predicate, sql);
        seen += 1;
      }
    }
    assert.ok(seen > 200, `${seen} predicates`);
  });
});

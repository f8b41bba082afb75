/** Columns are read under their own names only where DuckDB means the same by them. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { NestedField, Type } from '../../src/iceberg/iceberg.ts';
import type { PhysicalNode } from '../../src/engine/scan/physical-schema.ts';
import { storedNames } from '../../src/engine/scan/stored-names.ts';
import { threadsMissing } from './open-test-engine.ts';
import { openTestTable, schemaOf } from './test-table.ts';

const field = (id: number, type: Type = 'long'): NestedField => ({ id, name: `now${id}`, required: false, type });
const leaf = (name: string, fieldId: number | undefined, duckdbType = 'BIGINT', isInt96 = false): PhysicalNode => ({
  name,
  fieldId,
  shape: { kind: 'leaf', duckdbType, isInt96 },
});
const named = (fields: readonly NestedField[], nodes: readonly PhysicalNode[], hasFieldIds = true) =>
  storedNames(fields, { fields: nodes, hasFieldIds, key: '' });

suite('stored names', () => {
  test('by id, whatever the table calls it now', () => {
    assert.deepEqual(named([field(2), field(1)], [leaf('a', 1), leaf('b', 2)]), ['b', 'a']);
    const decimal: Type = { kind: 'decimal', precision: 15, scale: 2 };
    assert.deepEqual(named([field(1, decimal)], [leaf('a', 1, 'DECIMAL(15,2)')]), ['a']);
  });
  for (const [what, fields, nodes] of [
    ['a column the file lacks', [field(1), field(3)], [leaf('a', 1)]],
    ['a promoted column', [field(1)], [leaf('a', 1, 'INTEGER')]],
    [
      'a decimal of other precision',
      [field(1, { kind: 'decimal', precision: 18, scale: 2 })],
      [leaf('a', 1, 'DECIMAL(15,2)')],
    ],
    ['floats', [field(1, 'double')], [leaf('a', 1, 'DOUBLE')]],
    ['INT96', [field(1, 'timestamp')], [leaf('a', 1, 'TIMESTAMP', true)]],
    ['names that differ in case alone', [field(1)], [leaf('a', 1), leaf('A', 2)]],
    ["a name of the reader's", [field(1)], [leaf('a', 1), leaf('File_Row_Number', 2)]],
    ['no columns', [], [leaf('a', 1)]],
  ] as const) {
    test(`not ${what}`, () => assert.equal(named(fields, nodes), undefined));
  }
  test('not without ids', () => assert.equal(named([field(1)], [leaf('a', undefined)], false), undefined));

  test('a folder called like a column says nothing', { skip: threadsMissing }, async () => {
    await using table = await openTestTable();
    const schema = schemaOf(['id', 'long'], ['s', 'string']);
    const files = await table.connection.writeData(
      table.request(`SELECT * FROM (VALUES (1, 'x'), (2, 'y')) AS v(id, s)`, schema, {
        dataLocation: `file://${table.folder}/t/id=99`,
      }),
    );
    assert.deepEqual(await table.readBack(table.planOf(schema, files)), [
      [1n, 'x'],
      [2n, 'y'],
    ]);
  });
});

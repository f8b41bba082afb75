import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SqlError } from '../../src/base/sql-error.ts';
import type { DataFile, NestedField, Schema, Type } from '../../src/iceberg/iceberg.ts';
import type { PlannedFile } from '../../src/plan/plan.ts';
import { refuseUnreadable } from '../../src/plan/refuse-unreadable.ts';

const schemaOf = (...fields: readonly NestedField[]): Schema => ({ schemaId: 0, identifierFieldIds: [], fields });
const column = (id: number, type: Type, more: Partial<NestedField> = {}): NestedField => {
  return { id, name: `c${id}`, required: false, type, ...more };
};
const nothing = { files: [], positionDeletes: [], equalityDeletes: [] };

const file = (changed: Partial<DataFile>): DataFile => ({
  content: 'data',
  path: 'p',
  format: 'parquet',
  specId: 0,
  partition: [],
  recordCount: 1,
  sizeBytes: 1,
  ...changed,
});

const planned = (of: DataFile): PlannedFile => ({
  file: of,
  spec: { specId: 0, fields: [] },
  dataSequenceNumber: 1n,
  positionDeletes: [],
  equalityDeletes: [],
});

function refusal(run: () => void): string {
  try {
    run();
  } catch (error) {
    const { sqlstate, message, hint } = (error as SqlError).fields;
    assert.equal(sqlstate, '0A000');
    assert.ok(hint);
    return message;
  }
  throw new Error('nothing was refused');
}

test('columns that are read must be readable, others may be anything', () => {
  const nested: Type = { kind: 'list', elementId: 9, element: 'timestamp_ns', elementRequired: false };
  const cases: readonly (readonly [NestedField, string])[] = [
    [column(2, 'variant'), 'reading type variant (column "c2" of table "t") is not supported'],
    [column(2, nested), 'reading type timestamp_ns (column "c2.element" of table "t") is not supported'],
    [column(2, 'int', { initialDefault: 5 }), 'reading initial default (column "c2" of table "t") is not supported'],
  ];
  for (const [odd, message] of cases) {
    const schema = schemaOf(column(1, 'int'), odd);
    assert.equal(
      refusal(() => refuseUnreadable('t', schema, nothing)),
      message,
    );
    refuseUnreadable('t', schema, nothing, new Set([1]));
  }
  refuseUnreadable('t', schemaOf(column(1, 'int', { initialDefault: null, writeDefault: 7 })), nothing);
});

test('files must be plain Parquet', () => {
  const schema = schemaOf(column(1, 'int'));
  const refused = (changed: Partial<DataFile>) =>
    refusal(() => refuseUnreadable('t', schema, { ...nothing, files: [planned(file(changed))] }));
  assert.match(refused({ format: 'avro' }), /^reading Avro data file "p" of table "t"/);
  assert.match(refused({ keyMetadata: Uint8Array.of(1) }), /^reading encrypted file "p"/);
  const position = file({ content: 'position-deletes', format: 'orc' });
  assert.match(
    refusal(() => refuseUnreadable('t', schema, { ...nothing, positionDeletes: [position] })),
    /^reading ORC delete file/,
  );
  const equality = { file: file({ content: 'equality-deletes', format: 'avro' }), dataSequenceNumber: 1n, fields: [] };
  assert.match(
    refusal(() => refuseUnreadable('t', schema, { ...nothing, equalityDeletes: [equality] })),
    /^reading Avro delete file/,
  );
  const vector = file({ content: 'position-deletes', format: 'puffin' });
  assert.match(
    refusal(() => refuseUnreadable('t', schema, { ...nothing, positionDeletes: [vector] })),
    /^reading deletion vectors/,
  );
  refuseUnreadable('t', schema, { ...nothing, files: [planned(file({}))] });
});

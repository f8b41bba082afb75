import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { addColumn } from '../../src/iceberg/add-column.ts';
import { applyUpdates } from '../../src/iceberg/apply-updates.ts';
import { currentSchema } from '../../src/iceberg/change-field.ts';
import { dropColumn } from '../../src/iceberg/drop-column.ts';
import { makeColumnOptional } from '../../src/iceberg/make-column-optional.ts';
import { meets } from '../../src/iceberg/metadata-update.ts';
import { newTableMetadata } from '../../src/iceberg/new-table.ts';
import { promoteColumn } from '../../src/iceberg/promote-column.ts';
import { renameColumn } from '../../src/iceberg/rename-column.ts';
import { setColumnDoc } from '../../src/iceberg/set-column-doc.ts';
import { setPartitioning } from '../../src/iceberg/set-partitioning.ts';
import type { Snapshot, TableMetadata, Type } from '../../src/iceberg/iceberg.ts';
import type { NewTable } from '../../src/iceberg/new-table.ts';

const struct: Type = {
  kind: 'struct',
  fields: [
    { id: 4, name: 'x', required: false, type: 'int' },
    { id: 5, name: 'y', required: true, type: 'string' },
  ],
};

function table(other: Partial<NewTable> = {}): TableMetadata {
  return newTableMetadata(
    {
      schema: {
        schemaId: 0,
        fields: [
          { id: 1, name: 'id', required: true, type: 'int' },
          { id: 2, name: 'price', required: true, type: { kind: 'decimal', precision: 9, scale: 2 } },
          { id: 3, name: 's', required: false, type: struct },
        ],
        identifierFieldIds: [1],
      },
      spec: { specId: 0, fields: [] },
      sortOrder: { orderId: 0, fields: [] },
      location: 's3://b/t/',
      properties: {},
      formatVersion: 2,
      ...other,
    },
    1000,
  );
}

const shape = (metadata: TableMetadata): string =>
  currentSchema(metadata)
    .fields.map(({ id, name }) => `${id}:${name}`)
    .join(' ');

suite('columns', () => {
  test('a new column and everything in it get ids that were never used', () => {
    const type: Type = { kind: 'list', elementId: 1, element: struct, elementRequired: false };
    const added = addColumn(addColumn(table(), { name: 'a', type: 'int', doc: 'first' }), { name: 'l', type });
    assert.equal(shape(added), '1:id 2:price 3:s 6:a 7:l');
    assert.equal(added.lastColumnId, 10);
    const list = currentSchema(added).fields[4]!.type;
    assert.deepEqual(list, {
      kind: 'list',
      elementId: 8,
      elementRequired: false,
      element: {
        kind: 'struct',
        fields: [
          { id: 9, name: 'x', required: false, type: 'int' },
          { id: 10, name: 'y', required: true, type: 'string' },
        ],
      },
    });
    const again = addColumn(dropColumn(added, 'l'), { name: 'l', type: 'int' });
    assert.equal(shape(again), '1:id 2:price 3:s 6:a 11:l');
    assert.equal(again.schemas.length, 4, 'the schema without it is there already');
    assert.throws(() => addColumn(added, { name: 'a', type: 'int' }), { sqlstate: '42701' });
  });

  test('fields of a struct are added, renamed and dropped by path', () => {
    const changed = dropColumn(renameColumn(addColumn(table(), { name: 'z', type: 'long' }, ['s']), ['s', 'x'], 'xx'), [
      's',
      'y',
    ]);
    const inside = currentSchema(changed).fields[2]!.type as Extract<Type, { kind: 'struct' }>;
    assert.deepEqual(
      inside.fields.map(({ id, name }) => `${id}:${name}`),
      ['4:xx', '6:z'],
    );
    assert.throws(() => renameColumn(changed, ['s', 'xx'], 'z'), { sqlstate: '42701' });
    assert.throws(() => renameColumn(changed, ['s', 'gone'], 'z'), { sqlstate: '42703' });
    assert.throws(() => addColumn(changed, { name: 'z', type: 'int' }, ['id']), { sqlstate: '42809' });
  });

  test('only widening is a promotion', () => {
    const promoted = promoteColumn(promoteColumn(table(), 'id', 'long'), 'price', {
      kind: 'decimal',
      precision: 12,
      scale: 2,
    });
    assert.deepEqual(
      currentSchema(promoted)
        .fields.slice(0, 2)
        .map(({ type }) => type),
      ['long', { kind: 'decimal', precision: 12, scale: 2 }],
    );
    for (const [column, type] of [
      ['id', 'string'],
      ['id', 'double'],
      ['price', { kind: 'decimal', precision: 12, scale: 3 }],
      ['price', { kind: 'decimal', precision: 8, scale: 2 }],
    ] as const) {
      assert.throws(() => promoteColumn(table(), column, type), { sqlstate: '0A000' });
    }
    assert.throws(() => promoteColumn(promoted, 'id', 'int'), { sqlstate: '0A000' });
  });

  test('what others need stays', () => {
    const sorted = table({
      spec: { specId: 0, fields: [{ fieldId: 1000, sourceId: 4, name: 'x', transform: { kind: 'identity' } }] },
      sortOrder: {
        orderId: 1,
        fields: [{ sourceId: 2, transform: { kind: 'identity' }, direction: 'asc', nullOrder: 'nulls-last' }],
      },
    });
    for (const column of ['id', 'price', 's']) assert.throws(() => dropColumn(sorted, column), { sqlstate: '2BP01' });
    assert.throws(() => makeColumnOptional(sorted, 'id'), { sqlstate: '2BP01' });
    assert.equal(currentSchema(makeColumnOptional(sorted, 'price')).fields[1]!.required, false);
  });

  test('an equal schema is used again', () => {
    const there = setColumnDoc(table(), 'id', 'the key');
    assert.equal(currentSchema(there).fields[0]!.doc, 'the key');
    const back = setColumnDoc(there, 'id', undefined);
    assert.deepEqual([back.currentSchemaId, back.schemas.length], [0, 2]);
  });

  test('a name mapping follows renames and new columns', () => {
    const mapping = [
      { 'field-id': 1, names: ['id'] },
      { 'field-id': 3, names: ['s'], fields: [{ 'field-id': 4, names: ['x'] }] },
      { names: ['free'] },
    ];
    const mapped = table({ properties: { 'schema.name-mapping.default': JSON.stringify(mapping) } });
    const changed = addColumn(renameColumn(renameColumn(mapped, ['s', 'x'], 'w'), 'id', 'key'), {
      name: 'free',
      type: 'int',
    });
    assert.deepEqual(JSON.parse(changed.properties['schema.name-mapping.default']!), [
      { 'field-id': 1, names: ['id', 'key'] },
      { 'field-id': 3, names: ['s'], fields: [{ 'field-id': 4, names: ['x', 'w'] }] },
      { names: [] },
      { 'field-id': 6, names: ['free'] },
    ]);
  });
});

suite('partitioning', () => {
  const day = { sourceId: 1, name: 'd', transform: { kind: 'identity' } } as const;
  const bucket = { sourceId: 1, name: 'b', transform: { kind: 'bucket', buckets: 4 } } as const;

  test('equivalent fields keep their ids and equal specs are used again', () => {
    const first = setPartitioning(table(), [day]);
    const both = setPartitioning(first, [bucket, day]);
    const none = setPartitioning(both, []);
    const back = setPartitioning(none, [day]);
    assert.deepEqual(
      both.partitionSpecs.map(({ specId, fields }) => [specId, fields.map(({ fieldId }) => fieldId)]),
      [
        [0, []],
        [1, [1000]],
        [2, [1001, 1000]],
      ],
    );
    assert.deepEqual(
      [none.defaultSpecId, back.defaultSpecId, back.lastPartitionId, back.partitionSpecs.length],
      [0, 1, 1001, 3],
    );
  });

  test('v1 keeps the place of a dropped field', () => {
    const changed = setPartitioning(setPartitioning(table({ formatVersion: 1 }), [day]), [{ ...bucket, name: 'd' }]);
    const spec = changed.partitionSpecs.at(-1)!;
    assert.deepEqual(
      spec.fields.map(({ fieldId, name, transform }) => [fieldId, name, transform.kind]),
      [
        [1000, 'd_1000', 'void'],
        [1001, 'd', 'bucket'],
      ],
    );
  });
});

suite('snapshots and references', () => {
  const snapshot = (snapshotId: bigint, timestampMs: number): Snapshot => ({
    snapshotId,
    sequenceNumber: snapshotId,
    timestampMs,
    summary: {},
  });
  const main = (snapshotId: bigint) =>
    ({ action: 'set-snapshot-ref', name: 'main', ref: { snapshotId, type: 'branch' } }) as const;
  const three = [1n, 2n, 3n].reduce(
    (metadata, id) =>
      applyUpdates(
        metadata,
        [{ action: 'add-snapshot', snapshot: snapshot(id, 1000 * Number(id) + 1000) }, main(id)],
        1000 * Number(id) + 1000,
      ),
    table(),
  );

  test('the log follows what is current, also backwards', () => {
    const back = applyUpdates(three, [main(1n)], 9000);
    assert.deepEqual(
      back.snapshotLog.map(({ snapshotId, timestampMs }) => [snapshotId, timestampMs]),
      [
        [1n, 2000],
        [2n, 3000],
        [3n, 4000],
        [1n, 9000],
      ],
    );
    assert.deepEqual([back.currentSnapshotId, back.lastUpdatedMs, back.lastSequenceNumber], [1n, 9000, 3n]);
    assert.equal(applyUpdates(back, [main(2n)], 5).lastUpdatedMs, 9000, 'time does not go back');
  });

  test('removed snapshots take references and the log before them along', () => {
    const tagged = applyUpdates(
      three,
      [{ action: 'set-snapshot-ref', name: 't', ref: { snapshotId: 2n, type: 'tag' } }],
      9000,
    );
    const expired = applyUpdates(tagged, [{ action: 'remove-snapshots', snapshotIds: [1n, 2n] }], 9500);
    assert.deepEqual(
      expired.snapshots.map(({ snapshotId }) => snapshotId),
      [3n],
    );
    assert.deepEqual(Object.keys(expired.refs), ['main']);
    assert.deepEqual(
      expired.snapshotLog.map(({ snapshotId }) => snapshotId),
      [3n],
    );
  });

  test('what cannot be is refused', () => {
    assert.throws(
      () => applyUpdates(three, [{ action: 'add-snapshot', snapshot: snapshot(3n, 9000) }]),
      /exists already/,
    );
    assert.throws(
      () => applyUpdates(three, [{ action: 'add-snapshot', snapshot: { ...snapshot(9n, 9000), sequenceNumber: 3n } }]),
      /not above/,
    );
    assert.throws(() => applyUpdates(three, [main(99n)]), /does not exist/);
    assert.throws(() => applyUpdates(three, [{ action: 'upgrade-format-version', formatVersion: 1 }]), /cannot become/);
  });

  test('requirements hold or do not', () => {
    assert.equal(meets(null, { type: 'assert-create' }), true);
    assert.equal(meets(three, { type: 'assert-create' }), false);
    assert.equal(meets(three, { type: 'assert-table-uuid', uuid: three.tableUuid }), true);
    assert.equal(meets(three, { type: 'assert-ref-snapshot-id', ref: 'main', snapshotId: 3n }), true);
    assert.equal(meets(three, { type: 'assert-ref-snapshot-id', ref: 'other', snapshotId: null }), true);
    assert.equal(meets(three, { type: 'assert-last-assigned-field-id', lastColumnId: 4 }), false);
  });
});

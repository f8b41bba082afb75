import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { WriteRequest } from '../../src/engine/engine.ts';
import { writeData } from '../../src/engine/write/write-data.ts';
import { writePositionDeletes } from '../../src/engine/write/write-position-deletes.ts';
import type { Scratch, SqlRunner } from '../../src/engine/write/sql-runner.ts';
import type { IcebergValue, NestedField, PartitionSpec, PrimitiveType, Transform } from '../../src/iceberg/iceberg.ts';
import { decodeSingleValue } from '../../src/iceberg/single-value.ts';
import { openTestWriter } from './open-test-writer.ts';
import type { TestWriter } from './open-test-writer.ts';
import { applyTransform } from '../../src/iceberg/transform.ts';

let writer: TestWriter;
let folder: string;
let runner: SqlRunner;
let scratch: Scratch;

before(async () => {
  writer = await openTestWriter();
  ({ folder, runner, scratch } = writer);
});

after(async () => {
  await writer[Symbol.asyncDispose]();
});

function request(sql: string, fields: readonly NestedField[], spec: PartitionSpec, properties = {}): WriteRequest {
  return {
    statement: { sql, scans: [], parameters: [], timeZone: 'UTC' },
    schema: { schemaId: 0, fields, identifierFieldIds: [] },
    spec,
    sortOrder: { orderId: 0, fields: [] },
    properties,
    dataLocation: join(folder, 'data'),
  };
}

function field(id: number, type: PrimitiveType): NestedField {
  return { id, name: `f${id}`, required: false, type };
}

const UNPARTITIONED: PartitionSpec = { specId: 0, fields: [] };

describe('metrics of data files', () => {
  test('counts, NaNs and bounds', async () => {
    const fields = [
      field(1, 'long'),
      field(2, 'double'),
      field(3, 'string'),
      field(4, 'binary'),
      field(5, 'timestamptz'),
    ];
    const [file, ...others] = await writeData(
      runner,
      scratch,
      request(
        `SELECT * FROM (VALUES
          (1::BIGINT, 'NaN'::DOUBLE, 'aaaaaaaaaaaaaaaaaaaa', '\\x00\\xff'::BLOB, TIMESTAMPTZ '1969-12-31 23:59:59.5+00'),
          (-5::BIGINT, 0.0::DOUBLE, NULL, NULL, NULL),
          (9223372036854775807, 2.5::DOUBLE, 'zzzzzzzzzzzzzzzzzzzz', '\\x01'::BLOB, TIMESTAMPTZ '2024-01-01 00:00:00+00'))`,
        fields,
        UNPARTITIONED,
      ),
    );
    assert.equal(others.length, 0);
    assert.ok(file);
    assert.equal(file.recordCount, 3);
    assert.deepEqual(
      [...(file.nullCounts ?? [])],
      [
        [1, 0n],
        [2, 0n],
        [3, 1n],
        [4, 1n],
        [5, 1n],
      ],
    );
    assert.deepEqual([...(file.nanCounts ?? [])], [[2, 1n]]);
    const bound = (which: 'lowerBounds' | 'upperBounds', id: number): IcebergValue | undefined => {
      const bytes = file[which]?.get(id);
      return bytes && decodeSingleValue(fields[id - 1]!.type, bytes);
    };
    assert.equal(bound('lowerBounds', 1), -5n);
    assert.equal(bound('upperBounds', 1), 9223372036854775807n);
    assert.ok(Object.is(bound('lowerBounds', 2), -0));
    assert.equal(bound('upperBounds', 2), 2.5);
    assert.equal(bound('lowerBounds', 3), 'a'.repeat(16));
    assert.equal(bound('upperBounds', 3), `${'z'.repeat(15)}{`);
    assert.equal(bound('lowerBounds', 5), -500000n);
  });

  test('no rows give no file', async () => {
    assert.deepEqual(
      await writeData(runner, scratch, request('SELECT 1 WHERE false', [field(1, 'int')], UNPARTITIONED)),
      [],
    );
  });
});

const TRANSFORMS: readonly Transform[] = [
  { kind: 'identity' },
  { kind: 'year' },
  { kind: 'month' },
  { kind: 'day' },
  { kind: 'hour' },
  { kind: 'bucket', buckets: 7 },
  { kind: 'truncate', width: 10 },
];

const SOURCES: readonly {
  readonly type: PrimitiveType;
  readonly transforms: string;
  readonly values: readonly (readonly [string, IcebergValue])[];
}[] = [
  {
    type: 'int',
    transforms: 'identity bucket truncate',
    values: [
      ['-11::INT', -11],
      ['34::INT', 34],
      ['(-2147483648)::INT', -2147483648],
      ['NULL::INT', null],
    ],
  },
  {
    type: 'long',
    transforms: 'identity bucket truncate',
    values: [
      ['-11::BIGINT', -11n],
      ['(-9223372036854775808)::BIGINT', -9223372036854775808n],
      ['34::BIGINT', 34n],
    ],
  },
  {
    type: 'string',
    transforms: 'identity bucket truncate',
    values: [
      ["'iceberg and more'", 'iceberg and more'],
      ["''", ''],
      ["'a/b=c %2F \"é''x'", 'a/b=c %2F "é\'x'],
      ["'null'", 'null'],
      ['NULL::VARCHAR', null],
    ],
  },
  {
    type: { kind: 'decimal', precision: 9, scale: 2 },
    transforms: 'identity bucket truncate',
    values: [
      ['14.20::DECIMAL(9,2)', 1420n],
      ['-0.05::DECIMAL(9,2)', -5n],
    ],
  },
  {
    type: 'date',
    transforms: 'identity year month day bucket',
    values: [
      ["DATE '2017-11-16'", 17486],
      ["DATE '1969-12-31'", -1],
      ["DATE '1960-02-29'", -3594],
    ],
  },
  {
    type: 'timestamp',
    transforms: 'identity year month day hour bucket',
    values: [
      ["TIMESTAMP '2017-11-16 22:31:08'", 1510871468000000n],
      ["TIMESTAMP '1969-12-31 23:59:59.999999'", -1n],
    ],
  },
  {
    type: 'timestamptz',
    transforms: 'identity year month day hour bucket',
    values: [
      ["TIMESTAMPTZ '2017-11-16 14:31:08-08'", 1510871468000000n],
      ["TIMESTAMPTZ '1969-12-31 23:30:00+00'", -1800000000n],
    ],
  },
  { type: 'time', transforms: 'identity bucket', values: [["TIME '22:31:08'", 81068000000n]] },
  {
    type: 'uuid',
    transforms: 'identity bucket',
    values: [
      [
        "'f79c3e09-677c-4bbd-a479-3f349cb785e7'::UUID",
        Uint8Array.from(Buffer.from('f79c3e09677c4bbda4793f349cb785e7', 'hex')),
      ],
    ],
  },
  {
    type: 'binary',
    transforms: 'identity bucket truncate',
    values: [
      [
        "'\\x00\\x01\\x02\\x03\\x04\\x05\\x06\\x07\\x08\\x09\\xff'::BLOB",
        Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 255]),
      ],
    ],
  },
  {
    type: 'boolean',
    transforms: 'identity',
    values: [
      ['true', true],
      ['false', false],
    ],
  },
  {
    type: 'double',
    transforms: 'identity',
    values: [
      ["'NaN'::DOUBLE", NaN],
      ["'-inf'::DOUBLE", -Infinity],
      ['1.5e300::DOUBLE', 1.5e300],
    ],
  },
];

describe('partition values are those of the specification', () => {
  for (const { type, transforms, values } of SOURCES)
    for (const transform of TRANSFORMS.filter(({ kind }) => transforms.split(' ').includes(kind)))
      test(`${transform.kind} of ${JSON.stringify(type)}`, async () => {
        for (const [sql, value] of values) {
          const spec: PartitionSpec = { specId: 3, fields: [{ fieldId: 1000, sourceId: 1, name: 'p', transform }] };
          const files = await writeData(runner, scratch, request(`SELECT ${sql}`, [field(1, type)], spec));
          assert.deepEqual(
            files.map(({ partition }) => partition),
            [[applyTransform(transform, type, value)]],
            sql,
          );
          assert.equal(files[0]?.specId, 3);
        }
      });

  test('one file each', async () => {
    const spec: PartitionSpec = {
      specId: 0,
      fields: [
        { fieldId: 1000, sourceId: 1, name: 'a', transform: { kind: 'truncate', width: 2 } },
        { fieldId: 1001, sourceId: 2, name: 'b', transform: { kind: 'identity' } },
      ],
    };
    const rows = `SELECT i::INT, CASE WHEN i % 3 = 0 THEN NULL ELSE 'x' || (i % 3) END FROM range(6) AS t(i)`;
    const files = await writeData(runner, scratch, request(rows, [field(1, 'int'), field(2, 'string')], spec));
    const seen = files.map(({ partition, recordCount }) => JSON.stringify([partition, recordCount])).toSorted();
    assert.deepEqual(seen, [
      '[[0,"x1"],1]',
      '[[0,null],1]',
      '[[2,"x2"],1]',
      '[[2,null],1]',
      '[[4,"x1"],1]',
      '[[4,"x2"],1]',
    ]);
  });
});

test('positions are written sorted, one file for each partition', async () => {
  const spec: PartitionSpec = {
    specId: 0,
    fields: [{ fieldId: 1000, sourceId: 1, name: 'a', transform: { kind: 'identity' } }],
  };
  const files = await writeData(
    runner,
    scratch,
    request('SELECT i::INT FROM range(2) AS t(i)', [field(1, 'int')], spec),
  );
  const positions = files.map(({ path }) => `SELECT '${path}', 0::BIGINT`).join(' UNION ALL ');
  const deletes = await writePositionDeletes(runner, scratch, {
    statement: { sql: positions, scans: [], parameters: [], timeZone: 'UTC' },
    files,
    specs: [spec],
    schema: { schemaId: 0, fields: [field(1, 'int')], identifierFieldIds: [] },
    properties: {},
    dataLocation: join(folder, 'data'),
  });
  assert.equal(deletes.length, 2);
  for (const file of deletes) {
    assert.equal(file.recordCount, 1);
    assert.equal(files.find(({ path }) => path === file.referencedDataFile)?.partition[0], file.partition[0]);
    assert.equal(Buffer.from(file.lowerBounds?.get(2147483546) ?? []).toString(), file.referencedDataFile);
  }
});

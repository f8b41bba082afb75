/** Partition values of written files are those of the specification's transforms. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { IcebergValue, PartitionSpec, Transform, Type } from '../../src/iceberg/iceberg.ts';
import { applyTransform } from '../../src/iceberg/transform.ts';
import { threadsMissing } from './open-test-engine.ts';
import { openTestTable, schemaOf } from './test-table.ts';
import type { TestTable } from './test-table.ts';

/** A value that the engine gave in Iceberg's terms. */
function icebergValue(type: Type, value: unknown): IcebergValue {
  if (type === 'uuid')
    return value === null ? null : Uint8Array.from(Buffer.from((value as string).replaceAll('-', ''), 'hex'));
  if (typeof type === 'object' && value !== null) return (value as { readonly unscaled: bigint }).unscaled;
  return value as IcebergValue;
}

suite('partitions', { skip: threadsMissing }, () => {
  let opened: TestTable;
  let connection: TestTable['connection'];
  let request: TestTable['request'];
  let planOf: TestTable['planOf'];
  let readBack: TestTable['readBack'];
  before(async () => {
    opened = await openTestTable();
    ({ connection, request, planOf, readBack } = opened);
  });
  after(async () => {
    await opened?.[Symbol.asyncDispose]();
  });

  const transforms: readonly (readonly [Type, Transform, string])[] = [
    ['int', { kind: 'bucket', buckets: 16 }, `(range * 7919 - 30000)::INTEGER`],
    ['long', { kind: 'bucket', buckets: 7 }, `(range * 791900000007 - 30000)::BIGINT`],
    ['string', { kind: 'bucket', buckets: 16 }, `'ä' || range`],
    ['date', { kind: 'bucket', buckets: 5 }, `DATE '1950-01-01' + range::INTEGER * 77`],
    ['timestamptz', { kind: 'bucket', buckets: 5 }, `make_timestamptz(range * 86399999999 - 1000000000000)`],
    ['uuid', { kind: 'bucket', buckets: 8 }, `md5(range::VARCHAR)::UUID`],
    ['binary', { kind: 'bucket', buckets: 8 }, `md5(range::VARCHAR)::BLOB`],
    [
      { kind: 'decimal', precision: 20, scale: 3 },
      { kind: 'bucket', buckets: 8 },
      `((range - 50) * 1.234)::DECIMAL(20,3)`,
    ],
    ['int', { kind: 'truncate', width: 10 }, `(range - 50)::INTEGER`],
    [
      'long',
      { kind: 'truncate', width: 100 },
      `CASE WHEN range = 3 THEN -9223372036854775808 ELSE (range - 50) * 1000003 END`,
    ],
    ['string', { kind: 'truncate', width: 2 }, `chr(128512 + range::INTEGER % 3) || 'é' || range`],
    ['binary', { kind: 'truncate', width: 1 }, `md5(range::VARCHAR)::BLOB`],
    [
      { kind: 'decimal', precision: 9, scale: 2 },
      { kind: 'truncate', width: 50 },
      `((range - 50) * 0.07)::DECIMAL(9,2)`,
    ],
    ['date', { kind: 'year' }, `DATE '1950-01-01' + range::INTEGER * 177`],
    ['date', { kind: 'month' }, `DATE '1965-01-01' + range::INTEGER * 37`],
    ['date', { kind: 'day' }, `DATE '1969-12-01' + range::INTEGER`],
    ['timestamp', { kind: 'year' }, `TIMESTAMP '1969-12-31 23:59:59.999999' + to_days(range::INTEGER * 99 - 3000)`],
    ['timestamptz', { kind: 'month' }, `make_timestamptz(range * 2629800000000 - 100000000000001)`],
    ['timestamptz', { kind: 'day' }, `make_timestamptz(range * 43200000000 - 1000000000001)`],
    ['timestamp', { kind: 'hour' }, `make_timestamp(range * 1800000000 - 100000000001)`],
    ['timestamptz', { kind: 'hour' }, `make_timestamptz(range * 1800000000 - 100000000001)`],
    ['string', { kind: 'identity' }, `'a/b=' || range % 3`],
    [{ kind: 'decimal', precision: 9, scale: 2 }, { kind: 'identity' }, `(range % 3 - 1)::DECIMAL(9,2)`],
    ['boolean', { kind: 'identity' }, `range % 2 = 0`],
    ['int', { kind: 'void' }, `range::INTEGER`],
  ];
  for (const [type, transform, expression] of transforms) {
    test(`partition: ${transform.kind} of ${typeof type === 'string' ? type : type.kind}`, async () => {
      const schema = schemaOf(['id', 'long'], ['x', type]);
      const spec: PartitionSpec = { specId: 3, fields: [{ fieldId: 1000, sourceId: 2, name: 'x_part', transform }] };
      const files = await connection.writeData(
        request(`SELECT range, CASE WHEN range % 17 = 5 THEN NULL ELSE ${expression} END FROM range(100)`, schema, {
          spec,
        }),
      );
      assert.equal(
        files.reduce((sum, { recordCount }) => sum + recordCount, 0),
        100,
      );
      for (const file of files) {
        assert.equal(file.specId, 3);
        for (const [, value] of await readBack(planOf(schema, [file]))) {
          assert.deepEqual(file.partition[0], applyTransform(transform, type, icebergValue(type, value)));
        }
      }
      const keys = files.map(({ partition }) => String(partition[0]));
      assert.equal(new Set(keys).size, keys.length, 'one file a partition');
    });
  }
});

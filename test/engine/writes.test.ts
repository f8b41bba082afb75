/** Files written are read back through a plan; partition values, metrics and failure are checked. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import type { PartitionSpec, SortOrder } from '../../src/iceberg/iceberg.ts';
import { decodeSingleValue } from '../../src/iceberg/single-value.ts';
import { openStore } from '../../src/storage/open-store.ts';
import { scanMarker } from '../../src/translate/translate.ts';
import { openTestEngine, statement, threadsMissing } from './open-test-engine.ts';
import { openTestTable, schemaOf } from './test-table.ts';
import type { TestTable } from './test-table.ts';

suite('writing', { skip: threadsMissing }, () => {
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

  test('every type comes back as it was', async () => {
    const schema = schemaOf(
      ['b', 'boolean'],
      ['i', 'int'],
      ['l', 'long'],
      ['f', 'float'],
      ['d', 'double'],
      ['dt', 'date'],
      ['tm', 'time'],
      ['ts', 'timestamp'],
      ['tz', 'timestamptz'],
      ['s', 'string'],
      ['u', 'uuid'],
      ['bin', 'binary'],
      ['n', { kind: 'decimal', precision: 38, scale: 3 }],
      ['S', 'string'],
      [
        'st',
        {
          kind: 'struct',
          fields: [
            { id: 101, name: 'a', required: false, type: 'int' },
            { id: 102, name: 'B x', required: false, type: 'string' },
          ],
        },
      ],
      ['li', { kind: 'list', elementId: 103, element: 'long', elementRequired: false }],
      ['mp', { kind: 'map', keyId: 104, key: 'string', valueId: 105, value: 'double', valueRequired: false }],
    );
    const row = `SELECT true, 1::INTEGER, 9007199254740993, 1.5::FLOAT, '-0'::DOUBLE, DATE '1969-12-31', TIME '23:59:59.999999',
      TIMESTAMP '1969-12-31 23:59:59.999999', '2024-01-01 00:00:00+00'::TIMESTAMPTZ, 'ä€😀', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::UUID,
      '\\x00\\xFF'::BLOB, '-12345678901234567890123456789012345.678'::DECIMAL(38,3), 'other case',
      {'a': 1, 'B x': NULL}, [1, NULL], MAP {'k': 1.5}`;
    const files = await connection.writeData(
      request(`${row} UNION ALL SELECT ${schema.fields.map(() => 'NULL').join(', ')}`, schema),
    );
    assert.equal(files.length, 1);
    assert.equal(files[0]!.recordCount, 2);
    const [first, second] = await readBack(planOf(schema, files));
    assert.deepEqual(first, [
      true,
      1,
      9007199254740993n,
      1.5,
      -0,
      -1,
      86_399_999_999n,
      -1n,
      1_704_067_200_000_000n,
      'ä€😀',
      'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
      Uint8Array.of(0, 255),

      { kind: 'numeric', unscaled: -12345678901234567890123456789012345678n, scale: 3 },
      'other case',
      { a: 1, 'B x': null },
      [1n, null],
      [{ key: 'k', value: 1.5 }],
    ]);
    assert.deepEqual(
      second,
      schema.fields.map(() => null),
    );
    const { nullCounts, valueCounts, nanCounts } = files[0]!;
    assert.equal(nullCounts!.get(1), 1n);
    assert.equal(valueCounts!.get(1), 2n);
    assert.equal(valueCounts!.get(101), 2n);
    assert.equal(nullCounts!.get(102), 2n);
    assert.equal(nanCounts!.get(5), 0n);
  });

  test('types that the engine writes otherwise are refused', async () => {
    const schema = schemaOf(['fx', { kind: 'fixed', length: 2 }]);
    await assert.rejects(
      connection.writeData(request(`SELECT 'ab'::BLOB`, schema)),
      (error) => error instanceof SqlError && error.sqlstate === '0A000',
    );
  });

  test('bounds: never NaN, signed zeros, truncated texts', async () => {
    const schema = schemaOf(
      ['d', 'double'],
      ['s', 'string'],
      ['bin', 'binary'],
      ['n', { kind: 'decimal', precision: 9, scale: 2 }],
      ['nan', 'float'],
      ['u', 'uuid'],
    );
    const files = await connection.writeData(
      request(
        `SELECT * FROM (VALUES ('nan'::DOUBLE, 'abcdefghijklmnopqrstuvwxyz', '\\xFF\\xFF'::BLOB, 1.25, 'nan'::FLOAT, 'ffeebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::UUID),
          (0.0, '' || chr(1114111) || repeat('é', 20), ('\\xFF')::BLOB, -1.25, 'nan', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'), (-5, '0', '\\x00'::BLOB, 0, NULL, NULL))`,
        schema,
        { properties: { 'write.metadata.metrics.column.bin': 'truncate(1)' } },
      ),
    );
    const { lowerBounds, upperBounds, nanCounts } = files[0]!;
    const decoded = (bounds: ReadonlyMap<number, Uint8Array> | undefined, id: number): unknown => {
      const bytes = bounds?.get(id);
      return bytes && decodeSingleValue(schema.fields[id - 1]!.type, bytes);
    };
    assert.equal(decoded(lowerBounds, 1), -5);
    assert.ok(Object.is(decoded(upperBounds, 1), 0));
    assert.equal(nanCounts!.get(1), 1n);
    assert.equal(decoded(lowerBounds, 2), '0');
    assert.equal(decoded(upperBounds, 2), `${String.fromCodePoint(0x10ffff)}${'é'.repeat(14)}ê`);
    assert.deepEqual([...(decoded(lowerBounds, 3) as Uint8Array)], [0]);
    assert.equal(decoded(upperBounds, 3), undefined);
    assert.equal(decoded(lowerBounds, 4), -125n);
    assert.equal(decoded(upperBounds, 4), 125n);
    assert.equal(nanCounts!.get(5), 2n);
    assert.equal(lowerBounds!.has(5), false);
    assert.equal(Buffer.from(upperBounds!.get(6)!).toString('hex'), 'ffeebc999c0b4ef8bb6d6bb9bd380a11');
  });

  test('files are split at the target size and sorted', async () => {
    const schema = schemaOf(['id', 'long'], ['x', 'double']);
    const sortOrder: SortOrder = {
      orderId: 1,
      fields: [{ sourceId: 1, transform: { kind: 'identity' }, direction: 'desc', nullOrder: 'nulls-first' }],
    };
    const files = await connection.writeData(
      request(`SELECT CASE WHEN range = 7 THEN NULL ELSE range END, random() FROM range(500000)`, schema, {
        sortOrder,
        properties: { 'write.target-file-size-bytes': '1000000' },
      }),
    );
    assert.ok(files.length > 1);
    let total = 0;
    for (const file of files) {
      const rows = await readBack(planOf(schema, [file]), `SELECT c1 FROM ${scanMarker(0)}`);
      total += rows.length;
      // Null first, then descending.
      const ids = rows.map(([id]) => (id === null ? 1n << 62n : (id as bigint)));
      assert.ok(ids.every((id, i) => i === 0 || ids[i - 1]! > id));
    }
    assert.equal(total, 500_000);
  });

  test('sorted within each partition', async () => {
    const schema = schemaOf(['id', 'long'], ['p', 'string']);
    const identity = { kind: 'identity' } as const;
    const sortOrder: SortOrder = {
      orderId: 1,
      fields: [{ sourceId: 1, transform: identity, direction: 'asc', nullOrder: 'nulls-last' }],
    };
    const spec: PartitionSpec = { specId: 1, fields: [{ fieldId: 1000, sourceId: 2, name: 'p', transform: identity }] };
    const files = await connection.writeData(
      request(
        `SELECT hash(range) // 4, CASE WHEN range % 5 > 0 THEN 'it''s ' || range % 5 END FROM range(300000)`,
        schema,
        {
          sortOrder,
          spec,
        },
      ),
    );
    assert.equal(files.length, 5);
    for (const file of files) {
      assert.equal(file.sortOrderId, 1);
      const rows = await readBack(planOf(schema, [file]));
      assert.equal(rows.length, 60_000);
      assert.ok(
        rows.every(
          ([id, part], i) => part === file.partition[0] && (i === 0 || (rows[i - 1]![0] as bigint) <= (id as bigint)),
        ),
      );
    }
  });

  test('no rows make no files', async () => {
    const schema = schemaOf(['id', 'long']);
    assert.deepEqual(await connection.writeData(request('SELECT 1 WHERE false', schema)), []);
  });

  test('a failure leaves nothing behind', async () => {
    const schema = schemaOf(['id', 'long'], ['p', 'int']);
    const store = openStore();
    let left = 2;
    const failing = {
      ...store,
      publish: async (uri: string, path: string) => {
        if (left-- === 0) throw new Error('the disk is gone');
        await store.publish(uri, path);
      },
    };
    await using other = await openTestEngine({ store: failing });
    const writer = await other.engine.connect();
    const spec: PartitionSpec = {
      specId: 1,
      fields: [{ fieldId: 1000, sourceId: 2, name: 'p', transform: { kind: 'identity' } }],
    };
    const writing = writer.writeData(
      request('SELECT range, range % 5 FROM range(100)', schema, { spec, dataLocation: `${other.folder}/t/data` }),
    );
    await assert.rejects(writing, /the disk is gone/);
    const remaining = await readdir(other.folder, { recursive: true, withFileTypes: true });
    assert.deepEqual(
      remaining.filter((entry) => entry.isFile()).map(({ name }) => name),
      [],
    );
    await assert.rejects(
      writer.writeData(
        request(`SELECT range, CAST('!22012' || range AS INTEGER) FROM range(100)`, schema, {
          dataLocation: `${other.folder}/t/data`,
        }),
      ),
      (error) => error instanceof SqlError && error.sqlstate === '22012',
    );
    assert.deepEqual(await readdir(join(other.folder, 'tmp')), []);
  });

  test('position deletes: sorted, one file a partition, applied by the scan', async () => {
    const schema = schemaOf(['id', 'long'], ['p', 'int']);
    const spec: PartitionSpec = {
      specId: 1,
      fields: [{ fieldId: 1000, sourceId: 2, name: 'p', transform: { kind: 'identity' } }],
    };
    const dataFiles = await connection.writeData(request('SELECT range, range % 2 FROM range(1000)', schema, { spec }));
    assert.equal(dataFiles.length, 2);
    const pairs = dataFiles.map(({ path }) => `SELECT '${path}', range * 10 FROM range(5)`).join(' UNION ALL ');
    const deletes = await connection.writePositionDeletes({
      statement: statement(`${pairs} UNION ALL ${pairs}`),
      files: dataFiles,
      specs: [spec],
      schema,
      properties: {},
      dataLocation: `file://${opened.folder}/t/data`,
    });
    assert.equal(deletes.length, 2);
    for (const file of deletes) {
      assert.equal(file.recordCount, 5);
      const named = dataFiles.find(({ partition }) => partition[0] === file.partition[0])!;
      assert.equal(file.referencedDataFile, named.path);
      assert.equal(Buffer.from(file.lowerBounds!.get(2147483546)!).toString(), named.path);
      assert.equal(Buffer.from(file.upperBounds!.get(2147483546)!).toString(), named.path);
    }
    const rows = await readBack(planOf(schema, dataFiles, deletes), `SELECT c1 FROM ${scanMarker(0)} ORDER BY c1`);
    assert.equal(rows.length, 990);
    await assert.rejects(
      connection.writePositionDeletes({
        statement: statement(`SELECT '/nowhere.parquet', 1`),
        files: dataFiles,
        specs: [spec],
        schema,
        properties: {},
        dataLocation: `file://${opened.folder}/t/data`,
      }),
      (error) => error instanceof SqlError && error.sqlstate === 'XX001',
    );
  });
});

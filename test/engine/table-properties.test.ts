import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { WriteRequest } from '../../src/engine/engine.ts';
import type { Scratch, SqlRunner } from '../../src/engine/write/sql-runner.ts';
import { writeData } from '../../src/engine/write/write-data.ts';
import { writePositionDeletes } from '../../src/engine/write/write-position-deletes.ts';
import type { NestedField, PartitionSpec } from '../../src/iceberg/iceberg.ts';
import { openTestWriter } from './open-test-writer.ts';
import type { TestWriter } from './open-test-writer.ts';

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

const UNPARTITIONED: PartitionSpec = { specId: 0, fields: [] };
const fields: readonly NestedField[] = [
  { id: 1, name: 'f1', required: false, type: 'long' },
  { id: 2, name: 'f2', required: false, type: 'string' },
];

function request(sql: string, spec: PartitionSpec, properties: Readonly<Record<string, string>>): WriteRequest {
  return {
    statement: { sql, scans: [], parameters: [], timeZone: 'UTC' },
    schema: { schemaId: 0, fields, identifierFieldIds: [] },
    spec,
    sortOrder: { orderId: 0, fields: [] },
    properties,
    dataLocation: join(folder, 'data'),
  };
}

describe('table properties of files', () => {
  const spec: PartitionSpec = {
    specId: 0,
    fields: [{ fieldId: 1000, sourceId: 2, name: 'f2', transform: { kind: 'identity' } }],
  };
  const rows = `SELECT hash(i) >> 1, CASE WHEN i % 10 = 0 THEN 'few' ELSE 'many' END FROM range(100000) r(i)`;

  test('files of partitions have the size that is wanted, and every row once', async () => {
    const sized = { 'write.target-file-size-bytes': '200000' };
    const files = await writeData(runner, scratch, request(rows, spec, sized));
    const many = files.filter(({ partition }) => partition[0] === 'many');
    assert.ok(many.length >= 3, `${many.length} files`);
    for (const { sizeBytes } of files) assert.ok(sizeBytes <= 300_000, `${sizeBytes} bytes`);
    assert.equal(files.length - many.length, 1);
    const paths = files.map(({ path }) => `'${path}'`).join(', ');
    const counted = await runner.values({
      sql: `SELECT count(*), count(DISTINCT f1), sum(hash(f1, f2)::HUGEINT) = (SELECT sum(hash(v, p)::HUGEINT) FROM (${rows}) x(v, p)) FROM read_parquet([${paths}])`,
      scans: [],
      parameters: [],
      timeZone: 'UTC',
    });
    assert.deepEqual(counted, [['100000', '100000', true]]);
    assert.equal(
      files.reduce((sum, { recordCount }) => sum + recordCount, 0),
      100_000,
    );
  });

  test('codecs and levels are the ones asked for, others refused by name', async () => {
    const size = async (properties: Record<string, string>): Promise<number> => {
      const sql = `SELECT i, 'text ' || (i % 977) FROM range(50000) r(i)`;
      const [file] = await writeData(runner, scratch, request(sql, UNPARTITIONED, properties));
      return file!.sizeBytes;
    };
    const plain = await size({ 'write.parquet.compression-codec': 'uncompressed' });
    const best = await size({ 'write.parquet.compression-level': '19' });
    const quick = await size({ 'write.parquet.compression-level': '1' });
    assert.ok(best < quick && quick < plain, `${best} ${quick} ${plain}`);
    for (const properties of [
      { 'write.parquet.compression-codec': 'brotli' },
      { 'write.parquet.compression-codec': 'gzip', 'write.parquet.compression-level': '5' },
      { 'write.parquet.compression-level': '99' },
    ])
      await assert.rejects(size(properties), { sqlstate: '0A000' });
  });

  test('delete files are one a partition, or one a data file', async () => {
    const files = await writeData(runner, scratch, request(rows, spec, { 'write.target-file-size-bytes': '200000' }));
    const list = files.map(({ path }) => `('${path}', 0)`).join(', ');
    const deletes = async (properties: Record<string, string>): Promise<readonly string[]> => {
      const written = await writePositionDeletes(runner, scratch, {
        statement: {
          sql: `SELECT * FROM (VALUES ${list}) v(file_path, pos)`,
          scans: [],
          parameters: [],
          timeZone: 'UTC',
        },
        files,
        specs: [spec],
        schema: { schemaId: 0, fields, identifierFieldIds: [] },
        properties,
        dataLocation: join(folder, 'data'),
      });
      return written.map(({ referencedDataFile }) => referencedDataFile ?? '').toSorted();
    };
    assert.equal((await deletes({})).length, 2);
    assert.deepEqual(
      await deletes({ 'write.delete.granularity': 'file', 'write.delete.parquet.compression-codec': 'snappy' }),
      files.map(({ path }) => path).toSorted(),
    );
  });
});

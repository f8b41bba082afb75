/** Parquet that DuckDB cannot read is read from copies: the same rows at the same positions. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SqlError } from '../../src/base/sql-error.ts';
import { decompressHadoopLz4, decompressLz4 } from '../../src/engine/transcode/decompress-hadoop-lz4.ts';
import { TranscodedFiles } from '../../src/engine/transcode/transcoded-files.ts';
import type { DataFile, Schema } from '../../src/iceberg/iceberg.ts';
import type { ScanPlan } from '../../src/plan/plan.ts';
import { scanMarker } from '../../src/translate/translate.ts';
import { statement, threadsMissing } from './open-test-engine.ts';
import { openTestTable } from './test-table.ts';
import type { TestTable } from './test-table.ts';

const FILES = new URL('files/', import.meta.url);
const ROWS = 3000;
/** Written by pyarrow: the rows of `plain`, all but one column with BYTE_STREAM_SPLIT. */
const SPLIT = ['split-v1-snappy', 'split-v1-gzip', 'split-v1-lz4-raw', 'split-v2-zstd', 'split-v2-uncompressed'];

const SCHEMA: Schema = {
  schemaId: 0,
  identifierFieldIds: [],
  fields: [
    { id: 1, name: 'id', required: true, type: 'long' },
    { id: 2, name: 'i', required: false, type: 'int' },
    { id: 3, name: 'l', required: false, type: 'long' },
    { id: 4, name: 'dc', required: false, type: { kind: 'decimal', precision: 30, scale: 4 } },
    { id: 5, name: 'fx', required: false, type: { kind: 'fixed', length: 5 } },
    { id: 6, name: 'dt', required: false, type: 'date' },
    { id: 7, name: 'ts', required: false, type: 'timestamp' },
    { id: 8, name: 'f', required: false, type: 'float' },
    { id: 9, name: 's', required: false, type: 'string' },
    {
      id: 10,
      name: 'li',
      required: false,
      type: { kind: 'list', elementId: 11, element: 'int', elementRequired: false },
    },
    {
      id: 12,
      name: 'st',
      required: false,
      type: { kind: 'struct', fields: [{ id: 13, name: 'x', required: false, type: 'long' }] },
    },
  ],
};

function fileOf(name: string): DataFile {
  return {
    content: 'data',
    path: new URL(`${name}.parquet`, FILES).href,
    format: 'parquet',
    specId: 0,
    partition: [],
    recordCount: ROWS,
    sizeBytes: 1,
  };
}

suite('copies of unreadable Parquet', { skip: threadsMissing }, () => {
  let table: TestTable;
  before(async () => {
    table = await openTestTable([fileURLToPath(FILES)]);
  });
  after(async () => await table?.[Symbol.asyncDispose]());

  const rows = async (plan: ScanPlan): Promise<readonly (readonly unknown[])[]> =>
    await table.connection.values(
      statement(`SELECT * FROM ${scanMarker(0)} ORDER BY row_file, row_position`, {
        scans: [{ plan, columns: plan.schema.fields.map(({ id }) => ({ attnum: id, fieldId: id })), positions: true }],
      }),
    );

  for (const name of SPLIT) {
    test(`${name} has the rows of the plain file, in their order`, async () => {
      const plain = await rows(table.planOf(SCHEMA, [fileOf('plain')]));
      assert.equal(plain.length, ROWS);
      assert.deepEqual(
        plain.slice(0, 2).map(([id]) => Number(id)),
        [0, 1],
      );
      assert.deepEqual(await rows(table.planOf(SCHEMA, [fileOf(name)])), plain);
    });
  }

  test('filters and position deletes find their rows', async () => {
    const file = fileOf('split-v2-zstd');
    const [deletes] = await table.connection.writePositionDeletes({
      statement: statement(`SELECT '${file.path}' AS file_path, i AS pos FROM range(5, 3000, 10) AS t(i)`),
      files: [file],
      specs: [{ specId: 0, fields: [] }],
      schema: SCHEMA,
      properties: {},
      dataLocation: `file://${table.folder}/t/data`,
    });
    const sql = (where: string): string =>
      `SELECT count(*)::INTEGER, sum(c1)::INTEGER FROM ${scanMarker(0)} WHERE ${where}`;
    const plan = table.planOf(SCHEMA, [file], [deletes!]);
    assert.deepEqual(await table.readBack(plan, sql('c1 >= 2990')), [[9, 26_950]]);
    assert.deepEqual(await table.readBack(plan, sql('c1 % 10 = 5')), [[0, null]]);
    assert.deepEqual(await table.readBack(plan, sql('c2 = 1234 * 7919 % 100003 - 50000')), [[1, 1234]]);
  });

  test('a file is copied once, and the copy goes with the engine', async () => {
    const other = await openTestTable([fileURLToPath(FILES)]);
    const folder = join(other.folder, 'tmp');
    const copies = async (): Promise<readonly string[]> =>
      (await readdir(folder, { recursive: true })).filter((name) => /transcoded-.*\.parquet$/.test(name));
    const plan = other.planOf(SCHEMA, [fileOf('split-v1-gzip'), fileOf('plain')]);
    const count = `SELECT count(c2)::INTEGER FROM ${scanMarker(0)}`;
    const all = await Promise.all([other.readBack(plan, count), rows(plan)]);
    assert.equal(all[1].length, 2 * ROWS);
    const [first] = await copies();
    assert.deepEqual(await other.readBack(plan, count), all[0]);
    assert.deepEqual(await copies(), [first]);
    await other.engine[Symbol.asyncDispose]();
    assert.deepEqual(await copies(), []);
    await other[Symbol.asyncDispose]();
  });

  test('copies that are held stay, others make room', async () => {
    const path = (name: string): string => fileURLToPath(fileOf(name).path);
    const folder = join(table.folder, 'limited');
    await using probe = new TranscodedFiles(folder, 1e9);
    await using copies = new TranscodedFiles(folder, 300_000);
    const check = (): void => undefined;
    const made = await probe.path(path('split-v1-gzip'), probe, check);
    assert.ok(made.startsWith(folder));
    const holders = [{}, {}];
    const first = await copies.path(path('split-v1-gzip'), holders[0]!, check);
    await assert.rejects(
      copies.path(path('split-v1-snappy'), holders[1]!, check),
      (error) => error instanceof SqlError && error.sqlstate === '53100',
    );
    assert.equal(await copies.path(path('split-v1-gzip'), holders[1]!, check), first);
    copies.release(holders[0]!);
    await assert.rejects(copies.path(path('split-v1-snappy'), holders[1]!, check), /temporary disk space/);
    copies.release(holders[1]!);
    assert.notEqual(await copies.path(path('split-v1-snappy'), holders[1]!, check), first);
    assert.equal((await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.parquet')).length, 2);
    const stop = new SqlError({ sqlstate: '57014', message: 'stop' });
    await assert.rejects(
      copies.path(path('split-v2-zstd'), holders[1]!, () => {
        throw stop;
      }),
      stop,
    );
  });
});

test('LZ4 blocks, bare and in one or several frames of Hadoop', () => {
  const text = Buffer.concat([
    Buffer.from('one two three '.repeat(40)),
    Buffer.from(Array.from({ length: 200 }, (_, i) => i)),
  ]);
  const block = Buffer.from(LZ4_BLOCK, 'hex');
  assert.deepEqual(Buffer.from(decompressLz4(block, text.length)), text);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(text.length);
  frame.writeUInt32BE(block.length, 4);
  assert.deepEqual(Buffer.from(decompressHadoopLz4(Buffer.concat([frame, block]), text.length)), text);
  assert.deepEqual(
    Buffer.from(decompressHadoopLz4(Buffer.concat([frame, block, frame, block]), 2 * text.length)),
    Buffer.concat([text, text]),
  );
  assert.deepEqual(Buffer.from(decompressHadoopLz4(block, text.length)), text);
  const damaged = (error: unknown): boolean => error instanceof SqlError && error.sqlstate === 'XX001';
  assert.throws(() => decompressLz4(block.subarray(0, -1), text.length), damaged);
  assert.throws(() => decompressLz4(block, text.length + 1), damaged);
  assert.throws(() => decompressLz4(block, text.length - 1), damaged);
  assert.throws(() => decompressHadoopLz4(Buffer.concat([frame, block, frame]), text.length), damaged);
});

/** By liblz4. */
const LZ4_BLOCK =
  'ef6f6e652074776f207468726565200e00ffff11f0b9000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7';

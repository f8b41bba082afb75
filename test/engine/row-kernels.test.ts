/** Chunks that the kernels encode have the bytes that the loops in JavaScript give, which PostgreSQL judges elsewhere. */
import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import duckdb from '@duckdb/node-bindings';
import type { Connection } from '@duckdb/node-bindings';
import type { RowFormat } from '../../src/engine/engine.ts';
import { engineType } from '../../src/engine/row/engine-type.ts';
import { KernelsOnDemand } from '../../src/engine/row/kernel/kernels-on-demand.ts';
import { RowBuffers } from '../../src/engine/row/row-buffers.ts';
import { RowEncoder } from '../../src/engine/row/row-encoder.ts';
import { OID } from '../../src/pgtype/oid.ts';
import { plainFormat, TEXT } from './open-test-engine.ts';

/** Of `r` (random, 0 to 1), `i` (the row) and `h` (a random 64-bit integer). */
const COLUMNS: readonly (readonly [sql: string, oid: number])[] = [
  ['(h >> (i % 64)::int)', OID.int8],
  ['[0, 1, -1, 9, 10, 99, 100, 99999999, 100000000, -9223372036854775807, 9223372036854775807][i % 11 + 1]', OID.int8],
  ['(-9223372036854775807 - 1)', OID.int8],
  ['(h % 100000)::int', OID.int4],
  ['(h % 2147483648)::int', OID.int4],
  ['(h % 30000)::int', OID.int2],
  ['(h % 30000)::smallint', OID.int2],
  ['(h % 2147483648)::int', OID.int8],
  ['(h % 10000 / 100)::decimal(4, 2)', OID.numeric],
  ['(h % 1000000 / 1000)::decimal(9, 3)', OID.numeric],
  ['((h % 1000000000000) * (i % 2))::decimal(18, 6)', OID.numeric],
  ['((h >> (i % 40 + 20)::int) * 0.000001)::decimal(18, 6)', OID.numeric],
  ['[0, 10000, 100000000, 0.0001, -0.00000001, 20000.5, 9999][i % 7 + 1]::decimal(18, 8)', OID.numeric],
  ['(r * 2 - 1)::decimal(18, 17)', OID.numeric],
  ['(h % 1000000)::decimal(38, 2)', OID.numeric],
  ['(h % 100000 / 8)', OID.float8],
  ['(h % 100000) / 1000.0::double', OID.float8],
  ['r', OID.float8],
  [`[0, '-0', 1e15, 'nan', 'inf', 0.001, -999999999999.999][i % 7 + 1]::double`, OID.float8],
  ['0.5::double * (i % 1000)', OID.float8],
  ['r::float', OID.float4],
  ['h % 2 = 0', OID.bool],
  ['md5(i::varchar)[1 : i % 33]', OID.text],
  [`repeat('ß' || i, (i % 90)::int)`, OID.varchar],
  [`['a', 'a longer string that is no inline one', 'another, also of more bytes than twelve'][(r * 3)::int]`, OID.text],
  [`repeat(md5(h::varchar), (i % 40)::int)`, OID.text],
  [`encode('a' || i)`, OID.bytea],
  [`date '0001-01-01' + (abs(h) % 3652059)::int`, OID.date],
  [`date '2024-02-28' + (i % 800)::int`, OID.date],
  [`CASE WHEN i % 100 = 0 THEN 'infinity'::date ELSE date '2000-01-01' END`, OID.date],
  [`make_timestamp((h % 60000000000000000)::bigint)`, OID.timestamp],
  [`make_timestamp((i - 1000) * 1000 * (i % 1000))`, OID.timestamp],
  [`timestamp '9999-12-31 23:59:59.999999' - (i || ' microseconds')::interval`, OID.timestamp],
  [`CASE WHEN i % 100 = 0 THEN '-infinity'::timestamp ELSE timestamp '2000-01-01' END`, OID.timestamp],
  [`timestamptz '2024-01-01 00:00:00+00' + (i || ' minutes')::interval`, OID.timestamptz],
  [`(i || ' seconds')::interval`, OID.interval],
];

suite('kernels', () => {
  let connection: Connection;
  const kernels = new KernelsOnDemand();
  const buffers = new RowBuffers();
  before(async () => {
    connection = await duckdb.connect(await duckdb.open(':memory:'));
    await duckdb.query(connection, `SET TimeZone = 'UTC'`);
    await kernels.load();
    assert.ok(kernels.for(1), 'the kernels are there');
  });

  for (const format of [0, 1] as const) {
    for (const nulls of ['no', 'some', 'all'] as const) {
      test(`${format === 0 ? 'text' : 'binary'} with ${nulls} nulls`, async () => {
        const oids = COLUMNS.map(([, oid]) => oid);
        await same(columnsSql(nulls), plainFormat(oids, format), 5000);
        for (const [sql, oid] of COLUMNS)
          await same(`SELECT ${nullable(sql, nulls)} AS c`, plainFormat([oid], format), 300);
      });
    }
  }

  test('under settings whose text is for JavaScript', async () => {
    const oids = COLUMNS.map(([, oid]) => oid);
    const plain = plainFormat(oids);
    for (const settings of [
      { dateStyle: 'German, DMY' },
      { timeZone: 'Europe/Berlin' },
      { timeZone: '<+03>-03' },
      { extraFloatDigits: 0 },
    ])
      await same(columnsSql('some'), { ...plain, settings: { ...TEXT, ...settings } }, 3000);
  });

  test('strings too large for the memory of the kernels', async () => {
    await same(`SELECT i, repeat('0123456789', 2000) || i AS c`, plainFormat([OID.int8, OID.text]), 2048);
  });

  async function same(select: string, format: RowFormat, rowCount: number): Promise<void> {
    const source = `SELECT i, random() AS r, (hash(random()) >> 1)::bigint * CASE WHEN random() < 0.5 THEN 1 ELSE -1 END AS h
      FROM range(${rowCount}) AS t(i)`;
    // Random values must be the same for both.
    await duckdb.query(connection, `CREATE OR REPLACE TEMP TABLE rows AS ${select} FROM (${source})`);
    const result = await duckdb.query(connection, 'SELECT * FROM rows');
    const types = Array.from({ length: duckdb.column_count(result) }, (_, i) =>
      engineType(duckdb.column_logical_type(result, i)),
    );
    const [plain, byKernels] = [new RowEncoder(types, format), new RowEncoder(types, format, buffers, kernels)];
    for (;;) {
      const chunk = await duckdb.fetch_chunk(result);
      const size = chunk === null ? 0 : duckdb.data_chunk_get_size(chunk);
      if (chunk === null || size === 0) break;
      for (const encoder of [plain, byKernels]) {
        encoder.add(chunk, size);
        // A short chunk stands between long ones.
        encoder.add(chunk, Math.min(size, 3));
      }
      assert.equal(byKernels.byteLength, plain.byteLength);
      const [wanted, made] = [plain.take(), byKernels.take()];
      assert.equal(made.rowCount, wanted.rowCount);
      if (Buffer.compare(made.bytes, wanted.bytes) === 0) {
        buffers.giveBack(made.bytes.buffer);
        continue;
      }
      const [ours, theirs] = [fields(made.bytes), fields(wanted.bytes)];
      const different = ours.findIndex((row, i) => row.join('\n') !== theirs[i]?.join('\n'));
      assert.deepEqual(ours[different], theirs[different]);
    }
  }
});

function columnsSql(nulls: 'no' | 'some' | 'all'): string {
  return `SELECT ${COLUMNS.map(([sql], i) => `${nullable(sql, nulls)} AS c${i}`).join(', ')}`;
}

function nullable(sql: string, nulls: 'no' | 'some' | 'all'): string {
  const condition = { no: 'false', some: 'random() < 0.2', all: 'true' }[nulls];
  return `CASE WHEN ${condition} THEN NULL ELSE ${sql} END`;
}

function fields(bytes: Uint8Array): string[][] {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows: string[][] = [];
  for (let at = 0; at < view.length;) {
    const end = at + 1 + view.readInt32BE(at + 1);
    const row: string[] = [];
    for (let from = at + 7; from < end;) {
      const length = view.readInt32BE(from);
      row.push(length === -1 ? 'null' : view.toString('latin1', from + 4, from + 4 + length));
      from += 4 + Math.max(length, 0);
    }
    rows.push(row);
    at = end;
  }
  return rows;
}

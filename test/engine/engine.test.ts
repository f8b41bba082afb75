/** Streams, limits, interrupts, errors and the locks around DuckDB. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SqlError } from '../../src/base/sql-error.ts';
import type { EngineConnection, EngineValue } from '../../src/engine/engine.ts';
import { OID, arrayOidOf } from '../../src/pgtype/oid.ts';
import {
  allRows,
  allTexts,
  decodeRows,
  openTestEngine,
  plainFormat,
  statement,
  threadsMissing,
} from './open-test-engine.ts';
import type { TestEngine } from './open-test-engine.ts';

function hasState(sqlstate: string, message?: RegExp) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof SqlError, String(error));
    assert.equal(error.sqlstate, sqlstate, error.message);
    if (message !== undefined) assert.match(error.message, message);
    return true;
  };
}

suite('engine', { skip: threadsMissing }, () => {
  let opened: TestEngine;
  let connection: EngineConnection;
  before(async () => {
    opened = await openTestEngine({ memoryBytes: 400_000_000 });
    connection = await opened.engine.connect();
  });
  after(async () => {
    await connection?.[Symbol.asyncDispose]();
    await opened?.[Symbol.asyncDispose]();
  });

  test('every row arrives once and in order, strings of all lengths', async () => {
    const sql = `SELECT range::BIGINT, repeat(chr(97 + (range % 26)::INTEGER), (range % 40)::INTEGER),
      CASE WHEN range % 3 = 0 THEN NULL ELSE 'row number ' || range END FROM range(100000) ORDER BY range`;
    const rows = await allTexts(await connection.rows(statement(sql), plainFormat([OID.int8, OID.text, OID.text])));
    assert.equal(rows.length, 100_000);
    rows.forEach((row, i) => {
      assert.deepEqual(row, [
        String(i),
        String.fromCharCode(97 + (i % 26)).repeat(i % 40),
        i % 3 === 0 ? null : `row number ${i}`,
      ]);
    });
  });

  test('dictionary strings in random order', async () => {
    const sql = `SELECT v FROM (SELECT range r, ('value of the dictionary ' || (hash(range) % 5000)) AS v FROM range(60000)) ORDER BY hash(r)`;
    const rows = await allTexts(await connection.rows(statement(sql), plainFormat([OID.text])));
    const expected = await connection.values(statement(sql));
    assert.deepEqual(rows, expected);
  });

  test('no columns, no rows, one row', async () => {
    assert.deepEqual(
      await allRows(await connection.rows(statement('SELECT 1 WHERE false'), plainFormat([OID.int4]))),
      [],
    );
    const none = await connection.rows(statement('SELECT 1 FROM range(3)'), plainFormat([]));
    assert.deepEqual(await allRows(none), [[], [], []]);
  });

  test('maxRows splits batches exactly', async () => {
    const stream = await connection.rows(statement('SELECT range FROM range(5000)'), plainFormat([OID.int8]));
    const sizes: number[] = [];
    const seen: string[] = [];
    for (const wanted of [1, 7, 2048, 100_000, undefined, undefined, undefined]) {
      const batch = await stream.next(wanted);
      if (batch === undefined) break;
      assert.ok(wanted === undefined || batch.rowCount <= wanted);
      sizes.push(batch.rowCount);
      seen.push(...decodeRows(batch.bytes).map(([id]) => id!.toString()));
    }
    assert.deepEqual(sizes.slice(0, 2), [1, 7]);
    assert.deepEqual(
      seen,
      Array.from({ length: 5000 }, (_, i) => String(i)),
    );
  });

  test('a slow reader holds back the query', async () => {
    const stream = await connection.rows(
      statement(`SELECT range, repeat('x', 1000) FROM range(100000000)`),
      plainFormat([OID.int8, OID.text]),
    );
    await stream.next(1);
    const before = process.memoryUsage().rss;
    await sleep(1500);
    const grown = process.memoryUsage().rss - before;
    assert.ok(grown < 100_000_000, `${grown} bytes while nobody reads`);
    const started = Date.now();
    await stream.close();
    assert.ok(Date.now() - started < 2000);
    // The connection is free again.
    assert.deepEqual(await connection.values(statement('SELECT 42')), [[42]]);
  });

  test('an error behind rows already sent is raised, never a shorter result', async () => {
    const sql = `SELECT CAST(CASE WHEN range = 900000 THEN 'x' ELSE range::VARCHAR END AS INTEGER) FROM range(1000000)`;
    const stream = await connection.rows(statement(sql), plainFormat([OID.int4]));
    await assert.rejects(
      allRows(stream),
      (error) => error instanceof SqlError && /^(22P02|XX000)$/.test(error.sqlstate),
    );
    assert.deepEqual(await connection.values(statement('SELECT 42')), [[42]]);
  });

  for (const [what, sql] of [
    ['an aggregate', 'SELECT count(*) FROM range(100000000) a, range(1000) b WHERE a.range % 7 = b.range'],
    ['a stream', 'SELECT range FROM range(100000000000)'],
  ] as const) {
    test(`interrupt ends ${what} with 57014`, async () => {
      const stream = await connection.rows(statement(sql), plainFormat([OID.int8]));
      const reading = allRowsCount(stream);
      await sleep(100);
      const started = Date.now();
      connection.interrupt();
      await assert.rejects(reading, hasState('57014'));
      assert.ok(Date.now() - started < 1000);
      assert.deepEqual(await connection.values(statement('SELECT 42')), [[42]]);
    });
  }

  test('interrupt without a statement does nothing', async () => {
    connection.interrupt();
    await sleep(10);
    assert.deepEqual(await connection.values(statement('SELECT 42')), [[42]]);
  });

  test('dispose ends what runs', async () => {
    const other = await opened.engine.connect();
    const stream = await other.rows(statement('SELECT range FROM range(100000000000)'), plainFormat([OID.int8]));
    await stream.next(1);
    await other[Symbol.asyncDispose]();
    await assert.rejects(allRowsCount(stream));
  });

  for (const [sql, sqlstate, message] of [
    [`SELECT CAST('!22012' || range AS INTEGER) FROM range(3)`, '22012', /^division by zero$/],
    [`SELECT CAST('!22003' || range AS INTEGER) FROM range(3)`, '22003', /^integer out of range$/],
    [`SELECT CAST('!22003' || range AS DECIMAL(38,2)) FROM range(3)`, '22003', /^value overflows numeric format$/],
    [`SELECT CAST('!2201F' || range AS DOUBLE) FROM range(3)`, '2201F', /square root/],
    [`SELECT 2147483647::INTEGER + range::INTEGER FROM range(3)`, '22003', /^integer out of range$/],
    [`SELECT 9223372036854775807 + range FROM range(3)`, '22003', /^bigint out of range$/],
    [`SELECT (range::VARCHAR || 'x')::INTEGER FROM range(3)`, '22P02', /^invalid input syntax for type integer: "0x"$/],
    [`SELECT (SELECT range FROM range(3))`, '21000', /more than one row/],
    [`SELECT no_such_function(1)`, 'XX000', /^the query engine failed$/],
  ] as const) {
    test(`error: ${sql}`, async () => {
      const run = async () => await allRows(await connection.rows(statement(sql), plainFormat([OID.int4])));
      await assert.rejects(run(), hasState(sqlstate, message));
    });
  }

  test('out of memory', async () => {
    const sql = `SELECT length(list(repeat('x', 1000) || range)::VARCHAR) FROM range(3000000)`;
    await assert.rejects(connection.values(statement(sql)), hasState('53200'));
  });

  test('nothing outside of the folders can be read, written, attached or loaded', async () => {
    await writeFile(join(opened.folder, 'inside.csv'), 'a\n1\n');
    assert.deepEqual(await connection.values(statement(`SELECT * FROM read_csv('${opened.folder}/inside.csv')`)), [
      [1n],
    ]);
    for (const sql of [
      `SELECT * FROM read_csv('/etc/passwd')`,
      `SELECT * FROM read_text('/etc/hostname')`,
      `SELECT * FROM read_text('${opened.folder}/../../etc/hostname')`,
      `SELECT * FROM glob('/etc/*')`,
      `COPY (SELECT 1) TO '/tmp/bergwire-escape.csv'`,
      `COPY (SELECT 1) TO '${opened.folder}/../bergwire-escape.csv'`,
      `ATTACH '/tmp/bergwire-escape.db'`,
      `INSTALL httpfs`,
      `LOAD httpfs`,
      `SELECT * FROM read_parquet('https://127.0.0.1:1/x.parquet')`,
      `SET enable_external_access = true`,
      `SET allowed_directories = ['/']`,
      `SELECT * FROM read_csv('/proc/self/environ')`,
    ]) {
      await assert.rejects(connection.values(statement(sql)), SqlError, sql);
    }
  });

  test('parameters of every type', async () => {
    const parameters: EngineValue[] = [
      { typeOid: OID.bool, value: true },
      { typeOid: OID.int2, value: -5 },
      { typeOid: OID.int4, value: 5 },
      { typeOid: OID.int8, value: 9007199254740993n },
      { typeOid: OID.float4, value: 1.5 },
      { typeOid: OID.float8, value: -0.1 },
      { typeOid: OID.numeric, value: { kind: 'numeric', unscaled: -12345n, scale: 3 } },
      { typeOid: OID.text, value: `it's ä` },
      { typeOid: OID.bytea, value: Uint8Array.of(0, 255) },
      { typeOid: OID.uuid, value: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11' },
      { typeOid: OID.date, value: -1 },
      { typeOid: OID.time, value: 1n },
      { typeOid: OID.timestamp, value: -1n },
      { typeOid: OID.timestamptz, value: 1n },
      { typeOid: OID.interval, value: { kind: 'interval', months: 1, days: -2, micros: 3n } },
      { typeOid: OID.text, value: null },
      {
        typeOid: arrayOidOf(OID.int4)!,
        value: { kind: 'array', elementOid: OID.int4, dimensions: [{ length: 2, lowerBound: 1 }], elements: [1, null] },
      },
    ];
    const sql = `SELECT ${parameters.map((_, i) => `$${i + 1}`).join(', ')}`;
    const [row] = await connection.values(statement(sql, { parameters }));
    assert.deepEqual(
      row!.slice(0, -1),
      parameters.slice(0, -1).map(({ value }) => value),
    );
    assert.deepEqual(row!.at(-1), [1, null]);
    const nan: EngineValue = { typeOid: OID.numeric, value: { kind: 'numeric', special: 'NaN' } };
    await assert.rejects(connection.values(statement('SELECT $1', { parameters: [nan] })), hasState('0A000'));
  });

  test('two statements on one connection at a time are refused', async () => {
    const stream = await connection.rows(statement('SELECT range FROM range(100000000)'), plainFormat([OID.int8]));
    await stream.next(1);
    await assert.rejects(connection.values(statement('SELECT 1')), hasState('XX000', /already runs/));
    await stream.close();
  });

  test('connections have their own time zone and temp tables', async () => {
    await using other = await opened.engine.connect();
    await connection.run(statement('CREATE TEMP TABLE mine AS SELECT 1 AS x'));
    await assert.rejects(other.values(statement('SELECT * FROM mine')));
    const zone = `SELECT ('2024-07-01 12:00:00'::TIMESTAMP)::TIMESTAMPTZ`;
    assert.deepEqual(await other.values(statement(zone, { timeZone: 'Asia/Tokyo' })), [[1_719_802_800_000_000n]]);
    assert.deepEqual(await connection.values(statement(zone)), [[1_719_835_200_000_000n]]);
  });
});

async function allRowsCount(stream: { next(): Promise<{ rowCount: number } | undefined> }): Promise<number> {
  let total = 0;
  for (let batch = await stream.next(); batch !== undefined; batch = await stream.next()) total += batch.rowCount;
  return total;
}

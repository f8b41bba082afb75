/** What the encoder makes of DuckDB's vectors is what PostgreSQL sends, in text and binary. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import pg from 'pg';
import type { EngineConnection, RowFormat } from '../../src/engine/engine.ts';
import { decodeBinary } from '../../src/pgtype/decode-binary.ts';
import { OID } from '../../src/pgtype/oid.ts';
import type { PgValue, ResultEncoding } from '../../src/pgtype/pgtype.ts';
import { findPostgres, startPostgres } from '../support/real-postgres.ts';
import type { RealPostgres } from '../support/real-postgres.ts';
import { VALUES } from '../pgtype/values.ts';
import { allRows, allTexts, openTestEngine, plainFormat, statement, threadsMissing } from './open-test-engine.ts';
import type { TestEngine } from './open-test-engine.ts';

const DUCKDB: Readonly<Record<string, string>> = {
  bool: 'BOOLEAN',
  int2: 'SMALLINT',
  int4: 'INTEGER',
  int8: 'BIGINT',
  float4: 'FLOAT',
  float8: 'DOUBLE',
  text: 'VARCHAR',
  varchar: 'VARCHAR',
  bytea: 'BLOB',
  uuid: 'UUID',
  date: 'DATE',
  time: 'TIME',
  timestamp: 'TIMESTAMP',
  timestamptz: 'TIMESTAMPTZ',
  interval: 'INTERVAL',
  'int4[]': 'INTEGER[]',
  'text[]': 'VARCHAR[]',
  'bool[]': 'BOOLEAN[]',
  'float8[]': 'DOUBLE[]',
  'timestamp[]': 'TIMESTAMP[]',
  'bytea[]': 'BLOB[]',
  'uuid[]': 'UUID[]',
};

const skip = threadsMissing || ((await findPostgres()) === undefined ? 'no PostgreSQL server installed' : false);

suite('rows against PostgreSQL', { skip }, () => {
  let server: RealPostgres;
  let client: pg.Client;
  let opened: TestEngine;
  let connection: EngineConnection;
  before(async () => {
    server = await startPostgres();
    client = new pg.Client({ connectionString: server.connectionString });
    await client.connect();
    opened = await openTestEngine();
    connection = await opened.engine.connect();
  });
  after(async () => {
    await client?.end();
    await server?.[Symbol.asyncDispose]();
    await connection?.[Symbol.asyncDispose]();
    await opened?.[Symbol.asyncDispose]();
  });

  for (const { type, oid, literals } of VALUES.filter(({ type: name }) => name in DUCKDB)) {
    test(`${type} in text and binary`, async () => {
      const send = await client.query('SELECT typsend::text AS send FROM pg_type WHERE oid = $1', [oid]);
      const list = literals.map((literal) => `(${client.escapeLiteral(literal)}::${type})`).join(',');
      const types = { getTypeParser: () => (value: unknown) => value } as unknown as pg.CustomTypesConfig;
      const sql = `SELECT x, encode(${send.rows[0].send}(x), 'hex') FROM (VALUES ${list}) AS v(x)`;
      const server = (await client.query({ text: sql, rowMode: 'array', types })).rows as [string, string][];
      const cases = server
        .map(([text, hex]) => ({ text, binary: Buffer.from(hex, 'hex') }))
        .filter(({ binary }) => fitsDuckDb(decodeBinary(oid, binary)));
      assert.ok(cases.length > 0);
      const parameters = cases.map(({ binary }) => ({ typeOid: oid, value: decodeBinary(oid, binary) }));
      // As rows: constants in one row that are equal, as 0 and -0 are, would be computed once.
      const rows = cases.map((_, i) => `($${i + 1}::${DUCKDB[type]})`).join(', ');
      const source = statement(`SELECT x FROM (VALUES ${rows}, (NULL)) AS t(x)`, { parameters });
      const texts = await allTexts(await connection.rows(source, plainFormat([oid])));
      assert.deepEqual(texts.flat(), [...cases.map(({ text }) => text), null]);
      const binaries = await allRows(await connection.rows(source, plainFormat([oid], 1)));
      const hex = binaries.flat().map((field) => field?.toString('hex') ?? null);
      assert.deepEqual(hex, [...cases.map(({ binary }) => binary.toString('hex')), null]);
    });
  }

  const numericRows = async (sql: string, encoding: ResultEncoding, format: 0 | 1): Promise<(Buffer | null)[]> => {
    const plain = plainFormat([OID.numeric], format);
    const rows = await connection.rows(statement(sql), { ...plain, encodings: [encoding] } satisfies RowFormat);
    return (await allRows(rows)).map(([field]) => field ?? null);
  };

  const OPERANDS = [
    '0',
    '1',
    '-1',
    '3',
    '7',
    '0.1',
    '-0.25',
    '9999',
    '10000',
    '10001',
    '99999999',
    '0.0001',
    '123456789.123456789',
    '1e15',
    '-5e-9',
    '2.5',
    '1e-12',
    '4999.5',
    '0.00',
    '100.000',
  ];

  test('quotients have the digits of numeric_div', async () => {
    const divisors = OPERANDS.filter((text) => Number(text) !== 0);
    const pairs = OPERANDS.flatMap((a) => divisors.map((b) => [a, b] as const));
    const values = pairs.map(([a, b]) => `(${a}::numeric, ${b}::numeric)`).join(',');
    const { rows } = await client.query({
      text: `SELECT a::text, scale(a), b::text, scale(b), (a / b)::text, encode(numeric_send(a / b), 'hex') FROM (VALUES ${values}) AS v(a, b)`,
      rowMode: 'array',
    });
    const unscaled = (text: string): string => text.replace('.', '');
    const source = (rows as string[][])
      .map(([a, aScale, b, bScale]) => `(${unscaled(a!)}::HUGEINT, ${aScale}, ${unscaled(b!)}::HUGEINT, ${bScale})`)
      .join(',');
    const sql = `SELECT * FROM (VALUES ${source}) AS v(a, sa, b, sb)`;
    const encoding: ResultEncoding = {
      kind: 'quotient',
      numerator: 0,
      numeratorScale: { column: 1 },
      denominator: 2,
      denominatorScale: { column: 3 },
    };
    const texts = (await numericRows(sql, encoding, 0)).map(String);
    assert.deepEqual(
      texts,
      (rows as string[][]).map((row) => row[4]),
    );
    const binaries = (await numericRows(sql, encoding, 1)).map((bytes) => bytes!.toString('hex'));
    assert.deepEqual(
      binaries,
      (rows as string[][]).map((row) => row[5]),
    );
  });

  test('variance and standard deviation have the digits of numeric_stddev_internal', async () => {
    const samples = [
      ['1', '2', '4'],
      ['1.50', '2.25', '-3.125'],
      ['5'],
      ['7', '7', '7'],
      ['0.001', '1000000.5', '3'],
      ['-1', '1'],
      ['123456789.12', '0.01', '55.5', '-9'],
    ];
    for (const kind of ['var_pop', 'var_samp', 'stddev_pop', 'stddev_samp'] as const) {
      for (const sample of samples) {
        const { rows } = await client.query({
          text: `SELECT ${kind}(x)::text, max(scale(x)), count(*), sum(x)::text, sum(x * x)::text FROM unnest($1::numeric[]) AS x`,
          values: [sample],
          rowMode: 'array',
        });
        const [expected, scale, count, sum, squares] = rows[0] as [string | null, number, string, string, string];
        const rescaled = (text: string, digits: number): string => {
          const [whole, fraction = ''] = text.split('.');
          return `${whole}${fraction.padEnd(digits, '0')}`;
        };
        const sql = `SELECT ${count}::BIGINT, ${rescaled(sum, scale)}::HUGEINT, ${rescaled(squares, 2 * scale)}::HUGEINT`;
        const encoding: ResultEncoding = { kind: 'variance', count: 0, sum: 1, sumOfSquares: 2, scale, of: kind };
        const [text] = await numericRows(sql, encoding, 0);
        assert.equal(text?.toString() ?? null, expected, `${kind} of ${sample.join(', ')}`);
      }
    }
  });

  test('display scales: zeros added, never digits cut', async () => {
    const sql = `SELECT x, s FROM (VALUES (1.50::DECIMAL(38,4), 2), (1.2345, 2), (-0.0001, 6), (0, 0), (99999999999999999999.5, 1), (NULL, 3)) AS v(x, s)`;
    const texts = await numericRows(sql, { kind: 'numeric', column: 0, displayScale: { column: 1 } }, 0);
    assert.deepEqual(
      texts.map((text) => text?.toString() ?? null),
      ['1.50', '1.2345', '-0.000100', '0', '99999999999999999999.5', null],
    );
    const padded = await numericRows(
      'SELECT 1.5::DECIMAL(9,1) UNION ALL SELECT -0.1',
      { kind: 'numeric', column: 0, displayScale: 3 },
      0,
    );
    assert.deepEqual(padded.map(String), ['1.500', '-0.100']);
    const wide = await numericRows('SELECT 7::HUGEINT', { kind: 'numeric', column: 0, displayScale: 2 }, 0);
    assert.deepEqual(wide.map(String), ['7.00']);
  });
});

/** Outside: timestamps beyond 64 bits, arrays of several dimensions or other bounds. */
function fitsDuckDb(value: PgValue): boolean {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value;
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return true;
  if (value.kind !== 'array') return true;
  return value.dimensions.length <= 1 && value.dimensions.every(({ lowerBound }) => lowerBound === 1);
}

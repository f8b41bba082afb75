/** Every text and binary form is Postgres' own: a native server judges what we decode and format. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import fc from 'fast-check';
import pg from 'pg';
import type { SqlError } from '../../src/base/sql-error.ts';
import { canonicalJsonb } from '../../src/pgtype/canonical-jsonb.ts';
import { decodeBinary } from '../../src/pgtype/decode-binary.ts';
import { decodeText } from '../../src/pgtype/decode-text.ts';
import { encodeBinary } from '../../src/pgtype/encode-binary.ts';
import { textFormatter } from '../../src/pgtype/text-formatter.ts';
import type { TextSettings } from '../../src/pgtype/pgtype.ts';
import { withinTypmod } from '../../src/pgtype/within-typmod.ts';
import { findPostgres, startPostgres } from '../support/real-postgres.ts';
import type { RealPostgres } from '../support/real-postgres.ts';
import { VALUES } from './values.ts';

/** Declared type, oid, typmod, literals. */
const TYPMODS: readonly (readonly [string, number, number, readonly string[]])[] = [
  ['varchar(3)', 1043, 7, ['', 'abc', 'abc  ', 'ab d', 'äöü', '😀😀😀😀']],
  ['char(3)', 1042, 7, ['', 'abc', 'abc  ', 'abcd', 'a']],
  ['numeric(5,2)', 1700, ((5 << 16) | 2) + 4, ['1', '1.005', '-1.005', '999.994', '999.995', 'NaN', 'Infinity', '1e2']],
  ['numeric(2,-2)', 1700, ((2 << 16) | (-2 & 0x7ff)) + 4, ['149', '150', '9949', '9950', '-150']],
  ['numeric(2,4)', 1700, ((2 << 16) | 4) + 4, ['0.00994', '0.00995', '0.1']],
  ['time(2)', 1083, 2, ['12:00:00.005', '12:00:00.004999', '23:59:59.999']],
  [
    'timestamp(0)',
    1114,
    0,
    ['2024-01-01 00:00:00.5', '1969-12-31 23:59:59.5', 'infinity', '1960-01-01 00:00:00.499999'],
  ],
  ['bit(3)', 1560, 3, ['101', '10', '1010']],
  ['varbit(3)', 1562, 3, ['101', '10', '1010']],
  ['varchar(2)[]', 1015, 6, ['{ab,a}', '{abc}']],
];

const installed = (await findPostgres()) !== undefined;

suite('types against PostgreSQL', { skip: installed ? false : 'no PostgreSQL server installed' }, () => {
  let server: RealPostgres;
  let client: pg.Client;
  before(async () => {
    server = await startPostgres();
    client = new pg.Client({ connectionString: server.connectionString });
    await client.connect();
    for (const [declared] of TYPMODS)
      await client.query(`CREATE TEMP TABLE ${declared.replace(/\W+/g, '_')} (x ${declared})`);
  });
  after(async () => {
    await client?.end();
    await server?.[Symbol.asyncDispose]();
  });

  /** Text as the server prints it, and the bytes of the type's send function. */
  const serverForms = async (
    { type, oid }: { readonly type: string; readonly oid: number },
    literals: readonly string[],
  ): Promise<readonly { readonly text: string; readonly binary: Buffer }[]> => {
    const send = await client.query('SELECT typsend::text AS send FROM pg_type WHERE oid = $1', [oid]);
    const list = literals.map((literal) => `(${client.escapeLiteral(literal)}::${type})`).join(',');
    const sql = `SELECT x, encode(${send.rows[0].send}(x), 'hex') FROM (VALUES ${list}) AS v(x)`;
    const types = { getTypeParser: () => (value: unknown) => value } as unknown as pg.CustomTypesConfig;
    const result = await client.query({ text: sql, rowMode: 'array', types });
    return (result.rows as string[][]).map(([text, hex]) => ({ text: text!, binary: Buffer.from(hex!, 'hex') }));
  };

  const settings: TextSettings = {
    dateStyle: 'ISO, MDY',
    intervalStyle: 'postgres',
    timeZone: 'UTC',
    extraFloatDigits: 1,
    byteaOutput: 'hex',
  };
  const variants: readonly (readonly [string, string, Partial<TextSettings>])[] = [
    ['defaults', '', {}],
    ['ISO, DMY', 'SET DateStyle TO ISO, DMY', { dateStyle: 'ISO, DMY' }],
    ['SQL, MDY', 'SET DateStyle TO SQL, MDY', { dateStyle: 'SQL, MDY' }],
    ['SQL, DMY', 'SET DateStyle TO SQL, DMY', { dateStyle: 'SQL, DMY' }],
    ['German', 'SET DateStyle TO German', { dateStyle: 'German, DMY' }],
    ['Postgres, MDY', 'SET DateStyle TO Postgres, MDY', { dateStyle: 'Postgres, MDY' }],
    ['Postgres, DMY', 'SET DateStyle TO Postgres, DMY', { dateStyle: 'Postgres, DMY' }],
    ['New York', "SET TimeZone TO 'America/New_York'", { timeZone: 'America/New_York' }],
    ['Kolkata', "SET TimeZone TO 'Asia/Kolkata'", { timeZone: 'Asia/Kolkata' }],
    ['Lord Howe', "SET TimeZone TO 'Australia/Lord_Howe'", { timeZone: 'Australia/Lord_Howe' }],
    ['+3', 'SET TimeZone TO 3', { timeZone: '<+03>-03' }],
    ['sql_standard', 'SET IntervalStyle TO sql_standard', { intervalStyle: 'sql_standard' }],
    ['verbose', 'SET IntervalStyle TO postgres_verbose', { intervalStyle: 'postgres_verbose' }],
    ['iso_8601', 'SET IntervalStyle TO iso_8601', { intervalStyle: 'iso_8601' }],
    ['digits 0', 'SET extra_float_digits TO 0', { extraFloatDigits: 0 }],
    ['digits -3', 'SET extra_float_digits TO -3', { extraFloatDigits: -3 }],
    ['digits -15', 'SET extra_float_digits TO -15', { extraFloatDigits: -15 }],
    ['escape', 'SET bytea_output TO escape', { byteaOutput: 'escape' }],
  ];

  for (const [name, set, changed] of variants) {
    test(`text output: ${name}`, async () => {
      await client.query('RESET ALL');
      if (set !== '') await client.query(set);
      const format = textFormatter({ ...settings, ...changed });
      const wrong: string[] = [];
      for (const entry of VALUES) {
        for (const [i, { text, binary }] of (await serverForms(entry, entry.literals)).entries()) {
          const value = decodeBinary(entry.oid, binary);
          assert.ok(value !== null);
          const ours = format(entry.oid, value);
          if (ours !== text) wrong.push(`${entry.type} ${entry.literals[i]}: ${ours}, expected ${text}`);
        }
      }
      assert.deepEqual(wrong, []);
    });
  }

  test('binary output and text input', async () => {
    await client.query('RESET ALL');
    const wrong: string[] = [];
    let read = 0;
    for (const entry of VALUES) {
      for (const [i, { binary }] of (await serverForms(entry, entry.literals)).entries()) {
        const value = decodeBinary(entry.oid, binary);
        assert.ok(value !== null);
        if (!binary.equals(encodeBinary(entry.oid, value))) wrong.push(`${entry.type} ${entry.literals[i]}: binary`);
        const decoded = decodeText(entry.oid, entry.literals[i]!);
        if (decoded === undefined) continue;
        read++;
        if (decoded === null || !binary.equals(encodeBinary(entry.oid, decoded))) {
          wrong.push(`${entry.type} ${entry.literals[i]}: input`);
        }
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(read > 100, `only ${read} literals were read without Postgres`);
  });

  test('random jsonb', async () => {
    await client.query('RESET ALL');
    const spaced = (text: string): string => text.replace(/([:,[{])/g, '$1 \t');
    const numbers = fc.tuple(
      fc.constantFrom('', '-'),
      fc.nat(),
      fc.constantFrom('', '.0', '.50', '.00012'),
      fc.constantFrom('', 'e2', 'E-7', 'e+3'),
    );
    const texts = fc.sample(
      fc.oneof(
        fc.json({ maxDepth: 4 }),
        fc.json({ maxDepth: 2 }).map((text) => (text.includes('"') ? text : spaced(text))),
        numbers.map((parts) => `{"b": ${parts.join('')}, "aa": [${parts.join('')}], "b":1, "a":"\\u00e9\\n\\/"}`),
      ),
      { numRuns: 1000, seed: 7 },
    );
    const usable = texts.filter((text) => !/\\u0000|\\ud[89a-f]/i.test(text) && text.isWellFormed());
    const result = await client.query('SELECT x::jsonb::text AS x FROM unnest($1::text[]) AS x', [usable]);
    const wrong = usable.flatMap((text, i) => {
      const expected = result.rows[i].x as string;
      const ours = canonicalJsonb(text);
      return ours === expected ? [] : [`${text}: ${ours}, expected ${expected}`];
    });
    assert.deepEqual(wrong.slice(0, 10), [], `${wrong.length} of ${usable.length}`);
    assert.ok(usable.length > 500);
  });

  test('values within a typmod', async () => {
    await client.query('RESET ALL');
    const wrong: string[] = [];
    for (const [declared, oid, typmod, literals] of TYPMODS) {
      for (const literal of literals) {
        const expected = await client
          .query(`INSERT INTO pg_temp.${declared.replace(/\W+/g, '_')} VALUES ($1) RETURNING x::text`, [literal])
          .then(
            ({ rows }) => String(rows[0].x),
            (error: pg.DatabaseError) => `${error.code} ${error.message} ${error.detail ?? ''}`,
          );
        let ours: string;
        try {
          const value = withinTypmod(oid, typmod, decodeText(oid, literal) ?? null);
          ours = value === null || value === undefined ? String(value) : textFormatter(settings)(oid, value);
          if (oid === 1042) ours = ours.trimEnd();
        } catch (error) {
          const { sqlstate, message, fields } = error as SqlError;
          ours = `${sqlstate} ${message} ${fields.detail ?? ''}`;
        }
        if (ours !== expected) wrong.push(`${declared} ${literal}: ${ours}, expected ${expected}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  test('random floats', async () => {
    await client.query('RESET ALL');
    const format = textFormatter(settings);
    // Bits of all magnitudes, and numbers of few digits, whose neighbours' midpoints may be short decimals.
    let seed = 42n;
    const random = (): bigint => (seed = (seed * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn);
    const doubles: number[] = [];
    for (let i = 0; i < 20_000; i++) {
      const bits = BigUint64Array.of(random() ^ (random() >> 32n));
      doubles.push(new Float64Array(bits.buffer)[0]!);
      doubles.push(Number(random() >> 50n) * 10 ** Number(random() >> 58n), Number(random() >> 44n) / 10 ** (i % 12));
    }
    const floats = doubles.flatMap((double, i) => [
      Math.fround(double),
      new Float32Array(Int32Array.of(i * 107_361).buffer)[0]!,
    ]);
    for (const [oid, type, values] of [
      [701, 'float8', doubles],
      [700, 'float4', floats],
    ] as const) {
      const finite = values.filter(Number.isFinite);
      const result = await client.query(`SELECT x::text AS x FROM unnest($1::${type}[]) AS x`, [
        finite.map((value) => (Object.is(value, -0) ? '-0' : String(value))),
      ]);
      const wrong = finite.flatMap((value, i) => {
        const expected = result.rows[i].x as string;
        const ours = format(oid, value);
        return ours === expected ? [] : [`${value}: ${ours}, expected ${expected}`];
      });
      assert.deepEqual(wrong.slice(0, 20), [], `${type}: ${wrong.length} of ${finite.length}`);
    }
  });

  test('text input fails as Postgres does', async () => {
    const wrong: string[] = [];
    for (const [type, oid, literal] of [
      ['bool', 16, 'x'],
      ['bool', 16, ''],
      ['bool', 16, 'o'],
      ['bool', 16, 'truex'],
      ['int2', 21, '32768'],
      ['int4', 23, '2147483648'],
      ['int8', 20, '9223372036854775808'],
      ['int4', 23, ''],
      ['int4', 23, '1.5'],
      ['int4', 23, 'abc'],
      ['int8', 20, '1 2'],
      ['int2', 21, '-'],
      ['float8', 701, 'abc'],
      ['float8', 701, '1e400'],
      ['float8', 701, '1e-400'],
      ['float4', 700, '1e40'],
      ['float4', 700, '.'],
      ['float4', 700, '1e-60'],
      ['numeric', 1700, 'abc'],
      ['numeric', 1700, ''],
      ['uuid', 2950, 'xyz'],
      ['float8', 701, ''],
    ] as const) {
      const expected = await client.query(`SELECT ${client.escapeLiteral(literal)}::${type}`).then(
        () => 'no error',
        (error: pg.DatabaseError) => `${error.code} ${error.message}`,
      );
      let ours = 'no error';
      try {
        decodeText(oid, literal);
      } catch (error) {
        ours = `${(error as { sqlstate: string }).sqlstate} ${(error as Error).message}`;
      }
      if (ours !== expected) wrong.push(`${type} '${literal}': ${ours}, expected ${expected}`);
    }
    assert.deepEqual(wrong, []);
  });
});

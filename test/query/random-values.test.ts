/** Random values of every storable type come back from a table as PostgreSQL prints and sends them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import pg from 'pg';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { startPostgres } from '../support/real-postgres.ts';
import type { RealPostgres } from '../support/real-postgres.ts';

let gateway: Gateway;
let postgres: RealPostgres;
let clients: readonly pg.Client[];

before(async () => {
  [gateway, postgres] = await Promise.all([startGateway(), startPostgres()]);
  const raw = {
    getTypeParser: () => (value: string | Buffer) => (typeof value === 'string' ? value : value.toString('hex')),
  };
  clients = [gateway, postgres].map(
    ({ host, port, user, database }) => new pg.Client({ host, port, user, database, types: raw }),
  );
  for (const client of clients) {
    await client.connect();
    await client.query('CREATE SCHEMA random; SET search_path TO random');
  }
});

after(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await Promise.all([gateway[Symbol.asyncDispose](), postgres[Symbol.asyncDispose]()]);
});

const pad = (value: number, width: number): string => String(value).padStart(width, '0');
const text = fc.string({ unit: 'grapheme', maxLength: 8 }).filter((value) => !value.includes('\0'));
const date = fc
  .tuple(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([year, month, day]) => `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`);
const clock = fc
  .tuple(fc.nat(23), fc.nat(59), fc.nat(59), fc.nat(999_999))
  .map(([hour, minute, second, micros]) => `${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}.${pad(micros, 6)}`);
const zone = fc.tuple(fc.constantFrom('+', '-'), fc.nat(14), fc.constantFrom('', ':30')).map((parts) => parts.join(''));
const decimal = (whole: number, scale: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom('', '-'), fc.bigInt({ min: 0n, max: 10n ** BigInt(whole) - 1n }), fc.nat(scale), fc.nat())
    .map(([sign, high, digits, low]) => `${sign}${high}${digits === 0 ? '' : `.${pad(low, digits).slice(0, digits)}`}`);
const interval = fc
  .tuple(fc.integer({ min: -5000, max: 5000 }), fc.integer({ min: -5000, max: 5000 }), fc.constantFrom('', '-'), clock)
  .map(([months, days, sign, time]) => `${months} mons ${days} days ${sign}${time}`);
const bits = fc.array(fc.constantFrom('0', '1'), { maxLength: 20 }).map((list) => list.join(''));
const float = fc.double({ noDefaultInfinity: false }).map(String);
const arrayOf = (element: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .array(fc.option(element), { maxLength: 4 })
    .map((list) => `{${list.map((item) => (item === null ? 'NULL' : JSON.stringify(item))).join(',')}}`);

const COLUMNS: readonly (readonly [type: string, values: fc.Arbitrary<string>])[] = [
  ['bool', fc.boolean().map(String)],
  ['int2', fc.integer({ min: -32_768, max: 32_767 }).map(String)],
  ['int4', fc.integer().map(String)],
  ['int8', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)],
  ['oid', fc.nat().map(String)],
  ['float4', fc.float().map(String)],
  ['float8', float],
  ['numeric', fc.oneof(decimal(60, 9), fc.constantFrom('NaN', 'Infinity', '-Infinity'))],
  ['numeric(20,5)', decimal(14, 9)],
  ['text', text],
  ['varchar(10)', text.filter((value) => Array.from(value).length <= 10)],
  ['char(10)', text.filter((value) => Array.from(value).length <= 10)],
  ['name', text.filter((value) => Buffer.byteLength(value) < 64)],
  ['bytea', fc.uint8Array({ maxLength: 9 }).map((bytes) => `\\x${Buffer.from(bytes).toString('hex')}`)],
  ['date', date],
  ['time', clock],
  ['time(3)', clock],
  ['timetz', fc.tuple(clock, zone).map((parts) => parts.join(''))],
  ['timestamp', fc.tuple(date, clock).map((parts) => parts.join(' '))],
  ['timestamptz', fc.tuple(date, clock, zone).map(([day, time, offset]) => `${day} ${time}${offset}`)],
  ['interval', interval],
  ['uuid', fc.uuid()],
  ['json', fc.json({ maxDepth: 2 }).filter((value) => !/\\u/i.test(value) && value.isWellFormed())],
  ['jsonb', fc.json({ maxDepth: 2 }).filter((value) => !/\\u/i.test(value) && value.isWellFormed())],
  ['varbit', bits],
  [
    'inet',
    fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.tuple(fc.ipV4(), fc.nat(32)).map((parts) => parts.join('/')),
    ),
  ],
  [
    'macaddr',
    fc
      .array(fc.nat(255), { minLength: 6, maxLength: 6 })
      .map((list) => list.map((byte) => pad(Number(byte), 3).slice(-2)).join(':')),
  ],
  ['money', decimal(12, 2)],
  ['point', fc.tuple(float, float).map((parts) => `(${parts.join(',')})`)],
  ['int2[]', arrayOf(fc.integer({ min: -32_768, max: 32_767 }).map(String))],
  ['int8[]', arrayOf(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String))],
  ['text[]', arrayOf(fc.string({ maxLength: 5 }))],
  ['numeric[]', arrayOf(decimal(50, 5))],
  ['numeric(9,2)[]', arrayOf(decimal(6, 2))],
  ['interval[]', arrayOf(interval)],
  ['timestamptz[]', arrayOf(fc.tuple(date, clock).map(([day, time]) => `${day} ${time}+00`))],
  ['float8[]', arrayOf(float)],
  ['uuid[]', arrayOf(fc.uuid())],
];

const ROWS = 40;
const SETTINGS = [
  '',
  `SET TimeZone TO 'America/New_York'; SET DateStyle TO 'ISO, DMY'`,
  `SET DateStyle TO 'German'; SET IntervalStyle TO sql_standard; SET bytea_output TO escape`,
  `SET DateStyle TO 'Postgres, MDY'; SET IntervalStyle TO iso_8601; SET extra_float_digits TO 0`,
  `SET DateStyle TO 'SQL, DMY'; SET IntervalStyle TO postgres_verbose`,
];

test('what a table holds is printed and sent alike', async () => {
  const seed = Number(process.env.RANDOM_SEED ?? Date.now() % 2 ** 31);
  const rows = fc.sample(fc.tuple(...COLUMNS.map(([, values]) => fc.option(values, { freq: 8 }))), {
    numRuns: ROWS,
    seed,
  });
  const names = COLUMNS.map((_, index) => `c${index}`);
  const marks = names.map((_, index) => `$${index + 2}`);
  const wrong: string[] = [];
  for (const client of clients)
    await client.query(`CREATE TABLE v (id int, ${COLUMNS.map(([type], index) => `c${index} ${type}`).join(', ')})`);
  for (const [id, row] of rows.entries())
    for (const client of clients)
      await client.query(`INSERT INTO v VALUES ($1, ${marks.join(', ')})`, [id, ...row]).catch((error: unknown) => {
        throw new Error(`seed ${seed}, row ${JSON.stringify(row)}`, { cause: error });
      });
  for (const settings of SETTINGS)
    for (const binary of settings === '' ? [false, true] : [false]) {
      const answers = await Promise.all(
        clients.map(async (client) => {
          await client.query(`RESET ALL; SET search_path TO random; ${settings}`);
          const config = { text: 'SELECT * FROM v ORDER BY id', binary, rowMode: 'array' } as pg.QueryArrayConfig;
          return (await client.query(config)).rows as (string | null)[][];
        }),
      );
      for (const [id, expected] of answers[1]!.entries())
        for (const [index, value] of expected.entries()) {
          const ours = answers[0]![id]![index];
          if (ours !== value)
            wrong.push(
              `${COLUMNS[index - 1]?.[0]} ${rows[id]![index - 1]} ${settings} ${binary}: ${ours}, expected ${value}`,
            );
        }
    }
  assert.equal(wrong.length, 0, `seed ${seed}: ${wrong.length} differ\n${wrong.slice(0, 20).join('\n')}`);
});

/** Statements that are asked again mean what they mean now: nothing kept from the last time shows. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { startPostgres } from '../support/real-postgres.ts';
import type { RealPostgres } from '../support/real-postgres.ts';

let gateway: Gateway;
let postgres: RealPostgres;
/** The gateway's, PostgreSQL's. */
let clients: readonly pg.Client[];

type Server = Pick<Gateway, 'host' | 'port' | 'user' | 'database'>;

async function connect({ host, port, user, database }: Server): Promise<pg.Client> {
  const client = new pg.Client({ host, port, user, database, types: { getTypeParser: () => (text: string) => text } });
  await client.connect();
  return client;
}

before(async () => {
  [gateway, postgres] = await Promise.all([startGateway(), startPostgres()]);
  clients = await Promise.all([gateway, postgres].map(connect));
});

after(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await Promise.all([gateway[Symbol.asyncDispose](), postgres[Symbol.asyncDispose]()]);
});

type Step = string | readonly [text: string, values: readonly unknown[], name?: string];

/** Rows, types, notices and the error of one statement. */
async function answer(client: pg.Client, step: Step): Promise<unknown> {
  const [text, values, name] = typeof step === 'string' ? [step] : step;
  const notices: (string | undefined)[] = [];
  const listen = ({ message }: { readonly message?: string | undefined }): number => notices.push(message);
  client.on('notice', listen);
  try {
    const asked = { text, rowMode: 'array' as const, ...(values && { values: [...values] }), ...(name && { name }) };
    const { rows, fields } = await client.query(asked);
    return { rows, fields: fields.map((field) => [field.name, field.dataTypeID]), notices };
  } catch (error) {
    const { code, message, position } = error as pg.DatabaseError;
    return { code, message, position, notices };
  } finally {
    client.off('notice', listen);
  }
}

async function same(steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    const [actual, expected] = await Promise.all(clients.map((client) => answer(client, step)));
    assert.deepEqual(actual, expected, JSON.stringify(step));
  }
}

const twice = (steps: readonly Step[]): readonly Step[] => [...steps, ...steps];

test('constants and parameters are answered as the first time', async () => {
  await same(
    twice([
      'SELECT 1',
      `SELECT 1 AS one, 'a' || 'b' AS two, NULL::int AS three WHERE true`,
      'SELECT 1 WHERE false',
      `VALUES (1, 'a'), (2, NULL)`,
      'SELECT 1/0',
      'SELECT 1; SELECT 2/0',
      `SELECT 1 AS ${'n'.repeat(70)}`,
      ['SELECT $1::int + 1', ['1']],
      ['SELECT $1::int + 1', ['2']],
      ['SELECT $1::int + 1', ['x']],
      ['SELECT $1::int + 1', [null]],
      ['SELECT $1::text, $2::text', ['a', 'b c']],
      ['SELECT $1::text, $2::text', ['a b', 'c']],
      ['SELECT $1::numeric', ['1.50']],
      ['SELECT $1::int', ['1'], 'kept'],
      ['SELECT $1::int', ['3'], 'kept'],
      `SELECT upper('x'), CASE WHEN 1 = 1 THEN 'yes' END, coalesce(NULL, 5)`,
    ]),
  );
});

test('settings between two runs of a text count', async () => {
  const asked = `SELECT DATE '2024-03-01' AS d, 0.1::float8 + 0.2::float8 AS f, '\\x01'::bytea AS b`;
  await same([
    asked,
    'SET datestyle = german',
    asked,
    'SET extra_float_digits = -3',
    asked,
    'SET bytea_output = escape',
    asked,
    'BEGIN',
    'SET LOCAL datestyle = sql',
    asked,
    'ROLLBACK',
    asked,
    'RESET ALL',
    asked,
    `SELECT timestamptz '2024-01-01 00:00+00'`,
    `SET timezone = 'Asia/Tokyo'`,
    `SELECT timestamptz '2024-01-01 00:00+00'`,
    `SELECT timestamptz '2024-01-01 00:00'`,
    'RESET timezone',
    `SELECT timestamptz '2024-01-01 00:00'`,
  ]);
});

test('what depends on the moment is asked each time', async () => {
  const [client] = clients as [pg.Client];
  const value = async (text: string) => (await client.query<[string]>({ text, rowMode: 'array' })).rows[0]![0];
  for (const text of [
    'SELECT now()',
    'SELECT random()',
    `SELECT 'now'::timestamp`,
    `SELECT timestamptz 'now'`,
    `SELECT E'\\156ow'::timestamp`,
    `SELECT U&'\\006eow'::timestamp`,
    `SELECT 'no'\n'w'::timestamp`,
    `SELECT ('{now}'::timestamp[])[1]`,
    'SELECT clock_timestamp()',
  ]) {
    const first = await value(text);
    await new Promise((resolve) => setTimeout(resolve, 2));
    assert.notEqual(await value(text), first, text);
  }
  await client.query('SET my.value = one');
  assert.equal(await value(`SELECT current_setting('my.value')`), 'one');
  await client.query('SET my.value = two');
  assert.equal(await value(`SELECT current_setting('my.value')`), 'two');
});

test('tables that come, change and go between two runs of a text count', async () => {
  const asked = 'SELECT * FROM first.t ORDER BY 1';
  const named: Step = [asked, [], 'named'];
  await same([
    'CREATE SCHEMA first',
    'CREATE SCHEMA second',
    asked,
    'CREATE TABLE first.t (id int)',
    'INSERT INTO first.t VALUES (1)',
    asked,
    named,
    named,
    'INSERT INTO first.t VALUES (2)',
    asked,
    named,
    'ALTER TABLE first.t ADD COLUMN v text',
    asked,
    named,
    'ALTER TABLE first.t DROP COLUMN v',
    named,
    'BEGIN',
    'ALTER TABLE first.t ADD COLUMN w bigint',
    asked,
    'ROLLBACK',
    asked,
    `SELECT 'first.t'::regclass::oid = 0`,
    'SET search_path = second, first',
    'SELECT * FROM t ORDER BY 1',
    'CREATE TABLE second.t (other text)',
    'SELECT * FROM t ORDER BY 1',
    'DROP TABLE second.t',
    'SELECT * FROM t ORDER BY 1',
    'SELECT  *, missing FROM t',
    'SELECT 1; SELECT  *, missing FROM t',
    'DROP TABLE first.t',
    'SELECT * FROM t ORDER BY 1',
    asked,
    named,
    'RESET search_path',
    asked,
  ]);
});

test('another gateway on the same catalog changes a table', async () => {
  const [client] = clients as [pg.Client];
  await using other = await startGateway({ folder: gateway.folder });
  const elsewhere = await connect(other);
  try {
    await client.query('CREATE TABLE public.shared (id int)');
    await client.query('INSERT INTO public.shared VALUES (1)');
    const asked = 'SELECT * FROM shared ORDER BY 1';
    const rows = async () => (await client.query<Record<string, string>>(asked)).rows;
    assert.deepEqual(await rows(), [{ id: '1' }]);
    await elsewhere.query('INSERT INTO shared VALUES (2)');
    assert.deepEqual(await rows(), [{ id: '1' }, { id: '2' }]);
    await elsewhere.query('ALTER TABLE shared RENAME COLUMN id TO number');
    assert.deepEqual(await rows(), [{ number: '1' }, { number: '2' }]);
    await elsewhere.query('DROP TABLE shared');
    await assert.rejects(rows(), { code: '42P01' });
    await elsewhere.query('CREATE TABLE shared (word text)');
    await elsewhere.query(`INSERT INTO shared VALUES ('x')`);
    assert.deepEqual(await rows(), [{ word: 'x' }]);
  } finally {
    await elsewhere.end();
  }
});

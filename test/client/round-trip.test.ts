/** Real drivers, each in its own process: create, insert, select, merge and travel in time over the wire. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { need, tools } from '../support/tools.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const run = promisify(execFile);

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
});
after(() => gateway[Symbol.asyncDispose]());

/** Standard output as lines; what the program complained about where it failed. */
async function linesOf(program: string, args: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await run(program, [...args], {
    timeout: 120_000,
    env: { ...process.env, PGCONNECT_TIMEOUT: '10' },
  });
  return stdout.trimEnd().split('\n');
}

test('psql', { skip: need('psql') }, async () => {
  const psql = (...commands: readonly string[]): Promise<readonly string[]> =>
    linesOf('psql', [
      '-X',
      '-A',
      '-t',
      '-v',
      'ON_ERROR_STOP=1',
      '-h',
      gateway.host,
      '-p',
      String(gateway.port),
      '-U',
      'bergwire',
      ...commands.flatMap((command) => ['-c', command]),
    ]);
  assert.deepEqual(
    await psql(
      'CREATE SCHEMA shell',
      'CREATE TABLE shell.items (id bigint NOT NULL, name text, price numeric(10,2)) PARTITION BY (bucket(4, id))',
      "INSERT INTO shell.items VALUES (1, 'one', 1.5), (2, 'zwei ü', 2.25), (3, NULL, NULL)",
      'SELECT * FROM shell.items ORDER BY id',
    ),
    ['CREATE SCHEMA', 'CREATE TABLE', 'INSERT 0 3', '1|one|1.50', '2|zwei ü|2.25', '3||'],
  );
  const [snapshot] = await psql('SELECT snapshot_id FROM shell."items$snapshots" ORDER BY committed_at DESC LIMIT 1');
  assert.match(snapshot!, /^\d+$/);
  assert.deepEqual(
    await psql(
      `MERGE INTO shell.items t USING (VALUES (1, 'one!'), (9, 'nine')) v(id, name) ON t.id = v.id
       WHEN MATCHED THEN UPDATE SET name = v.name WHEN NOT MATCHED THEN INSERT (id, name) VALUES (v.id, v.name)`,
      'DELETE FROM shell.items WHERE id = 3',
      'SELECT id, name FROM shell.items ORDER BY id',
      `SELECT id, name FROM shell.items AS OF SNAPSHOT ${snapshot} ORDER BY id`,
    ),
    ['MERGE 2', 'DELETE 1', '1|one!', '2|zwei ü', '9|nine', '1|one', '2|zwei ü', '3|'],
  );
  const described = await psql('\\d shell.items');
  assert.deepEqual(described.slice(0, 3), ['id|bigint||not null|', 'name|text|||', 'price|numeric(10,2)|||']);
});

test('psycopg 3', { skip: need('python') }, async () => {
  const lines = await linesOf(tools.python, [here('round_trip.py'), 'psycopg', gateway.host, String(gateway.port)]);
  assert.deepEqual(lines, [
    'inserted 3',
    '1|one|1.50',
    '2|zwei ü|2.25',
    '3|null|null',
    'merged 2',
    'one!|1.50',
    '1|one!|1.50',
    '2|zwei ü|2.25',
    '1|one|1.50',
    '2|zwei ü|2.25',
    '3|null|null',
    'refused 42703',
  ]);
});

test('SQLAlchemy', { skip: need('python') }, async () => {
  const lines = await linesOf(tools.python, [here('round_trip.py'), 'sqlalchemy', gateway.host, String(gateway.port)]);
  assert.deepEqual(lines, [
    '1|one|1.50',
    '2|zwei ü|2.25',
    '3|null|null',
    "(3, Decimal('3.75'))",
    'merged 2',
    '1|one!|1.50',
    '2|zwei ü|9.99',
    '3|null|null',
    '9|nine|null',
    '1|one|1.50',
    '2|zwei ü|2.25',
    '3|null|null',
    'refused 42703',
    'id BIGINT',
    'name TEXT',
    'price NUMERIC(10, 2)',
  ]);
});

test('pgjdbc', { skip: need('java', 'pgjdbc') }, async () => {
  const url = `jdbc:postgresql://${gateway.host}:${gateway.port}/bergwire?user=bergwire`;
  const lines = await linesOf('java', ['-cp', tools.jar('postgresql-')!, here('RoundTrip.java'), url]);
  assert.deepEqual(lines, [
    'inserted 3',
    '1|one|1.50',
    '2|zwei ü|2.25',
    '3|null|null',
    'merged 2',
    ...Array<string>(6).fill('one!|1.50'),
    'fetched 1',
    'fetched 2',
    'fetched 3',
    'fetched 9',
    '1|one|1.50',
    '2|zwei ü|2.25',
    '3|null|null',
    'id int8',
    'name text',
    'price numeric',
    'sold timestamptz',
    'refused 42703',
  ]);
});

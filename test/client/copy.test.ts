/** Real clients that copy, each in its own process. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { need, tools } from '../support/tools.ts';

const run = promisify(execFile);

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
});
after(() => gateway[Symbol.asyncDispose]());

test('psycopg and pyarrow', { skip: need('python') }, async () => {
  const script = fileURLToPath(new URL('copy_rows.py', import.meta.url));
  const { stdout } = await run(tools.python, [script, gateway.host, String(gateway.port)], { timeout: 120_000 });
  const rows = [
    String.raw`(1, 'one\t\\', Decimal('1.50'), datetime.date(2024, 2, 29))`,
    '(2, None, None, None)',
    `(3, 'q"u', Decimal('-0.01'), datetime.date(1, 1, 1))`,
  ];
  assert.deepEqual(stdout.trimEnd().split('\n'), [
    'text 3',
    'True',
    ...rows,
    'binary True',
    ...rows,
    `parquet 3 ['id', 'name', 'price', 'day'] True`,
    ...rows,
    'gave up (0,)',
    'COPY copied, line 1, column day: "2024-13-01"',
  ]);
});

test('\\copy of psql', { skip: need('psql') }, async () => {
  const input = join(gateway.folder, 'in.csv');
  const output = join(gateway.folder, 'out.csv');
  await writeFile(input, 'id,name\n1,"a ""b""\nc"\n2,\n');
  const commands = [
    'CREATE TABLE shelled (id int, name text)',
    `\\copy shelled FROM '${input}' WITH (FORMAT csv, HEADER)`,
    `\\copy (SELECT * FROM shelled ORDER BY id) TO '${output}' WITH (FORMAT csv, HEADER)`,
  ];
  const login = ['-h', gateway.host, '-p', String(gateway.port), '-U', 'bergwire'];
  const steps = commands.flatMap((command) => ['-c', command]);
  const { stdout } = await run('psql', ['-X', '-v', 'ON_ERROR_STOP=1', ...login, ...steps]);
  assert.deepEqual(stdout.trimEnd().split('\n'), ['CREATE TABLE', 'COPY 2', 'COPY 2']);
  assert.equal(await readFile(output, 'utf8'), await readFile(input, 'utf8'));
});

test('Arrow streams of pyarrow', { skip: need('python') }, async () => {
  const script = fileURLToPath(new URL('arrow_rows.py', import.meta.url));
  const { stdout } = await run(tools.python, [script, gateway.host, String(gateway.port)], { timeout: 120_000 });
  assert.deepEqual(stdout.trimEnd().split('\n'), [
    'sent 3',
    'same schema True',
    'same rows True',
    'different (0,)',
    `n: int64, anything: string, deep: string [{'n': 0, 'anything': None, 'deep': None}]`,
    '0',
    '100000 100000 row 100000',
    '22003 value "1099511627776" is out of range for type integer',
    '22P04 the stream has no column "at"',
    '22P04 column "more" of the stream is not copied',
    '42804 column "at" of the stream is a timestamp with time zone',
    `2 [(7, '1970-01-01 00:00:00'), (8, '1970-01-01 00:00:01')]`,
    '22P04 the data is no Arrow IPC stream',
  ]);
});

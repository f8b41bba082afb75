/** Functions of PostgreSQL that ask about sessions of the gateway, or act on them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { frontendBytes } from '../support/frontend-bytes.ts';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { RawClient } from '../support/raw-client.ts';
import { findPostgres, startPostgres } from '../support/real-postgres.ts';

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
});
after(() => gateway[Symbol.asyncDispose]());

type Told = { readonly name: string; readonly fields: unknown[]; readonly code: string; readonly message: string };

async function open(): Promise<{ readonly client: RawClient; readonly processId: number }> {
  const client = await RawClient.login(gateway);
  const key = (await client.until('readyForQuery')).find(({ name }) => name === 'backendKeyData');
  return { client, processId: (key as unknown as { processID: number }).processID };
}

/** Everything that a text answers with: values of rows, and SQLSTATE and message of errors and notices. */
async function told(client: RawClient, text: string): Promise<unknown[]> {
  client.send(frontendBytes({ Query: text }));
  const answers = (await client.until('readyForQuery')) as unknown as Told[];
  return answers.flatMap(({ name, fields, code, message }) => {
    if (name === 'dataRow') return fields;
    return name === 'error' || name === 'notice' ? [`${code} ${message}`] : [];
  });
}

test('pg_backend_pid() is the process id that the client was told', async () => {
  const { client, processId } = await open();
  using _ = client;
  assert.deepEqual(await told(client, 'SELECT pg_backend_pid()'), [String(processId)]);
  assert.deepEqual(await told(client, 'SELECT p FROM pg_backend_pid() p'), [String(processId)]);
  await client.query('CREATE SCHEMA pid; CREATE TABLE pid.t (a int); INSERT INTO pid.t VALUES (1)');
  assert.deepEqual(await told(client, 'SELECT a, pg_backend_pid() FROM pid.t'), ['1', String(processId)]);
  // Never a null or another session's: a default does not know who asks.
  await client.query('CREATE TABLE pid.d (a int, p int DEFAULT pg_backend_pid())');
  assert.match(String(await told(client, 'INSERT INTO pid.d (a) VALUES (1)')), /^(42704|22P02|0A000) /);
  const other = await open();
  using __ = other.client;
  assert.deepEqual(await told(other.client, 'SELECT pg_backend_pid()'), [String(other.processId)]);
});

test('pg_cancel_backend() ends the statement of another session and its own', async () => {
  const target = await open();
  const { client, processId } = await open();
  using _ = target.client;
  using __ = client;
  target.client.send(frontendBytes({ Query: 'SELECT pg_sleep(60)' }));
  let canceled = false;
  const error = target.client.error().finally(() => (canceled = true));
  while (!canceled) assert.deepEqual(await told(client, `SELECT pg_cancel_backend(${target.processId})`), ['t']);
  const { code, message } = await error;
  assert.deepEqual([code, message], ['57014', 'canceling statement due to user request']);
  await target.client.until('readyForQuery');
  assert.deepEqual(await told(target.client, 'SELECT 1'), ['1']);
  // As with PostgreSQL, the row is sent before the signal is looked at.
  const own = await told(client, `SELECT pg_cancel_backend(${processId})`);
  assert.equal(own.at(-1), '57014 canceling statement due to user request');
  assert.deepEqual(await told(client, 'SELECT pg_cancel_backend(NULL)'), [null]);
});

test('pg_terminate_backend() ends another session; who is not there is warned of', async () => {
  const target = await open();
  const { client } = await open();
  using _ = target.client;
  using __ = client;
  assert.deepEqual(await told(client, `SELECT pg_terminate_backend(${target.processId})`), ['t']);
  const { code, message } = await target.client.error();
  assert.deepEqual([code, message], ['57P01', 'terminating connection due to administrator command']);
  for (const name of ['cancel', 'terminate'])
    assert.deepEqual(await told(client, `SELECT pg_${name}_backend(2147483647)`), [
      '01000 PID 2147483647 is not a PostgreSQL backend process',
      'f',
    ]);
  assert.deepEqual(await told(client, 'SELECT pg_terminate_backend(2147483647, -1)'), [
    '22003 "timeout" must not be negative',
  ]);
});

test('sleeping sessions keep nobody from the lanes, and a cancel request wakes them', async () => {
  const sleepers = await Promise.all(Array.from({ length: 12 }, open));
  using client = await RawClient.ready(gateway);
  for (const sleeper of sleepers) sleeper.client.send(frontendBytes({ Query: 'SELECT pg_sleep(600)' }));
  // On a lane the youngest would be ended for those that wait.
  assert.deepEqual(await told(client, "SELECT upper('a'), pg_sleep(3)"), ['A', '']);
  assert.ok(sleepers.every((sleeper) => sleeper.client.answers.length === 0));
  for (const { client: sleeper, processId } of sleepers) {
    assert.deepEqual(await told(client, `SELECT pg_cancel_backend(${processId})`), ['t']);
    assert.equal((await sleeper.error()).code, '57014');
    sleeper[Symbol.dispose]();
  }
});

const LIKE_POSTGRES = [
  'SELECT pg_sleep(0.01)',
  "SELECT pg_sleep_for('10 ms')",
  "SELECT pg_sleep_until('2001-01-01')",
  'SELECT pg_sleep(NULL)',
  'SELECT pg_sleep(-1), 1',
  'SELECT pg_sleep(0) AS slept',
  "SELECT pg_sleep('x')",
  "SELECT pg_sleep('0.01')",
  'PREPARE nap AS SELECT pg_sleep($1); EXECUTE nap(0.01); EXECUTE nap(NULL)',
  "SET statement_timeout = '50ms'; SELECT pg_sleep(60)",
  "SET statement_timeout = '50ms'; SELECT a, pg_sleep(60) FROM (VALUES (1)) v (a)",
  'RESET statement_timeout',
  'SELECT pg_cancel_backend(NULL), pg_terminate_backend(NULL)',
  'SELECT pg_cancel_backend(2147483647), pg_terminate_backend(2147483647)',
  'SELECT pg_terminate_backend(2147483647, -1)',
  'SELECT bool_or(pg_cancel_backend(p)) FROM (VALUES (2147483646), (2147483647)) v (p)',
  'SELECT pg_cancel_backend(pg_backend_pid())',
];

const skip = (await findPostgres()) === undefined ? 'no PostgreSQL server is installed' : false;

test('sleeping and signals answer as PostgreSQL does', { skip }, async () => {
  await using postgres = await startPostgres();
  using theirs = await RawClient.ready(postgres);
  using ours = await RawClient.ready(gateway);
  for (const text of LIKE_POSTGRES) assert.deepEqual(await told(ours, text), await told(theirs, text), text);
});

test('a session that would wait for itself gets 40P01, and one that ends gives its locks back', async () => {
  const [one, other] = [await open(), await open()];
  using _ = one.client;
  using __ = other.client;
  await one.client.query('SELECT pg_advisory_lock(1)');
  await other.client.query('SELECT pg_advisory_lock(2)');
  one.client.send(frontendBytes({ Query: 'SELECT pg_advisory_lock(2)' }));
  // Until the first one waits, the second one has to.
  let refused: unknown[] = [];
  while (refused.length === 0)
    refused = await told(other.client, "SET lock_timeout = '50ms'; SELECT pg_advisory_lock(1)").then((answers) =>
      answers.filter((answer) => answer !== '55P03 canceling statement due to lock timeout'),
    );
  assert.deepEqual(refused, ['40P01 deadlock detected']);
  other.client.send(frontendBytes('Terminate'));
  await one.client.until('readyForQuery');
});

test('what the gateway lacks is not a matter of rights', async () => {
  using client = await RawClient.ready(gateway);
  for (const [call, name] of [
    ['1 WHERE pg_try_advisory_lock(1)', 'pg_try_advisory_lock'],
    ['pg_export_snapshot()', 'pg_export_snapshot'],
    ['lo_create(0)', 'lo_create'],
  ])
    assert.deepEqual(await told(client, `SELECT ${call}`), [`0A000 ${name}() is not supported`]);
});

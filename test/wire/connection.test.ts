import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import pg from 'pg';
import { SqlError } from '../../src/base/sql-error.ts';
import { frontendBytes, int32, startupBytes } from '../support/frontend-bytes.ts';
import { printAnswer } from '../support/print-answer.ts';
import { RawClient } from '../support/raw-client.ts';
import { startWireGateway } from '../support/wire-gateway.ts';
import type { WireGateway } from '../support/wire-gateway.ts';

const LIMITS = { connections: 3, startupMessageBytes: 500, messageBytes: 20_000, authenticationTimeoutMs: 400 };

describe('connections', () => {
  let gateway: WireGateway;
  before(async () => {
    gateway = await startWireGateway({ limits: LIMITS });
  });
  after(() => gateway[Symbol.asyncDispose]());

  test('pg connects, queries with parameters, and leaves', async () => {
    const client = new pg.Client(gateway);
    await client.connect();
    const { rows } = await client.query('SELECT $1::int AS a, $2::text AS b', [1, 'x']);
    assert.deepEqual(rows, [{ a: 1, b: 'x' }]);
    await assert.rejects(client.query('SELECT nope'), { code: '42703', position: '8' });
    await client.end();
  });

  test('every setting that clients read is reported', async () => {
    using client = await RawClient.login(gateway, { application_name: 'a', DateStyle: 'German', options: '-c my.x=1' });
    const answers = await client.until('readyForQuery');
    const reported = new Map(
      answers.filter(({ name }) => name === 'parameterStatus').map((m) => JSON.parse(printAnswer(m)).ParameterStatus),
    );
    assert.deepEqual([...reported.keys()].toSorted(), REPORTED);
    assert.equal(reported.get('DateStyle'), 'German, DMY');
    assert.equal(reported.get('application_name'), 'a');
    assert.equal(reported.get('session_authorization'), 'bergwire');
    client.send(frontendBytes({ Query: 'SET datestyle = iso; RESET datestyle; SHOW my.x' }));
    assert.ok((await client.until('readyForQuery')).some((m) => printAnswer(m) === '{"DataRow":["1"]}'));
  });

  for (const [what, parameters, code] of [
    ['an unknown database', { database: 'nope' }, '3D000'],
    ['an unknown role', { user: 'nobody' }, '28000'],
    ['an unknown setting', { nope: '1' }, '42704'],
    ['a bad value', { datestyle: 'x' }, '22023'],
    ['another encoding', { client_encoding: 'LATIN1' }, '0A000'],
    ['replication', { replication: 'database' }, '0A000'],
    ['malformed options', { options: '-z' }, '42601'],
  ] as const)
    test(`${what} is refused with ${code}`, async () => {
      using client = await RawClient.login(gateway, parameters);
      const [error] = (await client.until('error')).slice(-1);
      assert.deepEqual([(error as pg.DatabaseError).severity, (error as pg.DatabaseError).code], ['FATAL', code]);
      await client.end();
    });

  test('one client too many gets 53300, and a place is free again when one leaves', async () => {
    const clients = [];
    for (let i = 0; i < LIMITS.connections; i++) {
      const client = await RawClient.login(gateway);
      await client.until('readyForQuery');
      clients.push(client);
    }
    using refused = await RawClient.login(gateway);
    assert.equal((await errorOf(refused)).code, '53300');
    for (const client of clients) client.send(frontendBytes('Terminate'));
    for (const client of clients) await client.end();
    using admitted = await RawClient.login(gateway);
    await admitted.until('readyForQuery');
  });

  test('a client that never says who it is is dropped in time', async () => {
    using client = await RawClient.open(gateway);
    const startedAt = Date.now();
    client.send(Buffer.from([0, 0]));
    assert.equal((await errorOf(client)).code, '57014');
    await client.end();
    assert.ok(Date.now() - startedAt < 5000);
  });

  test('GSSENCRequest and SSLRequest are refused with N, and the session goes on', async () => {
    using client = await RawClient.open(gateway);
    client.socket.removeAllListeners('data');
    for (const code of [80877104, 80877103]) {
      client.send(int32(8), int32(code));
      const [answer] = (await once(client.socket, 'data')) as [Buffer];
      assert.equal(answer.toString(), 'N');
    }
    client.send(startupBytes({ user: 'bergwire' }));
    const [answer] = (await once(client.socket, 'data')) as [Buffer];
    assert.equal(answer[0], 'R'.charCodeAt(0));
  });

  for (const [minor, spoken, secretBytes] of [
    [0, undefined, 4],
    [2, undefined, 32],
    [9999, 0x30002, 32],
  ] as const)
    test(`protocol 3.${minor}: the key has ${secretBytes} bytes`, async () => {
      using client = await RawClient.open(gateway);
      const chunks: Buffer[] = [];
      client.socket.on('data', (bytes: Buffer) => chunks.push(bytes));
      client.send(startupBytes({ user: 'bergwire' }, minor));
      while (!Buffer.concat(chunks).includes(Buffer.from('Z\0\0\0\x05I'))) await sleep(5);
      const messages = splitMessages(Buffer.concat(chunks));
      assert.equal(messages.find(({ type }) => type === 'K')!.body.length - 4, secretBytes);
      assert.equal(messages.find(({ type }) => type === 'v')?.body.readInt32BE(0), spoken);
    });

  test('an oversized message ends the connection', async () => {
    using client = await RawClient.login(gateway);
    await client.until('readyForQuery');
    client.send(frontendBytes({ Query: `SELECT '${'x'.repeat(LIMITS.messageBytes)}'` }));
    const error = await errorOf(client);
    assert.deepEqual([error.severity, error.code], ['FATAL', '08P01']);
    await client.end();
  });
});

describe('statements that wait', () => {
  let gateway: WireGateway;
  before(async () => {
    gateway = await startWireGateway();
  });
  after(() => gateway[Symbol.asyncDispose]());

  /** Rows come when the statement is interrupted or the test says so. */
  function hold(): { readonly release: () => void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    gateway.fake.beforeRows = async (signal) => {
      await Promise.race([promise, once(signal, 'abort')]);
    };
    return {
      release() {
        gateway.fake.beforeRows = undefined;
        resolve();
      },
    };
  }

  for (const minor of [0, 2])
    test(`are cancelled by the key of protocol 3.${minor}, and by no other`, async () => {
      using client = await RawClient.open(gateway);
      const chunks: Buffer[] = [];
      client.socket.on('data', (bytes: Buffer) => chunks.push(bytes));
      client.send(startupBytes({ user: 'bergwire' }, minor));
      while (!Buffer.concat(chunks).includes(Buffer.from('Z\0\0\0\x05I'))) await sleep(5);
      const key = splitMessages(Buffer.concat(chunks)).find(({ type }) => type === 'K')!.body;
      await client.until('readyForQuery');
      const held = hold();
      client.send(frontendBytes({ Query: 'SELECT 1' }));
      await sleep(50);
      const wrong = Buffer.from(key);
      wrong[wrong.length - 1]! ^= 1;
      await cancel(gateway, wrong);
      await sleep(50);
      assert.equal(client.answers.length, 0);
      await cancel(gateway, key);
      const error = await errorOf(client);
      assert.deepEqual([error.code, error.message], ['57014', 'canceling statement due to user request']);
      held.release();
      client.send(frontendBytes({ Query: 'SELECT 2' }));
      assert.ok((await client.until('commandComplete')).some((m) => printAnswer(m) === '{"DataRow":["2"]}'));
    });

  test('run out of statement_timeout', async () => {
    using client = await login(gateway);
    await query(client, 'SET statement_timeout = 50');
    const held = hold();
    client.send(frontendBytes({ Query: 'SELECT 1' }));
    const error = await errorOf(client);
    held.release();
    assert.deepEqual([error.code, error.message], ['57014', 'canceling statement due to statement timeout']);
    assert.equal(gateway.statements.at(-1)?.sqlstate, '57014');
  });

  test('are cancelled when their client vanishes', async () => {
    const client = await login(gateway);
    const held = hold();
    client.send(frontendBytes({ Query: 'SELECT 1' }));
    await sleep(50);
    client[Symbol.dispose]();
    while (gateway.server.connections > 0) await sleep(5);
    held.release();
    assert.equal(gateway.statements.at(-1)?.sqlstate, '08006');
  });

  test('never make the server hold more than a slow client takes', async () => {
    using client = await login(gateway);
    client.socket.pause();
    const row = 'x'.repeat(10_000);
    let steps = 0;
    gateway.fake.beforeRows = async () => void (steps += 1);
    client.send(frontendBytes({ Query: `SELECT '${row}' FROM generate_series(1, 20000)` }));
    await sleep(1500);
    const stalledAt = steps;
    await sleep(300);
    assert.equal(steps, stalledAt);
    assert.ok(stalledAt < 100, `${stalledAt} batches of 1 MB were made for a client that reads nothing`);
    gateway.fake.beforeRows = undefined;
  });
});

describe('transactions and the database', () => {
  let gateway: WireGateway;
  before(async () => {
    gateway = await startWireGateway();
  });
  after(() => gateway[Symbol.asyncDispose]());

  test('a lost commit is the error of its statement', async () => {
    using client = await login(gateway);
    const lost = new SqlError({ sqlstate: '40001', message: 'lost' });
    gateway.fake.failCommit = lost;
    assert.deepEqual(await query(client, 'SELECT 1'), ['rowDescription', 'dataRow', 'error', 'readyForQuery']);
    gateway.fake.failCommit = lost;
    client.send(
      frontendBytes({ Parse: { text: 'SELECT 1' } }),
      frontendBytes({ Bind: {} }),
      frontendBytes({ Execute: {} }),
      frontendBytes('Sync'),
    );
    const names = (await client.until('readyForQuery')).map(({ name }) => name);
    assert.deepEqual(names, ['parseComplete', 'bindComplete', 'dataRow', 'error', 'readyForQuery']);
    gateway.fake.failCommit = lost;
    assert.deepEqual(await query(client, 'BEGIN; SELECT 1; COMMIT'), [
      ...['commandComplete', 'rowDescription', 'dataRow', 'commandComplete', 'error', 'readyForQuery'],
    ]);
    assert.deepEqual(await query(client, 'COMMIT'), ['notice', 'commandComplete', 'readyForQuery']);
  });

  for (const [text, calls] of [
    ['SELECT 1', 'begin execute commit'],
    ['SELECT 1; SELECT 2', 'begin execute execute commit'],
    ['SELECT 1; SELEC', ''],
    ['BEGIN; COMMIT', ''],
    ['BEGIN; SELECT 1; ROLLBACK; SELECT 2', 'begin execute rollback begin execute commit'],
    ['SELECT 1; COMMIT; SELECT 2', 'begin execute commit begin execute commit'],
  ] as const)
    test(`${text}: ${calls}`, async () => {
      using client = await login(gateway);
      gateway.fake.calls.length = 0;
      await query(client, text);
      assert.equal(gateway.fake.calls.map((call) => call.split(' ')[0]).join(' '), calls);
    });

  test('a pipeline is one transaction', async () => {
    using client = await login(gateway);
    gateway.fake.calls.length = 0;
    const one = [
      frontendBytes({ Parse: { text: 'SELECT 1' } }),
      frontendBytes({ Bind: {} }),
      frontendBytes({ Execute: {} }),
    ];
    client.send(...one, ...one, frontendBytes('Sync'));
    await client.until('readyForQuery');
    assert.deepEqual(gateway.fake.calls, ['begin', 'execute SELECT 1', 'execute SELECT 1', 'commit']);
  });

  test('a client that leaves within a block has its work undone', async () => {
    const client = await login(gateway);
    await query(client, 'BEGIN; SELECT 1');
    gateway.fake.calls.length = 0;
    client[Symbol.dispose]();
    while (gateway.server.connections > 0) await sleep(5);
    assert.deepEqual(gateway.fake.calls, ['rollback']);
  });

  test('idle timeouts end the session with their own codes', async () => {
    for (const [texts, code] of [
      [['SET idle_session_timeout = 50'], '57P05'],
      [['SET idle_in_transaction_session_timeout = 50', 'BEGIN'], '25P03'],
      [['SET transaction_timeout = 50', 'BEGIN'], '25P04'],
    ] as const) {
      using client = await login(gateway);
      for (const text of texts) await query(client, text);
      const error = await errorOf(client);
      assert.deepEqual([error.severity, error.code], ['FATAL', code]);
      await client.end();
    }
  });
});

test('a graceful stop lets statements finish, then ends what is left with 57P01', async () => {
  const gateway = await startWireGateway();
  using idle = await login(gateway);
  using short = await login(gateway);
  using long = await login(gateway);
  gateway.fake.beforeRows = () => sleep(200);
  short.send(frontendBytes({ Query: 'SELECT 1' }));
  await sleep(50);
  gateway.fake.beforeRows = (signal) => once(signal, 'abort').then(() => undefined);
  long.send(frontendBytes({ Query: 'SELECT 2' }));
  await sleep(50);
  const stopped = gateway.server.stop(600);
  assert.equal((await errorOf(idle)).code, '57P01');
  assert.ok((await short.until('commandComplete')).some((m) => printAnswer(m) === '{"DataRow":["1"]}'));
  assert.equal((await errorOf(short)).code, '57P01');
  assert.deepEqual([(await errorOf(long)).code], ['57P01']);
  await stopped;
  await assert.rejects(RawClient.open(gateway));
  await gateway[Symbol.asyncDispose]();
});

test('with a certificate, SSLRequest and direct TLS lead to a session', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bergwire-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-days', '1'];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert];
  execFileSync('openssl', [...request, ...subject], { stdio: 'ignore' });
  const gateway = await startWireGateway({ tls: { key: readFileSync(key), cert: readFileSync(cert) } });
  rmSync(folder, { recursive: true });
  const client = new pg.Client({ ...gateway, ssl: { rejectUnauthorized: false } });
  await client.connect();
  assert.equal((await client.query('SELECT 1 AS a')).rows[0].a, 1);
  await client.end();
  for (const [protocols, welcome] of [
    [['postgresql'], true],
    [undefined, false],
  ] as const) {
    const socket = connectTls({
      host: gateway.host,
      port: gateway.port,
      rejectUnauthorized: false,
      ...(protocols && { ALPNProtocols: [...protocols] }),
    });
    socket.on('error', () => undefined);
    socket.write(startupBytes({ user: 'bergwire' }));
    const [answer] = (await Promise.race([once(socket, 'data'), once(socket, 'close')])) as [Buffer | boolean];
    assert.equal(Buffer.isBuffer(answer) && answer[0] === 'R'.charCodeAt(0), welcome);
    socket.destroy();
  }
  await gateway[Symbol.asyncDispose]();
});

const REPORTED = [
  'DateStyle',
  'IntervalStyle',
  'TimeZone',
  'application_name',
  'client_encoding',
  'default_transaction_read_only',
  'in_hot_standby',
  'integer_datetimes',
  'is_superuser',
  'scram_iterations',
  'search_path',
  'server_encoding',
  'server_version',
  'session_authorization',
  'standard_conforming_strings',
];

async function login(gateway: WireGateway): Promise<RawClient> {
  const client = await RawClient.login(gateway);
  await client.until('readyForQuery');
  return client;
}

async function query(client: RawClient, text: string): Promise<string[]> {
  client.send(frontendBytes({ Query: text }));
  return (await client.until('readyForQuery')).map(({ name }) => name);
}

async function errorOf(client: RawClient): Promise<pg.DatabaseError> {
  const answers = await client.until('error');
  const last = answers.at(-1);
  assert.equal(last?.name, 'error', JSON.stringify(answers));
  return last as unknown as pg.DatabaseError;
}

async function cancel(gateway: WireGateway, key: Buffer): Promise<void> {
  using client = await RawClient.open(gateway);
  client.send(int32(12 + key.length - 4), int32(80877102), key);
  await client.end();
}

function splitMessages(bytes: Buffer): { type: string; body: Buffer }[] {
  const messages = [];
  for (let at = 0; at + 5 <= bytes.length;) {
    const length = bytes.readInt32BE(at + 1);
    messages.push({ type: String.fromCharCode(bytes[at]!), body: bytes.subarray(at + 5, at + 1 + length) });
    at += 1 + length;
  }
  return messages;
}

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import pg from 'pg';
import { serverCertificate } from '../../src/wire/login/server-certificate.ts';
import { frontendBytes, int32, startupBytes } from '../support/frontend-bytes.ts';
import { printAnswer } from '../support/print-answer.ts';
import { RawClient } from '../support/raw-client.ts';
import { splitMessages } from '../support/split-messages.ts';
import { startWireGateway } from '../support/wire-gateway.ts';
import type { WireGateway } from '../support/wire-gateway.ts';

const LIMITS = {
  connections: 3,
  connectionsPerAddress: 0,
  connectionsPerUser: 0,
  startupMessageBytes: 500,
  messageBytes: 20_000,
  authenticationTimeoutMs: 400,
};

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
    assert.deepEqual(new Set(reported.keys()), new Set(REPORTED));
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
    assert.equal((await refused.error()).code, '53300');
    for (const client of clients) client.send(frontendBytes('Terminate'));
    for (const client of clients) await client.end();
    using admitted = await RawClient.login(gateway);
    await admitted.until('readyForQuery');
  });

  test('a client that never says who it is is dropped in time', async () => {
    using client = await RawClient.open(gateway);
    const startedAt = Date.now();
    client.send(Buffer.from([0, 0]));
    assert.equal((await client.error()).code, '57014');
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
    const error = await client.error();
    assert.deepEqual([error.severity, error.code], ['FATAL', '08P01']);
    await client.end();
  });
});

test('a graceful stop lets statements finish, then ends what is left with 57P01', async () => {
  const gateway = await startWireGateway();
  using idle = await RawClient.ready(gateway);
  using short = await RawClient.ready(gateway);
  using long = await RawClient.ready(gateway);
  let first: AbortSignal | undefined;
  gateway.fake.beforeRows = async (signal) => {
    first ??= signal;
    await (signal === first ? sleep(100) : once(signal, 'abort'));
  };
  short.send(frontendBytes({ Query: 'SELECT 1' }));
  await sleep(50);
  long.send(frontendBytes({ Query: 'SELECT 2' }));
  await sleep(50);
  const stopped = gateway.server.stop(600);
  assert.equal((await idle.error()).code, '57P01');
  assert.ok((await short.until('commandComplete')).some((m) => printAnswer(m) === '{"DataRow":["1"]}'));
  assert.equal((await short.error()).code, '57P01');
  assert.deepEqual([(await long.error()).code], ['57P01']);
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
  const gateway = await startWireGateway({ tls: serverCertificate({ keyFile: key, certFile: cert }) });
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

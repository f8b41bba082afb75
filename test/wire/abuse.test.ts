/** Floods, slow clients and guesses: each is bounded and heard of, and others are served meanwhile. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionEvent } from '../../src/wire/wire.ts';
import { frontendBytes, int32, startupBytes } from '../support/frontend-bytes.ts';
import { startGateway } from '../support/gateway.ts';
import { printAnswer } from '../support/print-answer.ts';
import { RawClient } from '../support/raw-client.ts';
import { startWireGateway } from '../support/wire-gateway.ts';
import type { WireGateway } from '../support/wire-gateway.ts';

const SSL = Buffer.concat([int32(8), int32(80877103)]);
const LIMITS = {
  connections: 5,
  connectionsPerAddress: 0,
  connectionsPerUser: 0,
  startupMessageBytes: 1000,
  messageBytes: 100_000,
  authenticationTimeoutMs: 1500,
};

describe('abuse', () => {
  let gateway: WireGateway;
  let events: ConnectionEvent[] = [];
  before(async () => {
    gateway = await startWireGateway({ limits: LIMITS, onConnection: (event) => events.push(event) });
  });
  beforeEach(async () => {
    await until(() => gateway.server.connections === 0);
    events = [];
  });
  after(() => gateway[Symbol.asyncDispose]());

  async function served(): Promise<void> {
    using client = await RawClient.ready(gateway);
    assert.ok((await client.query('SELECT 1')).includes('dataRow'));
  }

  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await sleep(5);
  }

  test('a startup packet that comes byte by byte is waited for until its time is over', async () => {
    const slow = await Promise.all(Array.from({ length: 20 }, () => RawClient.open(gateway)));
    const packet = startupBytes({ user: 'bergwire', application_name: 'x'.repeat(500) });
    let sent = 0;
    while (!slow.every(({ closed }) => closed)) {
      for (const client of slow) if (!client.closed) client.send(packet.subarray(sent, sent + 1));
      sent += 1;
      if (sent === 5) await served();
      await sleep(20);
    }
    await until(() => gateway.server.connections === 0);
    assert.deepEqual(
      events.filter(({ kind }) => kind === 'refused').map(({ sqlstate }) => sqlstate),
      slow.map(() => '57014'),
    );
  });

  test('a second SSLRequest ends the connection', async () => {
    const floods = await Promise.all(Array.from({ length: 50 }, () => RawClient.open(gateway)));
    for (const client of floods) client.send(Buffer.concat(Array.from({ length: 1000 }, () => SSL)));
    await Promise.all(floods.map((client) => client.end()));
    await served();
    await until(() => gateway.server.connections === 0);
    assert.equal(events.filter(({ kind, sqlstate }) => kind === 'refused' && sqlstate === '08P01').length, 50);
  });

  test('guessed cancel keys cancel nothing, and are heard of', async () => {
    using client = await RawClient.login(gateway);
    const key = (await client.until('backendKeyData')).at(-1) as unknown as { readonly processID: number };
    await client.until('readyForQuery');
    const { promise, resolve } = Promise.withResolvers<void>();
    gateway.fake.beforeRows = async (signal) => void (await Promise.race([promise, once(signal, 'abort')]));
    client.send(frontendBytes({ Query: 'SELECT 1' }));
    for (let guess = 0; guess < 200; guess += 1) {
      using other = await RawClient.open(gateway);
      const secret = randomBytes(guess % 2 === 0 ? 4 : 32);
      other.send(int32(12 + secret.length), int32(80877102), int32(key.processID), secret);
      await other.end();
      assert.deepEqual(other.answers, []);
    }
    gateway.fake.beforeRows = undefined;
    resolve();
    assert.ok((await client.until('readyForQuery')).some(({ name }) => name === 'dataRow'));
    assert.equal(events.filter(({ kind, sqlstate }) => kind === 'cancel' && sqlstate === '08P01').length, 200);
  });

  test('more sockets than there are places for are closed without a word', async () => {
    const sockets = await Promise.all(Array.from({ length: 130 }, () => RawClient.open(gateway)));
    await until(() => events.length >= 25);
    for (const client of sockets) client[Symbol.dispose]();
    assert.deepEqual(new Set(events.map(({ kind, sqlstate }) => `${kind} ${sqlstate}`)), new Set(['refused 53300']));
    await until(() => gateway.server.connections === 0);
    await served();
  });

  for (const [what, bytes, code] of [
    ['a packet', Buffer.concat([int32(1001), int32(196608)]), '08P01'],
    ['a packet of negative length', Buffer.concat([int32(-5), int32(196608)]), '08P01'],
    ['a packet of a gigabyte', Buffer.concat([int32(2 ** 30), int32(196608)]), '08P01'],
  ] as const)
    test(`${what} that is too long is refused before it has come`, async () => {
      using client = await RawClient.open(gateway);
      client.send(bytes);
      assert.equal((await client.error()).code, code);
      await client.end();
    });

  for (const [what, bytes] of [
    ['a query', Buffer.concat([Buffer.from('Q'), int32(100_001)])],
    ['a short message', Buffer.concat([Buffer.from('E'), int32(10_001)])],
    ['a message of two gigabytes', Buffer.concat([Buffer.from('B'), int32(2 ** 31 - 1)])],
    ['a message of an unknown type', Buffer.from('y\0\0\0\u0004', 'latin1')],
  ] as const)
    test(`${what} that is wrong ends the session, and only it`, async () => {
      using other = await RawClient.ready(gateway);
      using client = await RawClient.ready(gateway);
      client.send(bytes);
      const error = await client.error();
      assert.deepEqual([error.severity, error.code], ['FATAL', '08P01']);
      await client.end();
      assert.ok((await other.query('SELECT 1')).includes('dataRow'));
    });
});

test('ten thousand statements in one go are answered in turn, and others meanwhile', async () => {
  await using gateway = await startGateway();
  using client = await RawClient.ready(gateway);
  const count = 10_000;
  client.socket.pause();
  client.send(Buffer.concat(Array.from({ length: count }, (_, n) => frontendBytes({ Query: `SELECT ${n % 10}` }))));
  using other = await RawClient.ready(gateway);
  assert.ok((await other.query('SELECT 1')).includes('dataRow'));
  client.socket.resume();
  for (let n = 0; n < count; n += 1) {
    const answers = await client.until('readyForQuery');
    assert.equal(printAnswer(answers[1]!), `{"DataRow":["${n % 10}"]}`);
  }
});

describe('clients that vanish', () => {
  test('within COPY, a pipeline and a transaction: nothing of it stays', async () => {
    await using gateway = await startGateway();
    using witness = await RawClient.ready(gateway);
    await witness.query('CREATE TABLE public.t (a int, b text)');
    const files = async (): Promise<string[]> =>
      (await readdir(join(gateway.folder, '.bergwire', 'warehouse'), { recursive: true }))
        .filter((name) => name.endsWith('.parquet'))
        .toSorted();

    const copying = await RawClient.ready(gateway);
    copying.send(frontendBytes({ Query: 'COPY public.t FROM STDIN' }));
    await copying.until('copyInResponse');
    copying.send(frontendBytes({ CopyData: `${'1\tx\n'.repeat(20_000)}2\ty` }));
    await sleep(50);
    copying[Symbol.dispose]();

    const pipeline = await RawClient.ready(gateway);
    pipeline.send(
      frontendBytes({ Parse: { text: "INSERT INTO public.t VALUES (1, 'pipeline')" } }),
      frontendBytes({ Bind: {} }),
      frontendBytes({ Execute: {} }),
      frontendBytes('Flush'),
    );
    await pipeline.until('commandComplete');
    pipeline[Symbol.dispose]();

    const block = await RawClient.ready(gateway);
    await block.query("BEGIN; INSERT INTO public.t VALUES (1, 'block')");
    block[Symbol.dispose]();

    const running = await RawClient.ready(gateway);
    running.send(
      frontendBytes({ Query: "INSERT INTO public.t SELECT g, 'x' FROM generate_series(1, 100000000) AS g" }),
    );
    await sleep(200);
    running[Symbol.dispose]();

    const alone = frontendBytes({ Query: 'SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid()' });
    for (let isAlone = false; !isAlone;) {
      witness.send(alone);
      isAlone = (await witness.until('readyForQuery')).some((answer) => printAnswer(answer) === '{"DataRow":["0"]}');
      await sleep(20);
    }
    witness.send(frontendBytes({ Query: 'SELECT count(*) FROM public.t' }));
    assert.equal(printAnswer((await witness.until('readyForQuery'))[1]!), '{"DataRow":["0"]}');
    assert.deepEqual(await files(), []);
  });
});

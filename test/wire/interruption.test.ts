import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { frontendBytes, int32, startupBytes } from '../support/frontend-bytes.ts';
import { printAnswer } from '../support/print-answer.ts';
import { RawClient } from '../support/raw-client.ts';
import { splitMessages } from '../support/split-messages.ts';
import { startWireGateway } from '../support/wire-gateway.ts';
import type { WireGateway } from '../support/wire-gateway.ts';

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
      const error = await client.error();
      assert.deepEqual([error.code, error.message], ['57014', 'canceling statement due to user request']);
      held.release();
      client.send(frontendBytes({ Query: 'SELECT 2' }));
      assert.ok((await client.until('commandComplete')).some((m) => printAnswer(m) === '{"DataRow":["2"]}'));
    });

  test('run out of statement_timeout', async () => {
    using client = await RawClient.ready(gateway);
    await client.query('SET statement_timeout = 50');
    const held = hold();
    client.send(frontendBytes({ Query: 'SELECT 1' }));
    const error = await client.error();
    held.release();
    assert.deepEqual([error.code, error.message], ['57014', 'canceling statement due to statement timeout']);
    assert.equal(gateway.statements.at(-1)?.sqlstate, '57014');
  });

  test('are cancelled when their client vanishes', async () => {
    const client = await RawClient.ready(gateway);
    const held = hold();
    client.send(frontendBytes({ Query: 'SELECT 1' }));
    await sleep(50);
    client[Symbol.dispose]();
    while (gateway.server.connections > 0) await sleep(5);
    held.release();
    assert.equal(gateway.statements.at(-1)?.sqlstate, '08006');
  });

  test('never make the server hold more than a slow client takes', async () => {
    using client = await RawClient.ready(gateway);
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

async function cancel(gateway: WireGateway, key: Buffer): Promise<void> {
  using client = await RawClient.open(gateway);
  client.send(int32(12 + key.length - 4), int32(80877102), key);
  await client.end();
}

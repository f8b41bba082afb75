import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SqlError } from '../../src/base/sql-error.ts';
import { frontendBytes } from '../support/frontend-bytes.ts';
import { RawClient } from '../support/raw-client.ts';
import { startWireGateway } from '../support/wire-gateway.ts';
import type { WireGateway } from '../support/wire-gateway.ts';

describe('transactions and the database', () => {
  let gateway: WireGateway;
  before(async () => {
    gateway = await startWireGateway();
  });
  after(() => gateway[Symbol.asyncDispose]());

  test('a lost commit is the error of its statement', async () => {
    using client = await RawClient.ready(gateway);
    const lost = new SqlError({ sqlstate: '40001', message: 'lost' });
    gateway.fake.failCommit = lost;
    assert.deepEqual(await client.query('SELECT 1'), ['rowDescription', 'dataRow', 'error', 'readyForQuery']);
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
    assert.deepEqual(await client.query('BEGIN; SELECT 1; COMMIT'), [
      'commandComplete',
      'rowDescription',
      'dataRow',
      'commandComplete',
      'error',
      'readyForQuery',
    ]);
    assert.deepEqual(await client.query('COMMIT'), ['notice', 'commandComplete', 'readyForQuery']);
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
      using client = await RawClient.ready(gateway);
      gateway.fake.calls.length = 0;
      await client.query(text);
      assert.equal(gateway.fake.calls.map((call) => call.split(' ')[0]).join(' '), calls);
    });

  test('a pipeline is one transaction', async () => {
    using client = await RawClient.ready(gateway);
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
    const client = await RawClient.ready(gateway);
    await client.query('BEGIN; SELECT 1');
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
      using client = await RawClient.ready(gateway);
      for (const text of texts) await client.query(text);
      const error = await client.error();
      assert.deepEqual([error.severity, error.code], ['FATAL', code]);
      await client.end();
    }
  });
});

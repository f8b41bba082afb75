/** current_setting() answers what SHOW does, also for settings that the embedded Postgres never hears of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGateway } from '../support/gateway.ts';
import { RawClient } from '../support/raw-client.ts';
import { frontendBytes } from '../support/frontend-bytes.ts';

async function lastRow(client: RawClient, text: string): Promise<unknown> {
  client.send(frontendBytes({ Query: text }));
  const answers = (await client.until('readyForQuery')) as unknown as { name: string; fields: unknown }[];
  return answers.findLast(({ name }) => name === 'dataRow')?.fields ?? answers.map(({ name }) => name);
}

test('current_setting() and SHOW agree', async () => {
  await using gateway = await startGateway();
  using client = await RawClient.ready(gateway);
  const one = "SELECT current_setting('Statement_Timeout')";
  assert.deepEqual(await lastRow(client, `SET statement_timeout = '5s'; ${one}`), ['5s']);
  assert.deepEqual(await lastRow(client, `BEGIN; SET LOCAL statement_timeout = '7s'; ${one}`), ['7s']);
  assert.deepEqual(await lastRow(client, `ROLLBACK; RESET statement_timeout; ${one}`), ['0']);
  await client.query('BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY');
  const modes = ['isolation', 'read_only', 'deferrable'].map((mode) => `current_setting('transaction_${mode}')`);
  assert.deepEqual(await lastRow(client, `SELECT ${modes.join(', ')}`), ['serializable', 'on', 'off']);
  await client.query('ROLLBACK');
  const unknown = "SELECT current_setting('nope', true), current_setting('timezone'), current_setting(NULL)";
  assert.deepEqual(await lastRow(client, unknown), [null, 'UTC', null]);
  await client.query('CREATE SCHEMA s; CREATE TABLE s.t (a int); INSERT INTO s.t VALUES (1)');
  await client.query("SET lock_timeout = '3s'");
  assert.deepEqual(await lastRow(client, "SELECT a, current_setting('lock_timeout') FROM s.t"), ['1', '3s']);
});

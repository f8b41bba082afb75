/** NOTIFY through the whole gateway: what is sent by functions and by commits. test/wire/notify.wire has the rest. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { frontendBytes } from '../support/frontend-bytes.ts';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { RawClient } from '../support/raw-client.ts';

let gateway: Gateway;
before(async () => {
  gateway = await startGateway({ flags: ['--limits.notificationBytes=65536'] });
});
after(() => gateway[Symbol.asyncDispose]());

type Heard = { readonly channel: string; readonly payload: string; readonly processId: number };

async function hear(client: RawClient): Promise<Heard> {
  return (await client.until('notification')).at(-1) as unknown as Heard;
}

/** The first column of the rows that a text answers with. */
async function column(client: RawClient, text: string): Promise<unknown[]> {
  client.send(frontendBytes({ Query: text }));
  const answers = (await client.until('readyForQuery')) as unknown as { name: string; fields: unknown[] }[];
  return answers.filter(({ name }) => name === 'dataRow').map(({ fields }) => fields[0]);
}

test('pg_notify() sends from any query, once per payload, and checks what it is given', async () => {
  using listener = await RawClient.ready(gateway);
  using sender = await RawClient.ready(gateway);
  await listener.query('LISTEN calls');
  await sender.query(`SELECT pg_notify('ca' || 'lls', p) FROM unnest('{a,b,a,NULL}'::text[]) p`);
  const heard = [await hear(listener), await hear(listener), await hear(listener)];
  assert.deepEqual(
    heard.map(({ channel, payload }) => [channel, payload]),
    [
      ['calls', 'a'],
      ['calls', 'b'],
      ['calls', ''],
    ],
  );
  for (const [call, message] of [
    ["pg_notify('', 'x')", 'channel name cannot be empty'],
    ["pg_notify(NULL, 'x')", 'channel name cannot be empty'],
    ["pg_notify(repeat('c', 64), 'x')", 'channel name too long'],
    ["pg_notify('c', repeat('p', 8000))", 'payload string too long'],
  ] as const) {
    sender.send(frontendBytes({ Query: `SELECT ${call}` }));
    const { code, message: said } = await sender.error();
    assert.deepEqual([code, said], ['22023', message]);
    await sender.until('readyForQuery');
  }
  await sender.query(`SELECT pg_notify('calls', repeat('p', 7999))`);
  assert.equal((await hear(listener)).payload.length, 7999);
});

test('pg_listening_channels() is of the session that asks, as of its last commit', async () => {
  using client = await RawClient.ready(gateway);
  using other = await RawClient.ready(gateway);
  await other.query('LISTEN theirs');
  await client.query('LISTEN one; LISTEN "Two, \\ ""2"""');
  await client.query('BEGIN; LISTEN three');
  assert.deepEqual(await column(client, 'SELECT pg_listening_channels()'), ['one', 'Two, \\ "2"']);
  await client.query('COMMIT; UNLISTEN one');
  assert.deepEqual(await column(client, 'SELECT c FROM pg_listening_channels() c ORDER BY c'), [
    'Two, \\ "2"',
    'three',
  ]);
});

test('a committed snapshot is told on iceberg_commit, one that is rolled back is not', async () => {
  using listener = await RawClient.ready(gateway);
  using writer = await RawClient.login(gateway);
  const key = (await writer.until('readyForQuery')).find(({ name }) => name === 'backendKeyData');
  const { processID } = key as unknown as { processID: number };
  await listener.query('LISTEN iceberg_commit');
  await writer.query('CREATE SCHEMA shop; CREATE TABLE shop.orders (id int); CREATE TABLE shop.lines (id int)');
  await writer.query('BEGIN; INSERT INTO shop.orders VALUES (1); ROLLBACK');
  await writer.query('BEGIN; INSERT INTO shop.orders VALUES (1), (2)');
  await writer.query('INSERT INTO shop.lines VALUES (1); COMMIT');
  const heard = [await hear(listener), await hear(listener)];
  const told = heard.map(({ payload }) => JSON.parse(payload) as { table: string; summary: Record<string, string> });
  assert.deepEqual(
    told.map(({ table, summary }) => [table, summary['operation'], summary['added-records']]),
    [
      ['shop.orders', 'append', '2'],
      ['shop.lines', 'append', '1'],
    ],
  );
  for (const [index, { table }] of told.entries()) {
    const [id] = await column(writer, `SELECT snapshot_id FROM shop."${table.slice(5)}$snapshots"`);
    assert.match(heard[index]!.payload, new RegExp(`"snapshot_id": ${String(id)},`));
    assert.equal(heard[index]!.processId, processID);
  }
});

test('a listener that takes nothing bounds what others may send', async () => {
  using listener = await RawClient.ready(gateway);
  using sender = await RawClient.ready(gateway);
  await listener.query('LISTEN crowded');
  await listener.query('BEGIN');
  const send = `SELECT pg_notify('crowded', repeat('p', 7000) || g) FROM generate_series(1, 3) g`;
  await sender.query(send);
  sender.send(
    frontendBytes({ Query: `SELECT pg_notify('crowded', repeat('q', 7000) || g) FROM generate_series(1, 9) g` }),
  );
  const { code, message } = await sender.error();
  assert.deepEqual([code, message], ['54000', 'too many notifications in the NOTIFY queue']);
  await sender.until('readyForQuery');
  listener.send(frontendBytes({ Query: 'COMMIT' }));
  const names = (await listener.until('readyForQuery')).map(({ name }) => name);
  assert.equal(names.filter((name) => name === 'notification').length, 3);
  assert.deepEqual(await column(sender, "SELECT pg_notify('crowded', 'room again')"), ['']);
});

test('pg_notify() over a temporary table sends too', async () => {
  using client = await RawClient.ready(gateway);
  await client.query('LISTEN own');
  await client.query("CREATE TEMP TABLE made AS SELECT 'own'::text AS channel, 'from a table'::text AS said");
  await client.query('SELECT pg_notify(channel, said) FROM made');
  assert.equal(client.answers.length, 0);
  client.send(frontendBytes({ Query: 'SELECT pg_notify(channel, said || 2) FROM made' }));
  const answers = (await client.until('readyForQuery')) as unknown as { name: string; payload: string }[];
  assert.equal(answers.find(({ name }) => name === 'notification')?.payload, 'from a table2');
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { startPostgres } from '../support/real-postgres.ts';
import type { RealPostgres } from '../support/real-postgres.ts';

let gateway: Gateway;
let postgres: RealPostgres;
let clients: readonly pg.Client[];

before(async () => {
  [gateway, postgres] = await Promise.all([startGateway(), startPostgres()]);
  clients = [gateway, postgres].map(
    ({ host, port, user, database }) =>
      new pg.Client({ host, port, user, database, types: { getTypeParser: () => (text: string) => text } }),
  );
  for (const client of clients) {
    await client.connect();
    await client.query('CREATE SCHEMA params');
    await client.query('CREATE TABLE params.t (id int, n numeric(20, 4), v text, at timestamptz, d date, f float8)');
  }
});

after(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await Promise.all([gateway[Symbol.asyncDispose](), postgres[Symbol.asyncDispose]()]);
});

const STATEMENTS: readonly (readonly [string, readonly unknown[]])[] = [
  [
    'INSERT INTO params.t VALUES ($1, $2, $3, $4, $5, $6)',
    [1, '1234567890123456.1250', "it's", '2024-01-01 10:00+02', '2024-02-29', '1e300'],
  ],
  ['INSERT INTO params.t VALUES ($1, $2, $3, $4, $5, $6)', [2, null, null, null, null, null]],
  ['INSERT INTO params.t (id, n) VALUES ($1, $2)', [3, '0.00005']],
  // Rows come as they were inserted.
  ['SELECT id FROM params.t', []],
  ['SELECT * FROM params.t WHERE id = ANY ($1) ORDER BY id', [[1, 2, 3]]],
  ['SELECT n + $1 AS sum FROM params.t ORDER BY id', ['1000000000000000000000.5']],
  ['SELECT id FROM params.t WHERE n > $1', ['1234567890123456.12499']],
  ['SELECT id FROM params.t WHERE v = $1 AND d = $2 AND at < $3', ["it's", 'February 29, 2024', 'infinity']],
  ['SELECT id FROM params.t WHERE id BETWEEN $1 AND $2 ORDER BY id LIMIT $3 OFFSET $4', [1, 3, 2, 1]],
  ['UPDATE params.t SET v = v || $1, f = f / $2 WHERE id = $3 RETURNING v, f', ['!', 2, 1]],
  ['SELECT id FROM params.t WHERE id = $1', ['not a number']],
  ['SELECT id / $1 AS q FROM params.t', [0]],
  ['SELECT g, v FROM generate_series($1::int, $2::int) AS g JOIN params.t ON id = g ORDER BY g', [1, 1000]],
  ['SELECT count(*), sum(g) FROM generate_series($1::bigint, $2::bigint, $3::bigint) AS g, params.t', [5, -7, -3]],
  ['SELECT count(*) FROM generate_series($1::int, 5) AS g, params.t', [null]],
  ['SELECT count(*) FROM generate_series(1, 5, $1::int) AS g, params.t', [0]],
  ['DELETE FROM params.t WHERE id = $1', [2]],
  ['SELECT count(*) FROM params.t', []],
];

test('parameters mean what they mean to PostgreSQL', async () => {
  for (const [text, values] of STATEMENTS) {
    const [actual, expected] = await Promise.all(clients.map((client) => answer(client, text, values)));
    assert.deepEqual(actual, expected, text);
  }
});

test('a statement may have as many parameters as 16 bits can count', async () => {
  const values = Array.from({ length: 33_000 }, (_, index) => String(index));
  const text = `VALUES ${values.map((_, index) => `($${index + 1}::text)`).join(', ')}`;
  const result = await clients[0]!.query({ text, values, rowMode: 'array' });
  assert.deepEqual(result.rows.flat(), values);
});

async function answer(client: pg.Client, text: string, values: readonly unknown[]): Promise<unknown> {
  try {
    const result = await client.query({ text, values: [...values], rowMode: 'array' });
    return { rows: result.rows, types: result.fields.map(({ dataTypeID }) => dataTypeID), count: result.rowCount };
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    return error.code;
  }
}

test('text that follows a setting is what the setting makes of it', async () => {
  const [gatewayClient, postgresClient] = clients;
  assert.ok(gatewayClient && postgresClient);
  const shown = 'SELECT d FROM params.t WHERE id = 1';
  for (const client of clients) await client.query(`SET DateStyle = 'German, DMY'`);
  assert.deepEqual(await answer(gatewayClient, shown, []), await answer(postgresClient, shown, []));
  for (const made of ['SELECT d::text FROM params.t ORDER BY id', `SELECT 'on ' || d FROM params.t ORDER BY id`])
    assert.deepEqual(await answer(gatewayClient, made, []), await answer(postgresClient, made, []));
  for (const client of clients) await client.query('RESET DateStyle');
  const cast = 'SELECT d::text FROM params.t WHERE id = 1';
  assert.deepEqual(await answer(gatewayClient, cast, []), await answer(postgresClient, cast, []));
});

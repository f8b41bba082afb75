import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const VALUES: readonly (readonly [type: string, value: unknown])[] = [
  ['bool', true],
  ['int2', -32_768],
  ['int8', '-9223372036854775808'],
  ['float8', 'NaN'],
  ['numeric', '-1234567890123456789.000010'],
  ['text', 'grüße\n'],
  ['bytea', Buffer.from([0, 255])],
  ['date', '2024-02-29'],
  ['timestamptz', '1999-12-31 23:59:59.123456+00'],
  ['interval', '1 year 2 mons 3 days 04:05:06.7'],
  ['uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ['jsonb', { a: [1, null] }],
  ['int4[]', [1, null, 3]],
  ['text[]', ['a,b', '"', null]],
];

/** node-postgres hands binary values on as text; what is lost in that is lost of both servers. */
const AS_SENT = { getTypeParser: () => (value: string) => value };

/** What node-postgres sees of a server, as lines. */
export async function nodePostgres(config: pg.ClientConfig): Promise<readonly string[]> {
  const lines: string[] = [];
  const show = (what: string, ...things: unknown[]): void => void lines.push(`${what} ${JSON.stringify(things)}`);
  const client = new pg.Client(config);
  await client.connect();
  try {
    await roundTrips(client, show);
    await changes(client, show);
    for (const text of ['SELECT nothing', 'SELECT 1/0', "SELECT 'x'::int", 'SELEC'])
      show(text, await failure(client, text));
    await notifications(client, config, show);
    await cancelled(client, config, show);
    await slowly(client, show);
  } finally {
    await client.end();
  }
  return lines;
}

type Show = (what: string, ...things: unknown[]) => void;

async function roundTrips(client: pg.Client, show: Show): Promise<void> {
  for (const binary of [false, true])
    for (const [type, value] of VALUES) {
      const query = { text: `SELECT $1::${type} AS v`, values: [value], binary, rowMode: 'array', types: AS_SENT };
      const result = await client.query(query as pg.QueryArrayConfig);
      show(`${binary} ${type}`, result.rows, result.fields[0]!.dataTypeID);
    }
}

async function changes(client: pg.Client, show: Show): Promise<void> {
  await client.query('CREATE SCHEMA node_postgres; CREATE TABLE node_postgres.rows (id int NOT NULL, name text)');
  await client.query('BEGIN');
  for (let id = 0; id < 3; id++) {
    const insert = { name: 'insert', text: 'INSERT INTO node_postgres.rows VALUES ($1, $2)', values: [id, `n${id}`] };
    show('inserted', (await client.query(insert)).rowCount);
  }
  await client.query('SAVEPOINT s');
  show('null', await failure(client, 'INSERT INTO node_postgres.rows VALUES (NULL)'));
  await client.query('ROLLBACK TO s');
  await client.query('COMMIT');
  show('rows', (await client.query('SELECT * FROM node_postgres.rows ORDER BY id')).rows);
  const several = (await client.query('SELECT 1 AS a; SELECT 2 AS b')) as unknown as pg.QueryResult[];
  show(
    'several',
    several.map(({ rows }) => rows),
  );
}

async function failure(client: pg.Client, text: string): Promise<unknown> {
  try {
    return (await client.query(text)).rows;
  } catch (error) {
    const { code, severity, message, position, column, table } = error as pg.DatabaseError;
    return { code, severity, message, position, column, table };
  }
}

async function notifications(client: pg.Client, config: pg.ClientConfig, show: Show): Promise<void> {
  const other = new pg.Client(config);
  await other.connect();
  await client.query('LISTEN from_node');
  const heard = once(client, 'notification');
  await other.query("SELECT pg_notify('from_node', $1)", ['über']);
  await other.end();
  const [{ channel, payload }] = (await heard) as [pg.Notification];
  show('heard', channel, payload);
}

async function cancelled(client: pg.Client, config: pg.ClientConfig, show: Show): Promise<void> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const other = new pg.Client(config);
  await other.connect();
  let ended = false;
  const ending = failure(client, 'SELECT pg_sleep(300)').finally(() => (ended = true));
  while (!ended) {
    await other.query('SELECT pg_cancel_backend($1)', [rows[0]!.pid]);
    await sleep(50);
  }
  await other.end();
  show('cancelled', await ending);
}

/** A large answer through a socket that is not read for a while. */
async function slowly(client: pg.Client, show: Show): Promise<void> {
  const { stream } = (client as unknown as { connection: { stream: NodeJS.ReadableStream } }).connection;
  const asked = client.query<{ n: number }>("SELECT n, repeat('x', 100) AS x FROM generate_series(1, 100000) AS n");
  stream.pause();
  await sleep(200);
  stream.resume();
  const { rows } = await asked;
  show(
    'large',
    rows.reduce((sum, { n }) => sum + n, 0),
  );
}

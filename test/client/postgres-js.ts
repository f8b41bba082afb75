import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';

type Options = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly database: string;
  readonly ssl?: { readonly ca: string };
};

/** What postgres.js sees of a server, as lines. It prepares every statement and describes it first. */
export async function postgresJs(options: Options): Promise<readonly string[]> {
  const lines: string[] = [];
  const show = (what: string, ...things: unknown[]): void => void lines.push(`${what} ${JSON.stringify(things)}`);
  const sql = postgres({ ...options, max: 3, onnotice: () => undefined, debug: false });
  try {
    await roundTrips(sql, show);
    await changes(sql, show);
    for (const text of ['SELECT nothing', 'SELECT 1/0', "SELECT 'x'::int", 'SELEC'])
      show(text, await failure(sql.unsafe(text)));
    await notifications(sql, show);
    await cancelled(sql, show);
    await cursors(sql, show);
  } finally {
    await sql.end();
  }
  return lines;
}

type Show = (what: string, ...things: unknown[]) => void;

async function roundTrips(sql: postgres.Sql, show: Show): Promise<void> {
  const at = new Date('1999-12-31T23:59:59.123Z');
  const bytes = Buffer.from([0, 255]);
  show('scalars', await sql`SELECT ${true}::bool AS b, ${-32_768}::int2 AS i, ${1.5}::float8 AS f, ${'grüße\n'} AS t`);
  show('others', await sql`SELECT ${at} AS at, ${bytes}::bytea AS bytes, ${sql.json({ a: [1, null] })}::jsonb AS j`);
  show(
    'numbers',
    await sql`SELECT ${'-9223372036854775808'}::int8 AS i, ${'1234567890123456789.000010'}::numeric AS n`,
  );
  show('arrays', await sql`SELECT ${sql.array([1, 2, 3])}::int[] AS i, ${sql.array(['a,b', '"'])}::text[] AS t`);
  show('null', await sql`SELECT ${null}::int AS i`);
  show('described', (await sql`SELECT ${1}::int8 AS a, ${'x'}::text AS b`.describe()).columns);
}

async function changes(sql: postgres.Sql, show: Show): Promise<void> {
  await sql`CREATE SCHEMA postgres_js`;
  await sql`CREATE TABLE postgres_js.rows (id int NOT NULL, name text)`;
  const rows = [0, 1, 2].map((id) => ({ id, name: `n${id}` }));
  show('inserted', (await sql`INSERT INTO postgres_js.rows ${sql(rows)}`).count);
  const begun = sql.begin(async (transaction) => {
    await transaction`DELETE FROM postgres_js.rows`;
    await transaction
      .savepoint(async (inner) => await inner`INSERT INTO postgres_js.rows VALUES (NULL)`)
      .catch(() => undefined);
    throw new Error('given up');
  });
  show('rolled back', await begun.catch((error: Error) => error.message));
  const writable = await sql`COPY postgres_js.rows FROM STDIN`.writable();
  await pipeline(Readable.from(['3\tthree\n4\t', '\\N\n']), writable);
  show('rows', await sql`SELECT * FROM postgres_js.rows ORDER BY id`);
  let copied = '';
  const readable = await sql`COPY (SELECT * FROM postgres_js.rows ORDER BY id) TO STDOUT (FORMAT csv)`.readable();
  for await (const chunk of readable) copied += String(chunk);
  show('copied', copied);
  show('null', await failure(sql`INSERT INTO postgres_js.rows VALUES (NULL)`));
  show('pipelined', await Promise.all([1, 2, 3].map(async (n) => (await sql`SELECT ${n}::int + 1 AS n`)[0])));
  show('simple', await sql.unsafe('SELECT 1 AS a; SELECT 2 AS b'));
}

async function failure(query: Promise<unknown>): Promise<unknown> {
  try {
    return await query;
  } catch (error) {
    const { code, severity, message, position, column_name, table_name } = error as postgres.PostgresError;
    return { code, severity, message, position, column_name, table_name };
  }
}

async function notifications(sql: postgres.Sql, show: Show): Promise<void> {
  const heard = Promise.withResolvers<string>();
  const listening = await sql.listen('from_postgres_js', heard.resolve);
  await sql.notify('from_postgres_js', 'über');
  show('heard', await heard.promise);
  await listening.unlisten();
}

async function cancelled(sql: postgres.Sql, show: Show): Promise<void> {
  const query = sql`SELECT pg_sleep(300)`;
  let ended = false;
  const ending = failure(query).finally(() => (ended = true));
  while (!ended) {
    await sleep(50);
    query.cancel();
  }
  show('cancelled', await ending);
}

/** A cursor, read slowly. */
async function cursors(sql: postgres.Sql, show: Show): Promise<void> {
  let sum = 0;
  let steps = 0;
  for await (const rows of sql<{ n: number }[]>`SELECT n FROM generate_series(1, 20000) AS n`.cursor(1000)) {
    for (const { n } of rows) sum += n;
    steps += 1;
    await sleep(2);
  }
  show('cursor', steps, sum);
}

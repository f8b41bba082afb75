import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GatewayClient } from './gateway-client.ts';

/** Says in the gateway's folder how far the demo got: `creating` or `ready`. */
const MARKER = 'demo';

/** Deterministic rows: every first start makes the same ones. Each statement is a snapshot of its table. */
const CREATE: readonly string[] = [
  'CREATE SCHEMA demo',
  `CREATE TABLE demo.customers (id bigint NOT NULL, name text NOT NULL, city text, credit numeric(12,2), joined date)
   PARTITION BY (bucket(4, id))`,
  `CREATE TABLE demo.orders (id bigint NOT NULL, customer_id bigint NOT NULL, ordered_at timestamptz NOT NULL,
   status text NOT NULL, amount numeric(12,2) NOT NULL) PARTITION BY (month(ordered_at))`,
  `CREATE TABLE demo.events (id bigint NOT NULL, customer_id bigint, happened_at timestamptz NOT NULL, kind text NOT NULL,
   duration_ms integer) PARTITION BY (day(happened_at))`,
  `INSERT INTO demo.customers
   SELECT g, 'Customer ' || g,
     CASE g * 7919 % 6 WHEN 0 THEN 'Berlin' WHEN 1 THEN 'Lagos' WHEN 2 THEN 'Lima' WHEN 3 THEN 'Oslo' WHEN 4 THEN 'Osaka' ELSE 'Quito' END,
     (g * 104729 % 500000)::numeric(12,2) * 0.01, date '2020-01-01' + (g * 31 % 2000)::integer
   FROM generate_series(1::bigint, 20000) g`,
  ordersBetween(1, 150_000, 'open'),
  ordersBetween(150_001, 200_000, 'open'),
  "UPDATE demo.orders SET status = 'shipped' WHERE status = 'open' AND ordered_at < timestamptz '2026-05-01 00:00:00+00'",
  `INSERT INTO demo.events
   SELECT g, g * 7907 % 20000 + 1, timestamptz '2026-01-01 00:00:00+00' + g * interval '3 seconds',
     CASE g * 6007 % 10 WHEN 0 THEN 'error' WHEN 1 THEN 'purchase' WHEN 2 THEN 'search' WHEN 3 THEN 'search' ELSE 'view' END,
     (g * 15485863 % 4000)::integer
   FROM generate_series(1::bigint, 780000) g`,
];

const REMOVE: readonly string[] = [
  'DROP TABLE IF EXISTS demo.customers',
  'DROP TABLE IF EXISTS demo.orders',
  'DROP TABLE IF EXISTS demo.events',
  'DROP SCHEMA IF EXISTS demo',
];

/**
 * Creates the schema `demo` through the gateway's own SQL, about a million rows. What an interrupted creation left is
 * removed first; a schema `demo` that is not ours stays as it is. Resolves to whether the demo is there.
 */
export async function ensureDemo(
  folder: string,
  connect: () => Promise<GatewayClient>,
  signal: AbortSignal,
): Promise<boolean> {
  const marker = join(folder, MARKER);
  const state = await readFile(marker, 'utf8').catch(() => 'none');
  if (state === 'none' || state === 'creating') {
    await using client = await connect();
    if (state === 'creating') await runAll(client, REMOVE, signal);
    else if (await hasDemoSchema(client)) return false;
    process.stderr.write('bergwire: creating the schema demo, about a million rows ...\n');
    await mkdir(folder, { recursive: true });
    await writeFile(marker, 'creating');
    await runAll(client, CREATE, signal);
    await writeFile(marker, 'ready');
    return true;
  }
  await using client = await connect();
  return await hasDemoSchema(client);
}

async function hasDemoSchema(client: GatewayClient): Promise<boolean> {
  const { rows } = await client.rows(
    "SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'demo' AND c.relname = 'orders'",
  );
  return rows[0]?.[0] !== '0';
}

async function runAll(client: GatewayClient, statements: readonly string[], signal: AbortSignal): Promise<void> {
  for (const statement of statements) {
    signal.throwIfAborted();
    await client.rows(statement);
  }
}

function ordersBetween(first: number, last: number, status: string): string {
  return `INSERT INTO demo.orders
   SELECT g, g * 6151 % 20000 + 1, timestamptz '2026-01-01 00:00:00+00' + g * interval '70 seconds',
     '${status}', (g * 49979687 % 100000 + 100)::numeric(12,2) * 0.01
   FROM generate_series(${first}::bigint, ${last}) g`;
}

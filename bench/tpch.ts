/**
 * The 22 queries of TPC-H through the wire, against DuckDB on the same Parquet files with the same threads and the
 * original text: best of several warm runs each, in turns. TPCH_SCALE (1), TPCH_RUNS (3), TPCH_QUERIES (e.g. `1,5`);
 * a PostgreSQL server on the same rows is asked too where one is installed, unless TPCH_POSTGRES=0. Targets: no query
 * over 1.5, the total at most 1.15.
 */
import { availableParallelism } from 'node:os';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import pg from 'pg';
import { startGateway } from '../test/support/gateway.ts';
import { TPCH_QUERIES } from '../test/translate/tpch/queries.ts';
import { bestOf } from './best-of.ts';
import { tpchFolder } from './tpch-tables.ts';
import { findPostgres } from '../test/support/real-postgres.ts';
import { startTpchPostgres } from './tpch-postgres.ts';

const TABLES = ['region', 'nation', 'supplier', 'part', 'partsupp', 'customer', 'orders', 'lineitem'];
const scale = Number(process.env.TPCH_SCALE ?? 1);
const runs = Number(process.env.TPCH_RUNS ?? 3);
const only = process.env.TPCH_QUERIES?.split(',').map(Number);
const threads = availableParallelism();
const numbers = TPCH_QUERIES.map((_, index) => index + 1).filter((number) => only?.includes(number) ?? true);

await using gateway = await startGateway({ folder: await tpchFolder(scale) });
const client = new pg.Client({
  host: gateway.host,
  port: gateway.port,
  user: gateway.user,
  database: gateway.database,
});
await client.connect();
await client.query('SET search_path TO tpch');
const duckdb = await directConnection(client);
const withPostgres = process.env.TPCH_POSTGRES !== '0' && (await findPostgres()) !== undefined;
const postgres = withPostgres ? await startTpchPostgres(duckdb, TABLES, threads) : undefined;
try {
  let [ours, theirs, servers] = [0, 0, 0];
  for (const number of numbers) {
    const text = TPCH_QUERIES[number - 1]!;
    const direct = async () => (await duckdb.runAndReadAll(text)).getRows();
    const rows = (await client.query(text)).rows.length;
    const directRows = (await direct()).length;
    if (rows !== directRows) throw new Error(`query ${number}: ${rows} rows, DuckDB has ${directRows}`);
    const gatewayMs = await bestOf(runs, () => client.query(text));
    const directMs = await bestOf(runs, direct);
    const serverMs = postgres === undefined ? 0 : await bestOf(1, () => postgres.client.query(text));
    ours += gatewayMs;
    theirs += directMs;
    servers += serverMs;
    print(`query ${number}`, gatewayMs, directMs, serverMs);
  }
  print('total', ours, theirs, servers);
} finally {
  await postgres?.[Symbol.asyncDispose]();
  await client.end();
}

/** A DuckDB of its own over the data files that the gateway's tables have. */
async function directConnection(source: pg.Client): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connection = await instance.connect();
  for (const table of TABLES) {
    const { rows } = await source.query<{ file_path: string }>(`SELECT file_path FROM tpch."${table}$files"`);
    const files = rows.map(({ file_path: path }) => `'${path.replace('file://', '')}'`);
    await connection.run(`CREATE VIEW ${table} AS FROM read_parquet([${files.join(', ')}])`);
  }
  return connection;
}

function print(name: string, gatewayMs: number, directMs: number, serverMs: number): void {
  const parts = [
    name.padEnd(9),
    `gateway ${gatewayMs.toFixed(0).padStart(6)} ms`,
    `DuckDB ${directMs.toFixed(0).padStart(6)} ms`,
    `ratio ${(gatewayMs / directMs).toFixed(2)}`,
  ];
  if (serverMs > 0) {
    parts.push(`PostgreSQL ${serverMs.toFixed(0).padStart(6)} ms`, `ratio ${(gatewayMs / serverMs).toFixed(2)}`);
  }
  console.log(parts.join('  '));
}

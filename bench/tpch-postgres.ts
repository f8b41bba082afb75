import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import pg from 'pg';
import { startPostgres } from '../test/support/real-postgres.ts';
import { TPCH_TABLES } from '../test/translate/tpch/tables.ts';

export type TpchPostgres = { readonly client: pg.Client; [Symbol.asyncDispose](): Promise<void> };

/** A PostgreSQL server with the rows that DuckDB sees, keys indexed as the specification's clause 1.4 names them. */
export async function startTpchPostgres(
  duckdb: DuckDBConnection,
  tables: readonly string[],
  threads: number,
): Promise<TpchPostgres> {
  const server = await startPostgres({
    settings: {
      shared_buffers: '4GB',
      work_mem: '512MB',
      max_wal_size: '16GB',
      max_parallel_workers_per_gather: String(threads - 1),
      jit: 'off',
    },
  });
  const folder = await mkdtemp(join(tmpdir(), 'bergwire-tpch-'));
  const client = new pg.Client({ connectionString: server.connectionString });
  try {
    await chmod(folder, 0o755);
    await client.connect();
    for (const definition of TPCH_TABLES) {
      await client.query(definition.replace('CREATE TABLE', 'CREATE UNLOGGED TABLE'));
    }
    for (const table of tables) {
      const file = join(folder, `${table}.csv`);
      await duckdb.run(`COPY ${table} TO '${file}' (FORMAT csv, HEADER false)`);
      await client.query(`COPY ${table} FROM '${file}' (FORMAT csv)`);
      await rm(file);
    }
    for (const [table, columns] of KEYS) await client.query(`ALTER TABLE ${table} ADD PRIMARY KEY (${columns})`);
    await client.query('CREATE INDEX ON partsupp (ps_suppkey)');
    await client.query('CREATE INDEX ON lineitem (l_partkey, l_suppkey)');
    await client.query('CREATE INDEX ON orders (o_custkey)');
    await client.query('VACUUM ANALYZE');
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return {
    client,
    async [Symbol.asyncDispose]() {
      await client.end();
      await server[Symbol.asyncDispose]();
    },
  };
}

const KEYS: readonly (readonly [string, string])[] = [
  ['region', 'r_regionkey'],
  ['nation', 'n_nationkey'],
  ['supplier', 's_suppkey'],
  ['part', 'p_partkey'],
  ['partsupp', 'ps_partkey, ps_suppkey'],
  ['customer', 'c_custkey'],
  ['orders', 'o_orderkey'],
  ['lineitem', 'l_orderkey, l_linenumber'],
];

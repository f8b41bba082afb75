/**
 * A worker thread that makes a data directory: initdb, the database, the first role, what is taken away from
 * everybody. In a thread of its own because initdb needs some 500 MB, which end with it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

export type PrepareOptions = {
  readonly dataDirectory: string;
  readonly database: string;
  /** Run in the cluster's own database, then in `database`. */
  readonly clusterSql: readonly string[];
  readonly databaseSql: readonly string[];
  /** Functions that nobody may execute, all overloads. */
  readonly deniedFunctions: readonly string[];
};

const { dataDirectory, database, clusterSql, databaseSql, deniedFunctions } = workerData as PrepareOptions;

const cluster = await PGlite.create({ dataDir: dataDirectory });
for (const statement of clusterSql) await cluster.exec(statement);
await cluster.close();

const opened = await PGlite.create({ dataDir: dataDirectory, database });
for (const statement of databaseSql) await opened.exec(statement);
const { rows } = await opened.query<{ name: string }>(
  `SELECT oid::regprocedure::text AS name FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname = ANY ($1)`,
  [deniedFunctions],
);
for (const { name } of rows) await opened.exec(`REVOKE EXECUTE ON FUNCTION pg_catalog.${name} FROM PUBLIC`);
await opened.exec('CHECKPOINT');
await opened.close();
parentPort?.postMessage('done');

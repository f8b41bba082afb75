/**
 * A worker thread that makes a data directory: initdb, the database, the first role, what is taken away from
 * everybody. In a thread of its own because initdb needs some 500 MB, which end with it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

export type PrepareOptions = {
  readonly dataDirectory: string;
  readonly database: string;
  /** Run in the cluster's own database, then in `database`. Without the first there is a cluster already. */
  readonly clusterSql: readonly string[];
  readonly databaseSql: readonly string[];
  /** Functions that nobody may execute, all overloads. */
  readonly deniedFunctions: readonly string[];
  /** Functions that everybody may execute again. */
  readonly allowedFunctions: readonly string[];
};

const { dataDirectory, database, clusterSql, databaseSql, deniedFunctions, allowedFunctions } =
  workerData as PrepareOptions;

if (clusterSql.length > 0) {
  const cluster = await PGlite.create({ dataDir: dataDirectory });
  for (const statement of clusterSql) await cluster.exec(statement);
  await cluster.close();
}

const opened = await PGlite.create({ dataDir: dataDirectory, database });
for (const statement of databaseSql) await opened.exec(statement);
for (const signature of await signaturesOf(deniedFunctions))
  await opened.exec(`REVOKE EXECUTE ON FUNCTION pg_catalog.${signature} FROM PUBLIC`);
for (const signature of await signaturesOf(allowedFunctions))
  await opened.exec(`GRANT EXECUTE ON FUNCTION pg_catalog.${signature} TO PUBLIC`);
await opened.exec('CHECKPOINT');
await opened.close();
parentPort?.postMessage('done');

/** All overloads of the functions of these names. */
async function signaturesOf(functions: readonly string[]): Promise<readonly string[]> {
  const { rows } = await opened.query<{ name: string }>(
    `SELECT oid::regprocedure::text AS name FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname = ANY ($1)`,
    [functions],
  );
  return rows.map(({ name }) => name);
}

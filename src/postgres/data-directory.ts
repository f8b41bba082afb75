/**
 * Data directories of the embedded Postgres. One is prepared (initdb, database, role) once per version, database and
 * role and kept in the folder; every opening works on a copy of its own, which ends with it: the mirror is a cache.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { deniedFunctions, functionsAllowedInPrivate } from './denied-functions.ts';
import type { PrepareOptions } from './prepare-worker.ts';
import { quoteIdentifier, quoteLiteral } from './quote.ts';
import { hiddenSchema } from './hidden-schema.ts';
import { PRIVATE_OID_GAP } from './private/private-oid-gap.ts';
import { sessionFunctions } from './session-functions.ts';

export type DataDirectoryOptions = {
  /** Folder for prepared and running directories; created if missing. */
  readonly folder: string;
  readonly database: string;
  /** The first role; owns the database and every mirrored schema. */
  readonly role: string;
  /** In `private` instances, which run what one client wrote, the role owns nothing. Default `mirror`. */
  readonly purpose?: 'mirror' | 'private';
};

/** A fresh copy of the prepared directory, prepared first if need be (about 2-4 s). */
export async function freshDataDirectory(options: DataDirectoryOptions): Promise<string> {
  await mkdir(options.folder, { recursive: true });
  await removeOrphans(options.folder);
  const prepared = await preparedDirectory(options);
  const copy = join(options.folder, `running-${process.pid}-${uniquePart()}`);
  await cp(prepared, copy, { recursive: true, mode: constants.COPYFILE_FICLONE });
  return copy;
}

async function preparedDirectory(options: DataDirectoryOptions): Promise<string> {
  const mirror: Recipe = {
    clusterSql: clusterStatements(options),
    databaseSql: databaseStatements(options),
    deniedFunctions,
    allowedFunctions: [],
  };
  const made = await preparedBy(options, [mirror]);
  if (options.purpose !== 'private') return made;
  const last = {
    clusterSql: [],
    databaseSql: privateStatements(options),
    deniedFunctions: [],
    allowedFunctions: functionsAllowedInPrivate,
  };
  return await preparedBy(options, [mirror, last], made);
}

type Recipe = Omit<PrepareOptions, 'dataDirectory' | 'database'>;

/** The directory that the last of the recipes leads to, from a copy of `base` or from nothing. */
async function preparedBy(options: DataDirectoryOptions, recipes: readonly Recipe[], base?: string): Promise<string> {
  const whole = JSON.stringify([await pgliteVersion(), options.database, recipes]);
  const key = createHash('sha256').update(whole).digest('hex').slice(0, 16);
  const prepared = join(options.folder, `prepared-${key}`);
  if (await exists(join(prepared, 'PG_VERSION'))) return prepared;
  const attempt = join(options.folder, `running-${process.pid}-${uniquePart()}`);
  if (base !== undefined) await cp(base, attempt, { recursive: true, mode: constants.COPYFILE_FICLONE });
  await runPrepareThread({ dataDirectory: attempt, database: options.database, ...recipes.at(-1)! });
  try {
    await rename(attempt, prepared);
  } catch (error) {
    // Another process was first; its directory is as good.
    await rm(attempt, { recursive: true, force: true });
    if (!(await exists(join(prepared, 'PG_VERSION')))) throw error;
  }
  return prepared;
}

/** Its Postgres may change with any version. */
async function pgliteVersion(): Promise<string> {
  const manifest = new URL('../package.json', import.meta.resolve('@electric-sql/pglite'));
  return (JSON.parse(await readFile(manifest, 'utf8')) as { version: string }).version;
}

function clusterStatements({ database, role }: DataDirectoryOptions): string[] {
  const settings = {
    shared_buffers: '16MB',
    debug_pretty_print: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Rows that are copied into a table of the same transaction leave no trace in the log.
    wal_level: 'minimal',
    max_wal_senders: '0',
  };
  return [
    `CREATE ROLE ${quoteIdentifier(role)} LOGIN CREATEROLE`,
    ...(database === 'postgres' ? [] : [`CREATE DATABASE ${quoteIdentifier(database)} OWNER ${quoteIdentifier(role)}`]),
    ...Object.entries(settings).map(([name, value]) => `ALTER SYSTEM SET ${name} = ${quoteLiteral(value)}`),
  ];
}

function databaseStatements({ database, role }: DataDirectoryOptions): string[] {
  return [
    database === 'postgres' ? `ALTER DATABASE postgres OWNER TO ${quoteIdentifier(role)}` : 'DROP DATABASE postgres',
    // The prefix pg_ keeps the schema out of tools' listings, and out of users' hands.
    `SET allow_system_table_mods = on; CREATE SCHEMA ${hiddenSchema}; GRANT USAGE ON SCHEMA ${hiddenSchema} TO PUBLIC; ` +
      `GRANT CREATE ON SCHEMA ${hiddenSchema} TO ${quoteIdentifier(role)}`,
    ...sessionFunctions,
  ];
}

function privateStatements({ role }: DataDirectoryOptions): string[] {
  return [
    `ALTER SCHEMA ${hiddenSchema} OWNER TO pg_database_owner`,
    `REVOKE CREATE ON SCHEMA ${hiddenSchema} FROM pg_database_owner, ${quoteIdentifier(role)}`,
    'REVOKE CREATE ON SCHEMA public FROM pg_database_owner',
    // Objects of private instances have oids that those of the mirror do not reach for a long time: an oid that a client
    // learned says where it is from.
    `SELECT count(pg_nextoid('pg_class', 'oid', 'pg_class_oid_index')) FROM generate_series(1, ${PRIVATE_OID_GAP})`,
  ];
}

function runPrepareThread(options: PrepareOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./prepare-worker.ts', import.meta.url), { workerData: options });
    let isDone = false;
    worker.once('message', () => {
      isDone = true;
      void worker.terminate();
    });
    worker.once('error', reject);
    worker.once('exit', (code) =>
      isDone ? resolve() : reject(new Error(`preparing the data directory ended with code ${code}`)),
    );
  });
}

/** Directories of processes that are gone. */
async function removeOrphans(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const owner = /^running-(\d+)-/.exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner))) await rm(join(folder, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

function uniquePart(): string {
  return createHash('sha256').update(`${process.hrtime.bigint()} ${Math.random()}`).digest('hex').slice(0, 12);
}

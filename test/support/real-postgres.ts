import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A throw-away PostgreSQL: locale C.UTF-8, time zone UTC, trust authentication on loopback, no fsync. */
export type RealPostgres = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly connectionString: string;
  /** `PostgreSQL 15.x ...`, the output of `postgres --version`. */
  readonly version: string;
  [Symbol.asyncDispose](): Promise<void>;
};

export type RealPostgresOptions = {
  /** Extra settings, e.g. `{ max_connections: '10' }`. */
  readonly settings?: Readonly<Record<string, string>>;
};

const USER = 'postgres';
const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 10_000;

/** Starts a server of its own in a temporary folder; dispose it to stop it and remove the folder. */
export async function startPostgres(options: RealPostgresOptions = {}): Promise<RealPostgres> {
  const bin = await findPostgres();
  if (bin === undefined) throw new Error('no PostgreSQL server found in /usr/lib/postgresql or PATH');
  const account = serverAccount();
  const folder = await mkdtemp(join(tmpdir(), 'bergwire-postgres-'));
  try {
    if (account !== undefined) await chown(folder, account.uid, account.gid);
    initialise(bin, join(folder, 'data'), account);
    return await serve(bin, folder, account, options);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The newest PostgreSQL's folder of programs, undefined where none is installed; tests skip by name then. */
export async function findPostgres(): Promise<string | undefined> {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? await readdir(root) : [];
  const installed = versions.toSorted((a, b) => Number(b) - Number(a)).map((version) => join(root, version, 'bin'));
  const path = (process.env.PATH ?? '').split(':').filter((folder) => folder !== '');
  return [...installed, ...path].find(
    (folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
  );
}

type Account = { readonly uid: number; readonly gid: number };

/** PostgreSQL refuses to run as root; it then runs as the account that its package made. */
function serverAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  if (uid?.status !== 0 || gid?.status !== 0) throw new Error('running as root, and there is no account "postgres"');
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

function initialise(bin: string, dataFolder: string, account: Account | undefined): void {
  const flags = ['-D', dataFolder, '-U', USER, '-A', 'trust', '--no-sync', '--encoding=UTF8', '--locale=C.UTF-8'];
  const done = spawnSync(join(bin, 'initdb'), flags, {
    ...account,
    cwd: '/',
    encoding: 'utf8',
    env: cleanEnvironment(),
  });
  if (done.status !== 0) throw new Error(`initdb failed: ${done.stderr}`);
}

async function serve(
  bin: string,
  folder: string,
  account: Account | undefined,
  options: RealPostgresOptions,
): Promise<RealPostgres> {
  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: folder,
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(join(bin, 'postgres'), ['-D', join(folder, 'data'), ...flags], {
    ...account,
    cwd: '/',
    env: cleanEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  server.stderr!.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-10_000)));
  await untilReady(server, port, () => log);
  const version = spawnSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' }).stdout.trim();
  return {
    host: '127.0.0.1',
    port,
    user: USER,
    database: 'postgres',
    connectionString: `postgres://${USER}@127.0.0.1:${port}/postgres`,
    version,
    async [Symbol.asyncDispose]() {
      await stop(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(server: ChildProcess, port: number, log: () => string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await answersStartup(port))) {
    if (server.exitCode !== null) throw new Error(`postgres ended at once:\n${log()}`);
    if (Date.now() > deadline) {
      await stop(server);
      throw new Error(`postgres was not ready after ${READY_WITHIN_MS} ms:\n${log()}`);
    }
    await sleep(20);
  }
}

/** True once the server lets a session in (`R`); while it starts it answers an error (57P03). */
function answersStartup(port: number): Promise<boolean> {
  const parameters = Buffer.from(`user\0${USER}\0database\0postgres\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + parameters.length, 0);
  head.writeInt32BE(0x30000, 4);
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    const finish = (ready: boolean): void => {
      socket.destroy();
      resolve(ready);
    };
    socket.on('connect', () => socket.write(Buffer.concat([head, parameters])));
    socket.on('data', (bytes: Buffer) => finish(bytes[0] === 'R'.charCodeAt(0)));
    socket.on('error', () => finish(false)).on('close', () => finish(false));
  });
}

/** SIGINT is PostgreSQL's fast shutdown. */
async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGINT');
  const impatience = setTimeout(() => server.kill('SIGQUIT'), STOPPED_WITHIN_MS);
  await ended;
  clearTimeout(impatience);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Without the caller's PG* variables, which initdb and postgres would follow. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PG') && !name.startsWith('LC_'));
  return { ...Object.fromEntries(kept), LANG: 'C.UTF-8', TZ: 'UTC' };
}

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** A PgBouncer on loopback before one server: SCRAM of the client's and of the server's side, TLS to the server. */
export type PgBouncer = {
  readonly host: string;
  readonly port: number;
  [Symbol.asyncDispose](): Promise<void>;
};

export type PgBouncerOptions = {
  readonly server: { readonly host: string; readonly port: number; readonly database: string };
  readonly user: string;
  readonly password: string;
  readonly poolMode: 'session' | 'transaction';
};

const READY_WITHIN_MS = 30_000;
/** It does not run as root; it then takes the account that its package made. */
const ACCOUNT = process.getuid?.() === 0 ? 'user = postgres\n' : '';

export async function startPgBouncer({ server, user, password, poolMode }: PgBouncerOptions): Promise<PgBouncer> {
  const folder = await mkdtemp(join(tmpdir(), 'bergwire-pgbouncer-'));
  await chmod(folder, 0o755);
  const port = await freePort();
  await writeFile(join(folder, 'users.txt'), `"${user}" "${password}"\n`);
  await writeFile(
    join(folder, 'pgbouncer.ini'),
    `[databases]
${server.database} = host=${server.host} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
${ACCOUNT}auth_type = scram-sha-256
auth_file = ${join(folder, 'users.txt')}
pool_mode = ${poolMode}
default_pool_size = 2
server_reset_query = DISCARD ALL
server_reset_query_always = 1
server_tls_sslmode = require
ignore_startup_parameters = extra_float_digits,options
logfile =
`,
  );
  const child = spawn(pgBouncerPath(), [join(folder, 'pgbouncer.ini')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-10_000)));
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await answers(port, server.database, user, password))) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`PgBouncer does not answer:\n${log}`);
    await sleep(50);
  }
  return {
    host: '127.0.0.1',
    port,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Debian keeps it where users' PATH does not look. */
function pgBouncerPath(): string {
  return spawnSync('pgbouncer', ['--version']).status === 0 ? 'pgbouncer' : '/usr/sbin/pgbouncer';
}

async function answers(port: number, database: string, user: string, password: string): Promise<boolean> {
  const client = new pg.Client({ host: '127.0.0.1', port, database, user, password });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The command as a user runs it: a process of its own, in a working folder of its own. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DatabaseError } from 'pg-protocol';
import { GatewayClient } from '../../src/cli/gateway-client.ts';

const LAUNCHER = fileURLToPath(new URL('../../src/cli/launch.mjs', import.meta.url));

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bergwire-cli-'));
});
after(() => rm(folder, { recursive: true, force: true }));

function start(args: readonly string[], environment: Record<string, string> = {}): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [LAUNCHER, ...args], {
    cwd: folder,
    env: { ...process.env, BERGWIRE_TOOLS: undefined, ...environment },
  });
}

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

async function run(args: readonly string[], input = '', environment?: Record<string, string>): Promise<Ended> {
  const child = start(args, environment);
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: code as number | null, stdout, stderr };
}

describe('words', () => {
  test('version', async () => {
    const { code, stdout } = await run(['version']);
    assert.equal(code, 0);
    assert.match(stdout, /^bergwire \d+\.\d+\.\d+\n$/);
  });

  test('help names every command', async () => {
    const { code, stdout } = await run(['--help']);
    assert.equal(code, 0);
    for (const word of ['serve', 'sql', 'user', 'config', 'version', 'help']) assert.ok(stdout.includes(word), word);
  });

  test('an unknown command is refused', async () => {
    const { code, stdout, stderr } = await run(['serv']);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    assert.match(stderr, /unknown command "serv"; expected one of serve, sql, user, config, version, help/);
  });

  test('a wrong setting is refused before anything starts', async () => {
    const { code, stderr } = await run(['--listen.port', 'x']);
    assert.equal(code, 2);
    assert.match(stderr, /^bergwire: listen\.port \(--listen\.port\): "x" is not accepted; expected a whole number/);
  });

  test('config prints values, sources and no secrets', async () => {
    await writeFile(join(folder, 'my.yaml'), 'listen: { port: 6000 }\n');
    const { code, stdout } = await run(['config', '--config', 'my.yaml'], '', {
      BERGWIRE_STORAGE_S3_SECRET_ACCESS_KEY: 'hush',
    });
    assert.equal(code, 0);
    assert.match(stdout, /port: 6000 +# my\.yaml:1/);
    assert.match(stdout, /secretAccessKey: "\*+" +# BERGWIRE_STORAGE_S3_SECRET_ACCESS_KEY/);
    assert.ok(!stdout.includes('hush'));
  });
});

describe('sql without a server', () => {
  // Port 1 is never listened on by a test, so the command opens the warehouse itself.
  const own = ['sql', '--port=1'];

  test('statements of the command line, kept in the warehouse', async () => {
    const created = await run([...own, 'CREATE SCHEMA s; CREATE TABLE s.t (id int, name text)']);
    assert.deepEqual(created, { code: 0, stdout: 'CREATE SCHEMA\nCREATE TABLE\n', stderr: '' });
    const inserted = await run([...own, "INSERT INTO s.t VALUES (1, 'one'), (2, NULL)"]);
    assert.deepEqual(inserted, { code: 0, stdout: 'INSERT 0 2\n', stderr: '' });
    const { stdout } = await run([...own, 'SELECT * FROM s.t ORDER BY id']);
    assert.equal(stdout, ' id | name \n----+------\n  1 | one\n  2 | \n(2 rows)\n\n');
  });

  test('statements of stdin', async () => {
    const { code, stdout } = await run(own, 'SELECT 1 AS one;\nSELECT 2 AS two;\n');
    assert.equal(code, 0);
    assert.match(stdout, / one \n-+\n +1\n\(1 row\)\n\n two \n/);
  });

  test('an error goes to stderr with its SQLSTATE', async () => {
    const { code, stdout, stderr } = await run([...own, 'SELECT nothing']);
    assert.deepEqual({ code, stdout }, { code: 1, stdout: '' });
    assert.match(stderr, /^ERROR: {2}column "nothing" does not exist \(42703\)/);
  });

  test('an unknown database is an error', async () => {
    const { code, stderr } = await run([...own, '--database=none', 'SELECT 1']);
    assert.equal(code, 1);
    assert.match(stderr, /database "none" does not exist/);
  });
});

describe('serve', () => {
  /** A running server and the port that it says it listens on. */
  async function serve(args: readonly string[]): Promise<{ child: ChildProcessWithoutNullStreams; port: number }> {
    const child = start(['serve', '--port=0', '--demo=false', ...args]);
    let printed = '';
    let complained = '';
    child.stderr.on('data', (chunk: Buffer) => (complained += chunk.toString()));
    for await (const chunk of child.stdout) {
      printed += String(chunk);
      const port = /psql -h 127\.0\.0\.1 -p (\d+) -U bergwire/.exec(printed)?.[1];
      if (port !== undefined) return { child, port: Number(port) };
    }
    throw new Error(`the server ended: ${printed}${complained}`);
  }

  const connect = (port: number): Promise<GatewayClient> =>
    GatewayClient.connect({ host: '127.0.0.1', port, user: 'bergwire', database: 'bergwire' });

  async function createRows(client: GatewayClient): Promise<void> {
    await client.rows('CREATE SCHEMA IF NOT EXISTS grace');
    await client.rows('DROP TABLE IF EXISTS grace.t');
    await client.rows('CREATE TABLE grace.t AS SELECT g::bigint AS n FROM generate_series(1, 20000) g');
  }

  test('SIGTERM lets a statement finish, refuses new sessions and ends with 0', async () => {
    const { child, port } = await serve(['--limits.shutdownGraceMs=30s']);
    const ended = once(child, 'exit');
    await using busy = await connect(port);
    await createRows(busy);
    const idle = await connect(port);
    const running = busy.rows('SELECT count(*) FROM grace.t a, grace.t b WHERE a.n * b.n % 1000 = 1');
    await new Promise((resolve) => setTimeout(resolve, 200));
    child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 200));
    await assert.rejects(
      idle.rows('SELECT 1'),
      (error: Error) => !(error instanceof DatabaseError) || error.code === '57P01',
    );
    assert.deepEqual((await running).rows, [['160000']]);
    assert.deepEqual(await ended, [0, null]);
    await assert.rejects(connect(port));
  });

  test('after the grace period running statements end with 57P01', async () => {
    const { child, port } = await serve(['--limits.shutdownGraceMs=100']);
    const ended = once(child, 'exit');
    await using busy = await connect(port);
    await createRows(busy);
    const endless = busy.rows('SELECT count(*) FROM grace.t a, grace.t b, grace.t c WHERE a.n * b.n % 1000 = c.n');
    const refused = assert.rejects(endless, (error: Error) => error instanceof DatabaseError && error.code === '57P01');
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill('SIGTERM');
    await refused;
    assert.deepEqual(await ended, [0, null]);
  });

  test('sql asks the running server', async () => {
    const { child, port } = await serve([]);
    const ended = once(child, 'exit');
    const { code, stdout } = await run(['sql', `--port=${port}`, 'SELECT 42 AS answer']);
    assert.deepEqual({ code, stdout }, { code: 0, stdout: ' answer \n--------\n     42\n(1 row)\n\n' });
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null]);
  });

  test('without enough threads for DuckDB it does not start', async () => {
    const { code, stderr } = await run(['serve', '--port=0'], '', { UV_THREADPOOL_SIZE: '4' });
    assert.equal(code, 2);
    assert.match(stderr, /UV_THREADPOOL_SIZE must be at least 32/);
  });
});

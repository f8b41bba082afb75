/**
 * Drivers and a pooler, each doing the same to PostgreSQL and to a gateway that asks for SCRAM over TLS: what they see
 * is the same.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startPgBouncer } from '../support/pg-bouncer.ts';
import { startPostgres } from '../support/real-postgres.ts';
import type { RealPostgres } from '../support/real-postgres.ts';
import { startSecureGateway } from '../support/secure-gateway.ts';
import type { SecureGateway } from '../support/secure-gateway.ts';
import { need, tools } from '../support/tools.ts';
import { nodePostgres } from './node-postgres.ts';
import { postgresJs } from './postgres-js.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const run = promisify(execFile);
const WITHIN_MS = 300_000;

let postgres: RealPostgres;
let secure: SecureGateway;
before(async () => {
  [postgres, secure] = await Promise.all([startPostgres(), startSecureGateway()]);
});
after(() => Promise.all([postgres[Symbol.asyncDispose](), secure[Symbol.asyncDispose]()]));

/** TLS is asked for and verified. */
function gatewayUrl(): string {
  const { gateway, password, caFile } = secure;
  return `postgres://bergwire:${password}@localhost:${gateway.port}/bergwire?sslmode=verify-full&sslrootcert=${caFile}`;
}

async function linesOf(program: string, args: readonly string[], folder?: string): Promise<readonly string[]> {
  const { stdout } = await run(program, [...args], { timeout: WITHIN_MS, ...(folder && { cwd: folder }) });
  return stdout.trimEnd().split('\n');
}

/** A program's lines of both servers. */
async function bothSee(
  theirs: string,
  ours: string,
  lines: (url: string) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const expected = await lines(theirs);
  assert.deepEqual(await lines(ours), expected);
  return expected;
}

test('pgx', { skip: need('go') }, async () => {
  const seen = await bothSee(postgres.connectionString, gatewayUrl(), (url) =>
    linesOf('go', ['run', '.', url], here('pgx')),
  );
  assert.match(seen.at(-1)!, /^large 5000050000 10000000$/);
});

test('psycopg', { skip: need('python') }, async () => {
  const seen = await bothSee(postgres.connectionString, gatewayUrl(), (url) =>
    linesOf(tools.python, [here('psycopg_session.py'), url]),
  );
  assert.equal(seen.at(-1), "'streamed' 200010000");
});

test('node-postgres', async () => {
  const { host, port, user, database } = postgres;
  const { gateway, password, caFile } = secure;
  const expected = await nodePostgres({ host, port, user, database });
  const ssl = { ca: readFileSync(caFile, 'utf8') };
  const seen = await nodePostgres({
    host: 'localhost',
    port: gateway.port,
    user: 'bergwire',
    password,
    database: 'bergwire',
    ssl,
  });
  assert.deepEqual(seen, expected);
  assert.match(expected.at(-1)!, /^large /);
});

test('postgres.js', async () => {
  const { host, port, user, database } = postgres;
  const { gateway, password, caFile } = secure;
  const expected = await postgresJs({ host, port, user, database });
  const ssl = { ca: readFileSync(caFile, 'utf8') };
  const seen = await postgresJs({
    host: 'localhost',
    port: gateway.port,
    user: 'bergwire',
    password,
    database: 'bergwire',
    ssl,
  });
  assert.deepEqual(seen, expected);
  assert.match(expected.at(-1)!, /^cursor /);
});

for (const poolMode of ['session', 'transaction'] as const)
  test(`PgBouncer pooling by ${poolMode}`, { skip: need('pgbouncer', 'python') }, async () => {
    const { gateway, password } = secure;
    await using bouncer = await startPgBouncer({ server: gateway, user: 'bergwire', password, poolMode });
    const url = `postgres://bergwire:${password}@${bouncer.host}:${bouncer.port}/bergwire`;
    // Without a pooler, and in PostgreSQL, the same is seen.
    const schema = `pooled_by_${poolMode}`;
    const seen = await bothSee(postgres.connectionString, url, (each) =>
      linesOf(tools.python, [here('psycopg_session.py'), each, schema]),
    );
    assert.ok(seen.length > 20);
    // More clients than connections to the server, one after another in the same ones: none sees another's session.
    const names = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        const lines = await linesOf(tools.python, [here('pooled_session.py'), url, `client ${index}`, poolMode]);
        return lines.join('|');
      }),
    );
    assert.deepEqual(
      names,
      Array.from({ length: 12 }, (_, index) => `client ${index}|UTC|None`),
    );
  });

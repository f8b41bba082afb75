/** pgjdbc in all its modes: what programs print over the gateway is what they print over PostgreSQL. */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openSqliteControlLog } from '../../../src/governance/sqlite-control-log.ts';
import { RoleRegistry } from '../../../src/governance/role-registry.ts';
import { printScramVerifier, scramVerifier } from '../../../src/governance/scram-verifier.ts';
import { TestAuthority } from '../../support/certificates.ts';
import { startGateway } from '../../support/gateway.ts';
import type { Gateway } from '../../support/gateway.ts';
import { startPostgres } from '../../support/real-postgres.ts';
import type { RealPostgres } from '../../support/real-postgres.ts';
import { need, tools } from '../../support/tools.ts';

const run = promisify(execFile);
const skip = need('java', 'pgjdbc');

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'bergwire-jdbc-'));
  if (skip !== false) return;
  const programs = ['CopyAndCancel', 'Metadata', 'QueryModes', 'SecureLogin'];
  const sources = programs.map((name) => fileURLToPath(new URL(`${name}.java`, import.meta.url)));
  execFileSync('javac', ['-cp', tools.jar('postgresql-')!, '-d', folder, ...sources]);
});
after(() => rmSync(folder, { recursive: true }));

type Server = Pick<Gateway, 'host' | 'port' | 'user' | 'database'>;

/** Standard output of a program of this folder, as lines. */
async function linesOf(program: string, server: Server, options: string, args: readonly string[] = []) {
  const { host, port, database } = server;
  const url = `jdbc:postgresql://${host}:${port}/${database}?${options}`;
  const classes = [tools.jar('postgresql-')!, folder].join(':');
  const { stdout } = await run('java', ['-Duser.timezone=Asia/Kathmandu', '-cp', classes, program, url, ...args], {
    timeout: 300_000,
  });
  return stdout.trimEnd().split('\n');
}

describe('the same over the gateway and PostgreSQL', { skip }, () => {
  let gateway: Gateway;
  let postgres: RealPostgres;
  before(async () => {
    [gateway, postgres] = await Promise.all([startGateway(), startPostgres()]);
  });
  after(() => Promise.all([gateway[Symbol.asyncDispose](), postgres[Symbol.asyncDispose]()]));

  async function assertSame(program: string, options: string, least: number): Promise<void> {
    const [actual, expected] = await Promise.all(
      [gateway, postgres].map((server) => linesOf(program, server, `user=${server.user}&${options}`)),
    );
    assert.deepEqual(actual, expected);
    assert.ok(expected!.length >= least, expected!.join('\n'));
  }

  const MODES = [
    'preferQueryMode=simple',
    'preferQueryMode=extended&reWriteBatchedInserts=true&autosave=always',
    'preferQueryMode=extendedForPrepared&prepareThreshold=-1&binaryTransferEnable=numeric,date,time,timestamptz',
    'preferQueryMode=extendedCacheEverything&reWriteBatchedInserts=true&defaultRowFetchSize=50',
    'preferQueryMode=extended&prepareThreshold=0&autosave=conservative&binaryTransfer=false&adaptiveFetch=true',
  ];
  for (const mode of MODES) test(mode, () => assertSame('QueryModes', mode, 50));

  test('COPY, cancel, timeouts, notifications and cursors', () => assertSame('CopyAndCancel', '', 40));

  test('the metadata of a database', () => assertSame('Metadata', '', 130));
});

describe('logins', { skip }, () => {
  let gateway: Gateway;
  let trusted: string;
  let untrusted: string;
  let certificate: string;
  before(async () => {
    const authority = new TestAuthority(folder);
    const server = authority.sign('localhost');
    const eve = authority.sign('eve');
    const other = join(folder, 'other');
    mkdirSync(other);
    [trusted, untrusted] = [authority.ca.cert, new TestAuthority(other).ca.cert];
    const key = join(folder, 'eve.pk8');
    execFileSync('openssl', ['pkcs8', '-topk8', '-nocrypt', '-in', eve.key, '-outform', 'DER', '-out', key]);
    certificate = `sslcert=${eve.cert}&sslkey=${key}`;
    mkdirSync(join(folder, '.bergwire'));
    {
      await using roles = await RoleRegistry.open(
        openSqliteControlLog(join(folder, '.bergwire/control.db')),
        'bergwire',
      );
      const verifier = printScramVerifier(await scramVerifier('pencil'));
      await roles.change({ kind: 'create', role: 'ada', attributes: { login: true, verifier } }, 'bergwire');
      await roles.change({ kind: 'create', role: 'eve', attributes: { login: true } }, 'bergwire');
    }
    const rules = [
      'plain: { encryption: plain, method: reject }',
      'eve: { users: eve, method: cert }',
      'rest: { method: scram-sha-256 }',
    ];
    writeFileSync(join(folder, 'bergwire.yaml'), `auth:\n  rules:\n${rules.map((rule) => `    ${rule}\n`).join('')}`);
    const files = { certFile: server.cert, keyFile: server.key, caFile: trusted };
    const tls = Object.entries(files).map(([name, file]) => `--tls.${name}=${file}`);
    gateway = await startGateway({ folder, flags: [...tls, '--limits.failedLoginDelayMs=1'] });
  });
  after(() => gateway[Symbol.asyncDispose]());

  /** Options by how a login with them ends. */
  const logins = (): readonly (readonly [options: string, outcome: string])[] => [
    ['sslmode=disable', 'refused 28000'],
    ['sslmode=allow', 'in as ada by TLS null'],
    ['sslmode=prefer', 'in as ada by TLS null'],
    ['sslmode=require', 'in as ada by TLS null'],
    [`sslmode=verify-ca&sslrootcert=${trusted}`, 'in as ada by TLS null'],
    [`sslmode=verify-ca&sslrootcert=${untrusted}`, 'refused 08006'],
    [`sslmode=verify-full&sslrootcert=${trusted}`, 'in as ada by TLS null'],
    [`sslmode=verify-full&sslrootcert=${trusted}&PGHOST=127.0.0.1`, 'refused 08006'],
    [`sslmode=verify-full&sslrootcert=${trusted}&channelBinding=require`, 'in as ada by TLS null'],
    ['sslmode=require&channelBinding=disable', 'in as ada by TLS null'],
    ['sslmode=require&sslNegotiation=direct&channelBinding=require', 'in as ada by TLS null'],
    ['sslmode=require&password=wrong', 'refused 28P01'],
    ['sslmode=disable&channelBinding=require', 'refused 28000'],
    [`sslmode=require&user=eve&${certificate}`, 'in as eve by TLS /CN=eve'],
    ['sslmode=require&user=eve', 'refused 28000'],
    [`sslmode=require&user=ada&password=wrong&${certificate}`, 'refused 28P01'],
  ];

  test('TLS from disable to verify-full, channel binding, direct negotiation and certificates', async () => {
    const named = { ...gateway, host: 'localhost' };
    const cases = logins().map(([options]) => `user=ada&password=pencil&${options}`);
    const lines = await linesOf('SecureLogin', named, '', cases);
    assert.deepEqual(
      logins().map(([options], index) => [options, lines[index]]),
      logins(),
    );
  });
});

/** Who is let in, and how they prove it: by real clients (libpq's psql, node-postgres) through the whole gateway. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';
import pg from 'pg';
import { openSqliteControlLog } from '../../src/governance/sqlite-control-log.ts';
import { RoleRegistry } from '../../src/governance/role-registry.ts';
import { printScramVerifier, scramVerifier } from '../../src/governance/scram-verifier.ts';
import type { RoleAttributes } from '../../src/governance/governance.ts';
import { TestAuthority } from '../support/certificates.ts';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { int32 } from '../support/frontend-bytes.ts';
import { RawClient } from '../support/raw-client.ts';
import { need } from '../support/tools.ts';

const run = promisify(execFile);

const RULES = `
auth:
  rules:
    nobody: { users: evil, method: reject }
    certificates: { users: 'bare, mail', method: cert, certificateMap: { mail@bergwire.example: mail } }
    plain: { users: late, encryption: tls, method: password }
    rest: { method: scram-sha-256 }
`;

type Connecting = { readonly user: string; readonly password?: string; readonly ssl?: object };

describe('logins', () => {
  let folder: string;
  let gateway: Gateway;
  let authority: TestAuthority;
  const server = () => ({ cert: join(folder, 'server.pem'), key: join(folder, 'server.key') });

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bergwire-login-'));
    authority = new TestAuthority(folder);
    useCertificate(authority.sign('localhost'));
    await writeRoles({
      bergwire: { verifier: await verifierOf('first') },
      ada: { login: true, verifier: await verifierOf('pencil') },
      late: { login: true, verifier: await verifierOf('pencil'), validUntil: '2020-01-01T00:00:00.000Z' },
      group: { login: false, verifier: await verifierOf('pencil') },
      single: { login: true, verifier: await verifierOf('pencil'), connectionLimit: 1 },
      bare: { login: true },
      mail: { login: true },
    });
    writeFileSync(join(folder, 'bergwire.yaml'), RULES);
    gateway = await startGateway({
      folder,
      flags: [
        `--tls.certFile=${server().cert}`,
        `--tls.keyFile=${server().key}`,
        `--tls.caFile=${authority.ca.cert}`,
        '--limits.failedLoginDelayMs=1',
      ],
    });
  });
  after(async () => {
    await gateway[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  function useCertificate({ cert, key }: { readonly cert: string; readonly key: string }): void {
    copyFileSync(key, server().key);
    copyFileSync(cert, server().cert);
  }

  async function writeRoles(roles: Readonly<Record<string, RoleAttributes>>): Promise<void> {
    await using registry = await RoleRegistry.open(
      openSqliteControlLog(join(folder, '.bergwire/control.db')),
      'bergwire',
    );
    for (const [role, attributes] of Object.entries(roles))
      await registry.change({ kind: role === 'bergwire' ? 'alter' : 'create', role, attributes }, 'bergwire');
  }

  async function login(options: Connecting): Promise<string> {
    const client = new pg.Client({ host: gateway.host, port: gateway.port, database: 'bergwire', ...options });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query<{ u: string }>('SELECT session_user AS u')).rows[0]!.u;
    } finally {
      await client.end();
    }
  }

  const refused = (code: string, message?: string) => (error: pg.DatabaseError) => {
    assert.deepEqual([error.code, error.severity], [code, 'FATAL']);
    if (message !== undefined) assert.equal(error.message, message);
    return true;
  };

  test('SCRAM lets in whoever knows the password', async () => {
    assert.equal(await login({ user: 'ada', password: 'pencil' }), 'ada');
    assert.equal(await login({ user: 'bergwire', password: 'first' }), 'bergwire');
  });

  test('a wrong password, an unknown role and a role without a password sound the same', async () => {
    for (const user of ['ada', 'nobody-has-this-name', 'unmade'])
      await assert.rejects(
        login({ user, password: 'nonsense' }),
        refused('28P01', `password authentication failed for user "${user}"`),
      );
  });

  test('an unknown role is given the same salt every time, and a role its own', async () => {
    const salts = new Map<string, Set<string>>();
    for (const user of ['ada', 'unmade', 'ada', 'unmade']) {
      using client = await RawClient.login({ ...gateway, user });
      await client.until('authenticationSASL');
      const first = Buffer.from('n,,n=,r=abcdefgh');
      const initial = Buffer.concat([Buffer.from('SCRAM-SHA-256\0'), int32(first.length), first]);
      client.send(Buffer.concat([Buffer.from('p'), int32(initial.length + 4), initial]));
      const answer = (await client.until('authenticationSASLContinue')).at(-1) as unknown as { data: string };
      const salt = /s=([^,]+)/.exec(answer.data)![1]!;
      salts.set(user, (salts.get(user) ?? new Set()).add(salt));
    }
    assert.deepEqual(
      [...salts.values()].map(({ size }) => size),
      [1, 1],
    );
  });

  test('malformed SCRAM messages are 08P01', async () => {
    for (const message of ['', 'n,,', 'p=tls-unique,,n=,r=a', 'y,,n=,r=', 'n,,m=x,n=,r=a']) {
      using client = await RawClient.login({ ...gateway, user: 'ada' });
      await client.until('authenticationSASL');
      const initial = Buffer.concat([Buffer.from('SCRAM-SHA-256\0'), int32(message.length), Buffer.from(message)]);
      client.send(Buffer.concat([Buffer.from('p'), int32(initial.length + 4), initial]));
      assert.equal((await client.error()).code, '08P01', message);
    }
  });

  test('a password is sent as it is only over TLS, and ends when its time is over', async () => {
    const ssl = { rejectUnauthorized: false };
    await assert.rejects(login({ user: 'late', password: 'pencil', ssl }), refused('28P01'));
    await writeRoles({ bergwire: {} });
    await alter('late', { validUntil: 'infinity' });
    assert.equal(await login({ user: 'late', password: 'pencil', ssl }), 'late');
    await assert.rejects(login({ user: 'late', password: '', ssl }), refused('28P01'));
    await assert.rejects(login({ user: 'late', password: 'pencils', ssl }), refused('28P01'));
  });

  async function alter(role: string, attributes: RoleAttributes): Promise<void> {
    await using registry = await RoleRegistry.open(
      openSqliteControlLog(join(folder, '.bergwire/control.db')),
      'bergwire',
    );
    await registry.change({ kind: 'alter', role, attributes }, 'bergwire');
  }

  test('a role that may not log in, a rule that rejects', async () => {
    await assert.rejects(
      login({ user: 'group', password: 'pencil' }),
      refused('28000', 'role "group" is not permitted to log in'),
    );
    await assert.rejects(
      login({ user: 'evil', password: 'x' }),
      refused(
        '28000',
        'an access rule rejects connection for host "127.0.0.1", user "evil", database "bergwire", no encryption',
      ),
    );
  });

  test('the connection limit of a role', async () => {
    const client = new pg.Client({
      host: gateway.host,
      port: gateway.port,
      database: 'bergwire',
      user: 'single',
      password: 'pencil',
    });
    await client.connect();
    await assert.rejects(
      login({ user: 'single', password: 'pencil' }),
      refused('53300', 'too many connections for role "single"'),
    );
    await client.end();
    await sleep(50);
    assert.equal(await login({ user: 'single', password: 'pencil' }), 'single');
  });

  test('certificates: the common name, a mapped alternative name, another one, none', async () => {
    const shown = (name: string, alternatives?: string) => {
      const { cert, key } = authority.sign(name, alternatives);
      return { rejectUnauthorized: false, cert: readFileSync(cert), key: readFileSync(key) };
    };
    assert.equal(await login({ user: 'bare', ssl: shown('bare') }), 'bare');
    assert.equal(await login({ user: 'mail', ssl: shown('x', 'email:mail@bergwire.example') }), 'mail');
    await assert.rejects(login({ user: 'bare', ssl: shown('other') }), refused('28000'));
    await assert.rejects(login({ user: 'bare', ssl: { rejectUnauthorized: false } }), refused('28000'));
    await assert.rejects(login({ user: 'bare' }), refused('28000'));
    const stranger = mkdtempSync(join(folder, 'stranger-'));
    const { cert, key } = new TestAuthority(stranger).sign('bare');
    const forged = { rejectUnauthorized: false, cert: readFileSync(cert), key: readFileSync(key) };
    await assert.rejects(login({ user: 'bare', ssl: forged }), refused('28000'));
  });

  test('psql binds the channel (SCRAM-SHA-256-PLUS) and verifies the server', { skip: need('psql') }, async () => {
    const connection = `host=localhost hostaddr=127.0.0.1 port=${gateway.port} user=ada dbname=bergwire sslmode=verify-full sslrootcert=${authority.ca.cert} channel_binding=require`;
    const ask = (password: string) =>
      run('psql', ['-X', '-At', '-c', 'SELECT 1', connection], { env: { ...process.env, PGPASSWORD: password } });
    assert.equal((await ask('pencil')).stdout, '1\n');
    await assert.rejects(ask('wrong'), /password authentication failed for user "ada"/);
  });

  test('a new certificate is used without a restart; one that does not fit its key is not', async () => {
    const names = async (): Promise<string> => {
      const socket = connectTls({
        host: gateway.host,
        port: gateway.port,
        rejectUnauthorized: false,
        ALPNProtocols: ['postgresql'],
      });
      await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
      const name = String(socket.getPeerCertificate().subject.CN);
      socket.destroy();
      return name;
    };
    assert.equal(await names(), 'localhost');
    await sleep(1100);
    useCertificate(authority.sign('renewed'));
    assert.equal(await names(), 'renewed');
    await sleep(1100);
    copyFileSync(authority.sign('odd').cert, server().cert);
    assert.equal(await names(), 'renewed');
  });
});

function verifierOf(password: string): Promise<string> {
  return scramVerifier(password).then(printScramVerifier);
}

/** Roles through SQL and the command line: kept in the control log, known to every database, gone from none by a restart. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { DatabaseError } from 'pg-protocol';
import { GatewayClient } from '../../src/cli/gateway-client.ts';
import { openPostgresControlLog } from '../../src/governance/postgres-control-log.ts';
import { openSqliteControlLog } from '../../src/governance/sqlite-control-log.ts';
import { RoleRegistry } from '../../src/governance/role-registry.ts';
import { readScramVerifier } from '../../src/governance/scram-verifier.ts';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { findPostgres, startPostgres } from '../support/real-postgres.ts';

describe('roles', () => {
  let folder: string;
  let gateway: Gateway;
  const flags = ['--catalogs.bergwire.uri=sqlite:.bergwire/c.db', '--catalogs.bergwire.warehouse=.bergwire/w'];
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bergwire-roles-'));
    gateway = await startGateway({ folder, flags });
  });
  after(async () => {
    await gateway[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  async function as(user: string, text: string) {
    await using client = await GatewayClient.connect({ ...gateway, user });
    return await client.rows(text);
  }
  const fails = (code: string) => (error: DatabaseError) =>
    error.code === code || assert.fail(`${error.code} ${error.message}`);

  test('are created, seen in the catalogs, changed and dropped', async () => {
    assert.equal((await as('bergwire', `CREATE USER ada PASSWORD 'pencil' CONNECTION LIMIT 5`)).tag, 'CREATE ROLE');
    const { rows } = await as('ada', `SELECT rolname, rolcanlogin, rolconnlimit FROM pg_roles WHERE rolname = 'ada'`);
    assert.deepEqual(rows, [['ada', 't', '5']]);
    await as('bergwire', `ALTER ROLE ada NOLOGIN VALID UNTIL '2031-01-01'`);
    await assert.rejects(as('ada', 'SELECT 1'), fails('28000'));
    await as('bergwire', 'DROP ROLE ada');
    await assert.rejects(as('bergwire', 'DROP ROLE ada'), fails('42704'));
    assert.equal((await as('bergwire', 'DROP ROLE IF EXISTS ada')).tag, 'DROP ROLE');
  });

  test('are seen by a session with temporary tables', async () => {
    await using client = await GatewayClient.connect({ ...gateway, user: 'bergwire' });
    const roles = `SELECT r.rolname FROM pg_catalog.pg_roles r WHERE r.rolname OPERATOR(pg_catalog.~) '^(eve)$'`;
    await client.rows('CREATE TEMP TABLE mine (a int)');
    await client.rows('CREATE ROLE eve');
    assert.deepEqual((await client.rows(roles)).rows, [['eve']]);
    await client.rows('DROP ROLE eve');
    assert.deepEqual((await client.rows(roles)).rows, []);
  });

  test('survive a restart, and the log holds no password', async () => {
    await as('bergwire', `CREATE ROLE bob LOGIN PASSWORD 'very secret words'`);
    await gateway[Symbol.asyncDispose]();
    gateway = await startGateway({ folder, flags });
    assert.deepEqual((await as('bob', 'SELECT current_user')).rows, [['bob']]);
    assert.ok(!readFileSync(join(folder, '.bergwire/control.db')).includes('very secret words'));
    await using log = openSqliteControlLog(join(folder, '.bergwire/control.db'));
    const created = (await log.entriesAfter(0)).find(({ change }) => change.kind === 'create' && change.role === 'bob');
    assert.ok(created?.change.kind === 'create' && readScramVerifier(created.change.attributes.verifier ?? ''));
  });

  test('read and write tables, and define none', async () => {
    await as('bergwire', 'CREATE TABLE t (a int); INSERT INTO t VALUES (1)');
    assert.deepEqual((await as('bob', 'INSERT INTO t VALUES (2); SELECT sum(a) FROM t')).rows, [['3']]);
    await assert.rejects(as('bob', 'CREATE ROLE eve'), fails('42501'));
    await assert.rejects(as('bob', 'ALTER ROLE bergwire NOLOGIN'), fails('42501'));
    await assert.rejects(as('bob', 'DROP TABLE t'), fails('42501'));
    await assert.rejects(as('bob', 'TRUNCATE t'), fails('42501'));
    await assert.rejects(as('bob', 'CREATE TABLE public.x (a int)'), fails('42501'));
    await assert.rejects(as('bob', 'CREATE SCHEMA x'), fails('42501'));
  });

  test('nobody becomes a superuser, and wrong options are refused', async () => {
    await assert.rejects(as('bergwire', 'CREATE ROLE root SUPERUSER'), fails('42501'));
    await assert.rejects(as('bergwire', 'CREATE ROLE bob'), fails('42710'));
    await assert.rejects(as('bergwire', 'ALTER ROLE nobody LOGIN'), fails('42704'));
    await assert.rejects(as('bergwire', 'DROP ROLE bergwire'), fails('55006'));
    await assert.rejects(as('bergwire', 'CREATE ROLE x CONNECTION LIMIT -2'), fails('22023'));
    await assert.rejects(as('bergwire', `CREATE ROLE x VALID UNTIL 'whenever'`), fails('22007'));
    await assert.rejects(
      as('bergwire', `CREATE ROLE x PASSWORD 'md50123456789abcdef0123456789abcdef'`),
      fails('0A000'),
    );
    await assert.rejects(as('bergwire', 'BEGIN; CREATE ROLE x; COMMIT'), fails('0A000'));
  });
});

test('two registries on one log see each other, and a lost race is run again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bergwire-roles-'));
  const path = join(folder, 'control.db');
  {
    await using one = await RoleRegistry.open(openSqliteControlLog(path), 'bergwire');
    await using two = await RoleRegistry.open(openSqliteControlLog(path), 'bergwire');
    const create = (role: string) => ({ kind: 'create', role, attributes: { login: true } }) as const;
    await Promise.all([
      one.change(create('a'), 'bergwire'),
      two.change(create('b'), 'bergwire'),
      one.change(create('c'), 'bergwire'),
    ]);
    await one.refresh();
    await two.refresh();
    assert.deepEqual([...one.roles.keys()].toSorted(), ['a', 'b', 'bergwire', 'c']);
    assert.deepEqual([...two.roles.keys()].toSorted(), ['a', 'b', 'bergwire', 'c']);
    await assert.rejects(two.change(create('a'), 'bergwire'), { sqlstate: '42710' });
  }
  rmSync(folder, { recursive: true });
});

test(
  'the control log in a PostgreSQL',
  { skip: (await findPostgres()) === undefined && 'no PostgreSQL server' },
  async () => {
    await using server = await startPostgres();
    await using one = await RoleRegistry.open(
      await openPostgresControlLog(server.connectionString, undefined),
      'bergwire',
    );
    await one.change({ kind: 'create', role: 'ada', attributes: { login: true } }, 'bergwire');
    await using two = await RoleRegistry.open(
      await openPostgresControlLog(server.connectionString, undefined),
      'bergwire',
    );
    assert.deepEqual([...two.roles.keys()], ['bergwire', 'ada']);
    await two.change({ kind: 'drop', role: 'ada' }, 'bergwire');
    assert.equal(await one.credential('ada'), undefined);
  },
);

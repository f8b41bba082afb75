import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import { openPostgres } from '../../src/postgres/open-postgres.ts';
import { contextOf, field, NO_PARAMETERS, openTestPostgres, testTable } from './open-test-postgres.ts';

const folder = await mkdtemp(join(tmpdir(), 'bergwire-worker-'));
const HUNDREDS_OF_MS = 'CREATE TABLE made AS SELECT count(*) FROM generate_series(1, 300000)';
const SLOW = 'SELECT count(*) FROM generate_series(1, 1000000000)';
const hasState = (sqlstate: string) => (error: unknown) => error instanceof SqlError && error.sqlstate === sqlstate;

describe('the worker of the embedded Postgres', () => {
  it('crashes without harm: the mirror stays, requests are repeated', async () => {
    await using embedded = await openTestPostgres({ folder });
    const { postgres } = embedded;
    const relation = await postgres.mirror.ensureTable(testTable(['ns'], 't', [field(1, 'a', 'int')]));
    await postgres.define(['CREATE ROLE visitor LOGIN']);
    for (let round = 1; round <= 3; round++) {
      const running = postgres.validate(contextOf(), [HUNDREDS_OF_MS]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      await postgres.crash();
      await running;
      assert.equal(postgres.reopened, round);
      assert.equal((await postgres.analyse(contextOf({}, 'visitor'), 'SELECT 1', [])).fields?.length, 1);
      const { fields } = await postgres.analyse(contextOf(), 'SELECT a FROM ns.t', []);
      assert.equal(fields?.[0]?.tableOid, relation.oid);
      assert.deepEqual(await embedded.rows('SELECT session_user'), [['bergwire']]);
    }
  });

  it('builds the mirror anew where the directory is lost', async () => {
    await using embedded = await openTestPostgres({ folder });
    const { postgres } = embedded;
    await postgres.define(['CREATE ROLE visitor LOGIN']);
    const nested = field(2, 'n', { kind: 'struct', fields: [field(3, 'x', 'int')] });
    const table = testTable(['ns'], 't', [field(1, 'a', 'int'), nested], { properties: { 'bergwire.default.1': '7' } });
    const old = { schemaId: 5, identifierFieldIds: [], fields: [field(1, 'b', 'long')] };
    const gone = await postgres.mirror.ensureTable(testTable(['ns'], 'gone', [field(1, 'a', 'int')]));
    await postgres.mirror.ensureTable(table);
    const hidden = await postgres.mirror.ensureSchema(table, old);
    await postgres.mirror.dropTable({ namespace: ['ns'], name: 'gone' });
    await postgres.crash();
    for (const name of await readdir(folder)) {
      if (name.startsWith(`running-${process.pid}-`)) await rm(join(folder, name), { recursive: true });
    }
    const { fields } = await postgres.analyse(
      contextOf({}, 'visitor'),
      `SELECT b FROM pg_bergwire.${hidden.relationName}`,
      [],
    );
    const again = await postgres.mirror.ensureSchema(table, old);
    assert.equal(fields?.[0]?.tableOid, again.oid);
    assert.equal(postgres.mirror.byOid(again.oid), again);
    const relation = postgres.mirror.byName(table.name);
    const { tree } = await postgres.analyse(contextOf(), 'INSERT INTO ns.t (n) VALUES (ROW(1))', []);
    assert.match(tree, new RegExp(`:relid\\s+${relation?.oid}\\b`));
    assert.match(tree, /:constvalue\s+4\s+\[\s+7\s/);
    await assert.rejects(postgres.analyse(contextOf(), 'SELECT * FROM ns.gone', []), hasState('42P01'));
    assert.equal(postgres.mirror.byName({ namespace: ['ns'], name: gone.name }), undefined);
  });

  it('is ended by the watchdog, and others are served', async () => {
    await using embedded = await openTestPostgres({ folder, requestTimeoutMs: 700 });
    const { postgres } = embedded;
    await postgres.mirror.ensureTable(testTable(['ns'], 't', [field(1, 'a', 'int')]));
    const slow = assert.rejects(postgres.validate(contextOf(), [`CREATE TABLE x AS ${SLOW}`]), hasState('57014'));
    const waiting = postgres.analyse(contextOf(), "SELECT 'served'", []);
    await slow;
    assert.equal((await waiting).fields?.length, 1);
    assert.equal(postgres.reopened, 1);
    assert.equal((await postgres.analyse(contextOf(), 'SELECT a FROM ns.t', [])).fields?.length, 1);
  });

  it('is replaced when it has grown too large', async () => {
    const postgres = await openPostgres({ database: 'bergwire', role: 'bergwire', folder, memoryLimitBytes: 1 });
    const one = () => postgres.analyse(contextOf(), 'SELECT 1', []);
    const before = postgres.reopened;
    assert.equal((await one()).fields?.length, 1);
    assert.equal((await one()).fields?.length, 1);
    assert.equal(postgres.reopened, before + 2);
    await postgres[Symbol.asyncDispose]();
  });

  it('removes its directory, and those of processes that are gone', async () => {
    const orphan = join(folder, 'running-4194999-deadbeef');
    await mkdir(orphan);
    const embedded = await openTestPostgres({ folder });
    assert.deepEqual(await embedded.rows('SELECT 1'), [['1']]);
    await embedded.postgres[Symbol.asyncDispose]();
    await assert.rejects(embedded.postgres.execute(contextOf(), 'SELECT 1', NO_PARAMETERS, []), hasState('57P01'));
    const left = await readdir(folder);
    assert.equal(left.length, 1, left.join(' '));
    assert.match(left[0]!, /^prepared-/);
    await rm(folder, { recursive: true });
  });
});

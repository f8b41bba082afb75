/** Statements are executed on lanes of their own: replicas of the mirror that may be ended at any time. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import { contextOf, field, openTestPostgres, testTable } from './open-test-postgres.ts';

const ENDLESS = 'SELECT count(*) FROM generate_series(1, 1000000000) a, generate_series(1, 1000) b';
const hasState = (sqlstate: string) => (error: unknown) => error instanceof SqlError && error.sqlstate === sqlstate;

describe('the lanes of the embedded Postgres', () => {
  it('answer others while one of them is busy; a cancel ends that one alone', async () => {
    await using embedded = await openTestPostgres({ lanes: { lanes: 3 } });
    const cancel = new AbortController();
    const endless = assert.rejects(embedded.rows(ENDLESS, contextOf(), cancel.signal), hasState('57014'));
    const other = embedded.rows('SELECT count(*) FROM generate_series(1, 3000000)');
    for (let index = 0; index < 20; index++)
      assert.deepEqual(await embedded.rows(`SELECT ${index}, session_user`), [[String(index), 'bergwire']]);
    assert.equal((await embedded.postgres.analyse(contextOf(), 'SELECT 1', [])).fields?.length, 1);
    cancel.abort();
    await endless;
    assert.deepEqual(await other, [['3000000']]);
    assert.deepEqual(await embedded.rows('SELECT 1'), [['1']]);
    await assert.rejects(embedded.rows('SELECT 1', contextOf(), cancel.signal), hasState('57014'));
  });

  it('cannot all be held: the youngest of the long statements goes, and whoever waits is served', async () => {
    await using embedded = await openTestPostgres({ lanes: { lanes: 2, holdMs: 300 } });
    const stop = new AbortController();
    const first = assert.rejects(embedded.rows(ENDLESS, contextOf(), stop.signal), hasState('57014'));
    await embedded.rows('SELECT 1');
    const second = assert.rejects(embedded.rows(ENDLESS), hasState('53000'));
    assert.deepEqual(await embedded.rows("SELECT 'served'"), [['served']]);
    await second;
    stop.abort();
    await first;
  });

  it('follow what is defined after a statement that was finished on them', async () => {
    await using embedded = await openTestPostgres({ lanes: { lanes: 1 } });
    const { postgres, folder } = embedded;
    const relation = await postgres.mirror.ensureTable(testTable(['ns'], 'f', [field(1, 'a', 'int')]));
    const copied = Buffer.from('d\0\0\0\x067\n', 'latin1');
    const statement = {
      text: 'SELECT a FROM ns.f',
      parameters: { oids: [], formats: [], values: [] },
      resultFormats: [0],
    } as const;
    const result = await postgres.finish(contextOf(), {
      ...statement,
      rows: [{ relation, attnums: [1], messages: [copied] }],
    });
    assert.equal(result.rowCount, 1);
    assert.ok(result.touched.includes(relation.oid));
    const directories = async (): Promise<string[]> =>
      (await readdir(folder)).filter((name) => name.startsWith('running-')).toSorted();
    const before = await directories();
    await postgres.mirror.ensureTable(testTable(['ns'], 'g', [field(1, 'a', 'int')]));
    assert.deepEqual(
      await embedded.rows(`SELECT to_regclass('ns.g') IS NULL, (SELECT count(*) FROM pg_class WHERE relname = 'f')`),
      [['f', '1']],
    );
    assert.deepEqual(await directories(), before);
    assert.equal((await postgres.finish(contextOf(), { ...statement, rows: [] })).rowCount, 0);
  });

  it('have every relation under the same oid, whatever took oids in between', async () => {
    await using embedded = await openTestPostgres({ lanes: { lanes: 1 } });
    const { postgres } = embedded;
    const stop = new AbortController();
    const create = async (name: string): Promise<void> => {
      const nested = field(2, 'n', { kind: 'struct', fields: [field(3, 'x', 'int')] });
      const { oid } = await postgres.mirror.ensureTable(testTable(['ns'], name, [field(1, 'a', 'int'), nested]));
      assert.deepEqual(await embedded.rows(`SELECT 'ns.${name}'::regclass::oid`), [[String(oid)]]);
    };
    await create('t1');
    await postgres.validate(contextOf(), ['CREATE TABLE undone (a serial, b text, c int[])']);
    await create('t2');
    const endless = assert.rejects(embedded.rows(ENDLESS, contextOf(), stop.signal), hasState('57014'));
    setTimeout(() => stop.abort(), 50);
    await endless;
    await create('t3');
    await postgres.crash();
    await create('t4');
    await postgres.mirror.dropTable({ namespace: ['ns'], name: 't1' });
    assert.deepEqual(await embedded.rows("SELECT to_regclass('ns.t1'), to_regclass('ns.t2') IS NULL"), [[null, 'f']]);
    await postgres.define(['CREATE ROLE visitor LOGIN']);
    assert.deepEqual(await embedded.rows('SELECT current_user', contextOf({}, 'visitor')), [['visitor']]);
  });

  it('hold a result no larger than the limit, and no more of a disk', async () => {
    await using embedded = await openTestPostgres({
      lanes: { lanes: 1, resultBytes: 1_000_000, temporaryBytes: 10_000_000 },
    });
    await assert.rejects(embedded.rows("SELECT repeat('x', 1000) FROM generate_series(1, 100000)"), hasState('54000'));
    await assert.rejects(embedded.rows('SELECT count(*) FROM generate_series(1, 10000000)'), hasState('53400'));
    assert.equal((await embedded.rows("SELECT repeat('x', 1000) FROM generate_series(1, 900)")).length, 900);
  });

  it('keep no role, setting or transaction from one statement to the next', async () => {
    await using embedded = await openTestPostgres({ lanes: { lanes: 1 } });
    await embedded.postgres.define(['CREATE ROLE visitor LOGIN']);
    const numbers = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const role = index % 2 === 0 ? 'visitor' : 'bergwire';
        const context = contextOf({ 'my.number': String(index) }, role);
        const [row] = await embedded.rows("SELECT current_setting('my.number'), current_user, session_user", context);
        assert.deepEqual(row, [String(index), role, role]);
        return row![0];
      }),
    );
    assert.equal(numbers.length, 50);
    await assert.rejects(embedded.rows('SELECT 1 / 0'), hasState('22012'));
    assert.deepEqual(await embedded.rows("SELECT current_setting('my.number', true) IN ('', NULL)"), [['t']]);
  });
});

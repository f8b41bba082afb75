import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import { contextOf, field, openTestPostgres, testTable } from './open-test-postgres.ts';

const embedded = await openTestPostgres();
const { postgres } = embedded;
const { mirror } = postgres;
after(() => embedded[Symbol.asyncDispose]());
const context = contextOf();

describe('changes of the mirror', () => {
  it('is made anew when schema, table or shown properties change, and only then', async () => {
    const fields = [field(1, 'a', 'int')];
    const first = await mirror.ensureTable(testTable(['changes'], 't', fields));
    assert.equal(
      await mirror.ensureTable(
        testTable(['changes'], 't', fields, { rowCount: 5, properties: { 'write.format': 'x' } }),
      ),
      first,
    );
    const changes = [
      testTable(['changes'], 't', [...fields, field(2, 'b', 'int')], { schemaId: 1 }),
      testTable(['changes'], 't', [...fields, field(2, 'b', 'int')], { schemaId: 1, uuid: 'another' }),
      testTable(['changes'], 't', [...fields, field(2, 'b', 'int')], {
        schemaId: 1,
        uuid: 'another',
        properties: { comment: 'c' },
      }),
    ];
    let before = first;
    for (const change of changes) {
      const now = await mirror.ensureTable(change);
      assert.notEqual(now.oid, before.oid);
      assert.equal(mirror.byOid(before.oid), undefined);
      assert.equal(mirror.byName({ namespace: ['changes'], name: 't' }), now);
      before = now;
    }
    assert.equal(before.columns.length, 2);
  });

  it('keeps hidden relations for other schemas, apart by ordinal, out of listings', async () => {
    const table = testTable(['changes'], 'travelled', [field(1, 'a', 'int')]);
    const current = await mirror.ensureTable(table);
    const old = {
      schemaId: 3,
      identifierFieldIds: [],
      fields: [field(1, 'was', 'long', { required: true }), field(2, 'gone', 'string')],
    };
    const hidden = await mirror.ensureSchema(table, old, 0);
    const second = await mirror.ensureSchema(table, old, 1);
    assert.equal(await mirror.ensureSchema(table, old, 0), hidden);
    assert.equal(new Set([current.oid, hidden.oid, second.oid]).size, 3);
    assert.equal(hidden.name, 'travelled');
    const { fields } = await postgres.analyse(
      context,
      `SELECT travelled.* FROM ${hidden.schemaName}.${hidden.relationName} AS travelled`,
      [],
    );
    assert.deepEqual(
      fields?.map(({ name }) => name),
      ['was', 'gone'],
    );
    assert.deepEqual(
      mirror.tables().filter(({ name }) => name === 'travelled'),
      [current],
    );
    assert.deepEqual(
      await embedded.rows("SELECT 1 FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname ~ 'bergwire'"),
      [],
    );
    await mirror.dropTable(table.name);
    assert.equal(mirror.byOid(hidden.oid), undefined);
    assert.deepEqual(
      await embedded.rows(`SELECT 1 FROM pg_class WHERE oid IN (${hidden.oid}, ${second.oid}, ${current.oid})`),
      [],
    );
  });

  it('makes one relation for many who ask at once', async () => {
    const tables = Array.from({ length: 10 }, (_, index) => testTable(['many'], `t${index}`, [field(1, 'a', 'int')]));
    const made = await Promise.all([...tables, ...tables, ...tables].map((table) => mirror.ensureTable(table)));
    assert.equal(new Set(made.map(({ oid }) => oid)).size, 10);
    assert.deepEqual(await embedded.rows("SELECT count(*) FROM pg_class WHERE relnamespace = 'many'::regnamespace"), [
      ['10'],
    ]);
  });

  it('does not grow with every change', async () => {
    const size = async (): Promise<number> => {
      const [[bytes] = []] = await embedded.rows("SELECT pg_relation_size('pg_catalog.pg_attribute')");
      return Number(bytes);
    };
    const change = async (round: number): Promise<void> => {
      await mirror.ensureTable(
        testTable(['grow'], 't', [field(1, 'a', 'int'), field(2, 'b', 'int')], { uuid: `${round}` }),
      );
    };
    for (let round = 0; round < 520; round++) await change(round);
    const before = await size();
    for (let round = 520; round < 1500; round++) await change(round);
    assert.ok((await size()) <= before * 1.2, `${before} -> ${await size()}`);
  });

  it('drops namespaces with what is in them and refuses those of the system', async () => {
    await mirror.ensureNamespace(['many']);
    await mirror.dropNamespace(['many']);
    assert.deepEqual(
      mirror.tables().filter(({ namespace }) => namespace[0] === 'many'),
      [],
    );
    assert.deepEqual(await embedded.rows("SELECT 1 FROM pg_namespace WHERE nspname = 'many'"), []);
    for (const name of ['pg_catalog', 'information_schema', 'pg_bergwire', 'pg_mine']) {
      await assert.rejects(
        mirror.ensureNamespace([name]),
        (error) => error instanceof SqlError && error.sqlstate === '42939',
      );
    }
    await mirror.ensureTable(testTable(['many'], 'again', [field(1, 'a', 'int')]));
    assert.equal((await postgres.analyse(context, 'SELECT * FROM many.again', [])).fields?.length, 1);
  });
});

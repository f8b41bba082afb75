import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { appendFile, createTable, liveFiles, oneColumn, tableName } from './one-table.ts';
import { inWarehouse } from './warehouse.ts';

suite('names', () => {
  test('tables and namespaces are created, renamed and dropped', () =>
    inWarehouse(async ({ catalog }) => {
      const other = { namespace: ['ns', 'deep'], name: 't' };
      assert.equal(await catalog.createNamespace(['ns'], {}), 'exists');
      assert.equal(await catalog.createNamespace(['ns', 'deep'], { comment: 'x' }), 'created');
      assert.deepEqual(await catalog.namespaces(), [['ns'], ['ns', 'deep']]);
      await createTable(catalog);
      await assert.rejects(createTable(catalog), /conflict/);
      assert.equal(await catalog.rename(tableName, other), 'renamed');
      assert.equal(await catalog.rename(tableName, other), 'exists');
      assert.equal(await catalog.rename(tableName, { ...other, name: 'z' }), 'missing');
      assert.deepEqual(await catalog.tables(['ns', 'deep']), [{ name: other, kind: 'table' }]);
      assert.deepEqual(await catalog.tables(['ns']), []);
      assert.equal(await catalog.dropNamespace(['ns', 'deep']), 'notEmpty');
      assert.equal(await catalog.drop(other), 'dropped');
      assert.equal(await catalog.drop(other), 'missing');
      assert.equal(await catalog.dropNamespace(['ns']), 'notEmpty');
      assert.equal(await catalog.dropNamespace(['ns', 'deep']), 'dropped');
      assert.equal(await catalog.dropNamespace(['ns', 'deep']), 'missing');
      await assert.rejects(catalog.createNamespace(['a.b'], {}), { sqlstate: '42602' });
    }));

  test('one commit drops a table, renames another to its name and creates a third', () =>
    inWarehouse(async (warehouse) => {
      const { catalog } = warehouse;
      const u = { namespace: ['ns'], name: 'u' };
      await createTable(catalog);
      await createTable(catalog, u);
      await appendFile(warehouse, 'file:///u', u);
      const [old, renamed] = [(await catalog.load(tableName))!, (await catalog.load(u))!];
      const unchanged = async () => ({ kind: 'unchanged' }) as const;
      const metadata = oneColumn(await catalog.locationFor(u));
      const outcome = await catalog.commit([
        { name: tableName, tableUuid: old.metadata.tableUuid, after: { kind: 'drop' }, change: unchanged },
        { name: u, tableUuid: renamed.metadata.tableUuid, after: { kind: 'rename', to: tableName }, change: unchanged },
        { name: u, change: async () => ({ kind: 'changed', metadata }) },
      ]);
      assert.equal(outcome.kind, 'committed');
      assert.deepEqual(await liveFiles(warehouse), ['file:///u']);
      assert.deepEqual(await liveFiles(warehouse, u), []);
      assert.equal((await catalog.load(tableName))!.metadata.tableUuid, renamed.metadata.tableUuid);
    }));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGateway } from '../support/gateway.ts';

const LISTED = `SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND n.nspname IN ('public', 'fresh') ORDER BY 1, 2`;

test('the catalogs show a transaction what it defined, and others what is committed', async () => {
  await using gateway = await startGateway();
  await using mine = await gateway.connect();
  await using other = await gateway.connect();
  await mine.rows('CREATE TABLE stays (a int); CREATE TABLE goes (a int); CREATE TABLE moves (a int)');
  const before = [
    ['public', 'goes'],
    ['public', 'moves'],
    ['public', 'stays'],
  ];
  const after = [
    ['fresh', 'made'],
    ['public', 'moved'],
    ['public', 'stays'],
  ];
  for (const [end, shown] of [
    ['ROLLBACK', before],
    ['COMMIT', after],
  ] as const) {
    await mine.rows('BEGIN');
    await mine.rows('CREATE SCHEMA fresh');
    await mine.rows('CREATE TABLE fresh.made AS SELECT 1 AS a');
    await mine.rows('DROP TABLE goes');
    await mine.rows('ALTER TABLE moves RENAME TO moved');
    await mine.rows('ALTER TABLE stays ADD COLUMN b text');
    for (let round = 0; round < 2; round++) {
      assert.deepEqual((await mine.rows(LISTED)).rows, after);
      assert.deepEqual((await other.rows(LISTED)).rows, before);
    }
    const columns = `SELECT attname FROM pg_attribute WHERE attrelid = 'stays'::regclass AND attnum > 0`;
    assert.deepEqual((await mine.rows(columns)).rows, [['a'], ['b']]);
    assert.deepEqual((await mine.rows(`SELECT 'fresh.made'::regclass`)).rows, [['fresh.made']]);
    assert.deepEqual((await mine.rows('SELECT a FROM fresh.made')).rows, [['1']]);
    await mine.rows(end);
    assert.deepEqual((await mine.rows(LISTED)).rows, shown);
    assert.deepEqual((await other.rows(LISTED)).rows, shown);
  }
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import { loadGrammar } from '../../src/sql/grammar.ts';
import { splitStatements } from '../../src/sql/split-statements.ts';

const grammar = await loadGrammar();
const only = (text: string) => splitStatements(grammar, text)[0]!;
const squeeze = (text: string): string => text.replace(/\s+/g, ' ').trim();

describe('clauses of CREATE TABLE', () => {
  it('are taken out and read', () => {
    const text = `create table if not exists s.t (a int default (1), ts timestamp) using iceberg
      partition by (day(ts), bucket(16, a), truncate(s.x, 4), "Region", hours(ts), identity(a))
      with ('write.format.default' = 'parquet', format_version = 2, write.metadata.compression-codec = gzip, 'it''s' = E'a\\nb', neg = -1, flag)
      tblproperties ('k' = true)`;
    const statement = only(text);
    assert.equal(squeeze(statement.text), 'create table if not exists s.t (a int default (1), ts timestamp)');
    assert.equal(statement.extension?.kind, 'createTable');
    assert.deepEqual(
      statement.extension.partitionBy.map((clause) => ({ ...clause, position: 0 })),
      [
        { transform: 'day', column: 'ts', position: 0 },
        { transform: 'bucket', argument: 16, column: 'a', position: 0 },
        { transform: 'truncate', argument: 4, column: 's.x', position: 0 },
        { transform: 'identity', column: 'Region', position: 0 },
        { transform: 'hour', column: 'ts', position: 0 },
        { transform: 'identity', column: 'a', position: 0 },
      ],
    );
    assert.equal(statement.extension.partitionBy[1]!.position, text.indexOf('bucket') + 1);
    assert.deepEqual(
      [...statement.extension.properties],
      [
        ['write.format.default', 'parquet'],
        ['format_version', '2'],
        ['write.metadata.compression-codec', 'gzip'],
        ["it's", 'a\nb'],
        ['neg', '-1'],
        ['flag', 'true'],
        ['k', 'true'],
      ],
    );
  });

  it('are found in CREATE TABLE AS, in any order, in EXPLAIN, and where Postgres itself would parse them', () => {
    const cases: [string, string][] = [
      ["create table t partition by (a) with (k = 'v') as select 1 as a", 'create table t as select 1 as a'],
      ["create table t with (k = 'v') partition by (a) as select 1 as a", 'create table t as select 1 as a'],
      ['create table t with (fillfactor = 70) as select 1 as a', 'create table t as select 1 as a'],
      ['create temp table t (a int) with (fillfactor = 70)', 'create temp table t (a int)'],
      ['create table t (a int) using iceberg', 'create table t (a int)'],
      ['explain create table t using iceberg as select 1', 'explain create table t as select 1'],
      [
        'create table t (a, b) partitioned by (years(b)) as table x with no data',
        'create table t (a, b) as table x with no data',
      ],
    ];
    for (const [text, expected] of cases) {
      const statement = only(text);
      assert.equal(squeeze(statement.text), expected);
      assert.equal(statement.extension?.kind, 'createTable', text);
    }
  });

  it('belong to their own statement', () => {
    const statements = splitStatements(
      grammar,
      'create table a (x int) partition by (x); create table b (x int); create table c (x int) with (k = 1)',
    );
    assert.deepEqual(
      statements.map(
        ({ extension }) =>
          extension?.kind === 'createTable' && [extension.partitionBy.length, extension.properties.size],
      ),
      [[1, 0], false, [0, 1]],
    );
  });

  it("leave PostgreSQL's own clauses alone", () => {
    for (const text of [
      'create table t (a int) partition by range (a)',
      'create table t (a int) partition by list (lower(b))',
      'create table t partition of u for values from (1) to (2)',
      'create table t (a int check (a > 0), b text collate "C") on commit drop',
      'create table t as select sum(a) over (partition by (b)) from u',
      'create table t (a int) using heap2',
    ]) {
      const statement = only(text);
      assert.equal(statement.text, text);
      assert.equal(statement.extension, undefined, text);
    }
  });

  it('combine with time travel, positions intact', () => {
    const text = 'create table t partition by (a) as select a from u as of snapshot 7 where nope';
    const statement = only(text);
    assert.equal(statement.timeTravel.length, 1);
    assert.equal(statement.toClientPosition(statement.text.indexOf('nope') + 1), text.indexOf('nope') + 1);
  });

  it('are refused at the wrong word', () => {
    const cases: [string, string][] = [
      ['create table t (a int) partition by (bucket(a))', 'bucket'],
      ['create table t (a int) partition by (a, foo(a))', 'foo'],
      ['create table t (a int) partition by (a + 1)', 'a + 1'],
      ['create table t (a int) partition by ()', ')'],
      ["create table t (a int) with ('k' = )", "'k'"],
      ['create table t (a int) with (a = b c)', 'a = b'],
      ['create table t (a int) partition by (a) partition by (a)', 'partition'],
    ];
    for (const [text, at] of cases) {
      assert.throws(
        () => splitStatements(grammar, text),
        (error) =>
          error instanceof SqlError && error.sqlstate === '42601' && error.fields.position === text.lastIndexOf(at) + 1,
        text,
      );
    }
  });
});

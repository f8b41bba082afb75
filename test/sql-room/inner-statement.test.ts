import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadGrammar } from '../../src/sql/grammar.ts';
import { innerStatement } from '../../src/sql/inner-statement.ts';
import { splitStatements } from '../../src/sql/split-statements.ts';

const grammar = await loadGrammar();
const innerOf = (text: string) => {
  const [statement] = splitStatements(grammar, text);
  return innerStatement(grammar, statement!);
};

describe('innerStatement', () => {
  it('finds the query inside', () => {
    const cases: [string, string, string][] = [
      ['explain select 1', 'select 1', 'select'],
      ['explain analyze verbose select 1', 'select 1', 'select'],
      ['explain (analyze, format json) select 1', 'select 1', 'select'],
      ['explain (select 1)', '(select 1)', 'select'],
      ['explain (analyze) (select 1)', '(select 1)', 'select'],
      ['explain delete from t', 'delete from t', 'delete'],
      [
        'explain merge into t using u on true when matched then delete',
        'merge into t using u on true when matched then delete',
        'merge',
      ],
      ['explain create table x as select 1', 'create table x as select 1', 'utility'],
      ['create table x as select 1 as data', 'select 1 as data', 'select'],
      ['create table if not exists s.x (a, b) as (select 1, 2) with no data', '(select 1, 2)', 'select'],
      ['create table x as with q as (select 1) table q with data', 'with q as (select 1) table q', 'select'],
      ["create table x partition by (a) with (k = 'v') as values (1)", 'values (1)', 'select'],
      ['create view v (a) as select 1 with local check option', 'select 1', 'select'],
      ['declare c no scroll cursor with hold for select 1 for update', 'select 1 for update', 'select'],
      ['prepare p (int, text) as insert into t values ($1)', 'insert into t values ($1)', 'insert'],
      ['copy (select 1) to stdout', 'select 1', 'select'],
      ['copy (delete from t returning *) to stdout (format csv)', 'delete from t returning *', 'delete'],
    ];
    for (const [text, inner, kind] of cases) {
      const found = innerOf(text);
      assert.equal(found?.text, inner, text);
      assert.equal(found?.kind, kind, text);
      assert.equal(found?.clientText, text);
    }
  });

  it('finds none where there is none', () => {
    for (const text of ['create table x as execute p', 'copy t to stdout', 'select 1', 'begin', 'explain execute p']) {
      assert.equal(innerOf(text), undefined, text);
    }
  });

  it('keeps positions, relations and time travel', () => {
    const text = "explain select 'é', nope from s.t as of snapshot 1 a, u";
    const inner = innerOf(text);
    assert.ok(inner);
    assert.equal(inner.toClientPosition(inner.text.indexOf('nope') + 1), text.indexOf('nope') + 1);
    assert.deepEqual(
      inner.relations.map(({ name, position }) => [name, position]),
      [['u', text.indexOf('u', 50) + 1]],
    );
    assert.equal(inner.timeTravel.length, 1);
    const created = innerOf('create table x as select * from y');
    assert.deepEqual(
      created?.relations.map(({ name }) => name),
      ['y'],
    );
  });

  it('carries the clauses of a CREATE TABLE inside EXPLAIN', () => {
    assert.equal(innerOf('explain create table x using iceberg as select 1')?.extension?.kind, 'createTable');
    assert.equal(innerOf('create table x with (k = 1) as select 1')?.extension, undefined);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import { loadGrammar } from '../../src/sql/grammar.ts';
import { DEFAULT_STATEMENT_LIMITS, splitStatements } from '../../src/sql/split-statements.ts';

const grammar = await loadGrammar();
const split = (text: string) => splitStatements(grammar, text);

function errorOf(run: () => unknown): SqlError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof SqlError, String(error));
    return error;
  }
  return assert.fail('no error');
}

describe('splitStatements', () => {
  it('splits at semicolons and drops empty statements', () => {
    assert.deepEqual(split(''), []);
    assert.deepEqual(split('  ; ;; -- nothing\n /* or */ '), []);
    const texts = split("select 1; ;select ';' ; /* c; */ select $$;$$").map((statement) => statement.text);
    assert.equal(texts.length, 3);
    assert.equal(texts[0], 'select 1');
    assert.equal(texts[1], "select ';'");
    assert.match(texts[2]!, /select \$\$;\$\$$/);
  });

  it('keeps a function body together', () => {
    const [only, ...rest] = split('create function f() returns int begin atomic select 1; select 2; end');
    assert.equal(rest.length, 0);
    assert.equal(only?.kind, 'utility');
  });

  it('classifies', () => {
    const kinds: [string, string][] = [
      ['select 1', 'select'],
      ['values (1)', 'select'],
      ['table t', 'select'],
      ['(select 1) union select 2', 'select'],
      ['with a as (delete from t returning *) select * from a', 'select'],
      ['select 1 into t', 'utility'],
      ['with a as (select 1) insert into t select * from a', 'insert'],
      ['update t set a = 1', 'update'],
      ['delete from t', 'delete'],
      ['merge into t using s on true when matched then delete', 'merge'],
      ['explain select 1', 'utility'],
      ['create table t (a int)', 'utility'],
      ['begin', 'utility'],
    ];
    for (const [text, kind] of kinds) assert.equal(split(text)[0]?.kind, kind, text);
  });

  it("reports the grammar's own message at the client's code point", () => {
    const cases: [string, string, string, number | undefined][] = [
      ['selec 1', 'syntax error at or near "selec"', '42601', 1],
      ["select 'é😀' from from t", 'syntax error at or near "from"', '42601', 18],
      ["select 1; select 'é' + ;", 'syntax error at or near ";"', '42601', 24],
      ["select 'abc", 'unterminated quoted string at or near "\'abc"', '42601', 8],
      ['select (1', 'syntax error at end of input', '42601', 10],
      ['create assertion a check (true)', 'CREATE ASSERTION is not yet implemented', '0A000', 1],
    ];
    for (const [text, message, sqlstate, position] of cases) {
      const error = errorOf(() => split(text));
      assert.equal(error.message, message, text);
      assert.equal(error.sqlstate, sqlstate, text);
      assert.equal(error.fields.position, position, text);
    }
  });

  it('maps positions of later statements to the whole text', () => {
    const text = "select 'é'; select  nope";
    const [, second] = split(text);
    assert.equal(second!.text, 'select  nope');
    assert.equal(second!.toClientPosition(second!.text.indexOf('nope') + 1), text.indexOf('nope') + 1);
    assert.equal(second!.clientText, 'select  nope');
  });

  it('refuses what is too long or too deep, quickly', () => {
    const limits = { ...DEFAULT_STATEMENT_LIMITS, statementLengthBytes: 20 };
    assert.equal(errorOf(() => splitStatements(grammar, `select '${'x'.repeat(20)}'`, limits)).sqlstate, '54000');
    const deep = [
      `select ${'('.repeat(600)}1${')'.repeat(600)}`,
      `select ${'1+'.repeat(50000)}1`,
      `select ${'-+'.repeat(50000)}a`,
      `select ${'not '.repeat(5000)}true`,
      `select ${'(select '.repeat(3000)}1${')'.repeat(3000)}`,
      `select 1${' union select 1, 2'.repeat(5000)}`,
      `select ${'case when true then '.repeat(3000)}1${' end'.repeat(3000)}`,
      `select E'\\'' ${"|| 'a'".repeat(5000)}`,
      `select /* /* */ ' */ ${'('.repeat(2000)}`,
    ];
    for (let round = 0; round < 30; round++) {
      for (const text of deep) assert.equal(errorOf(() => split(text)).sqlstate, '54001', text.slice(0, 40));
    }
    assert.equal(split('select 1').length, 1);
  });

  it('takes long lists and honest nesting', () => {
    const honest = [
      `select 1 where 1 in (${Array.from({ length: 20000 }, (_, index) => index).join(', ')})`,
      `insert into t values ${Array.from({ length: 5000 }, (_, index) => `(${index}, -${index}, 'x''y')`).join(', ')}`,
      `select 1 where ${Array.from({ length: 5000 }, (_, index) => `a = ${index}`).join(' or ')}`,
      `select ${'('.repeat(200)}1${')'.repeat(200)}`,
      `select 1${' union all select 1'.repeat(500)}`,
    ];
    for (const text of honest) assert.equal(split(text).length, 1);
  });

  it('survives texts that overflow the parser behind the guard', async () => {
    const unguarded = { statementLengthBytes: 1e9, nestingLimit: 1e9, chainLimit: 1e9 };
    const overflow = `select ${'1+'.repeat(20000)}1`;
    for (let round = 0; round < 120; round++) {
      assert.equal(errorOf(() => splitStatements(grammar, overflow, unguarded)).sqlstate, '54001');
      if (round % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(split('select a, b from t where c = 1').length, 1);
  });
});

describe('relations of a statement', () => {
  const names = (text: string): string[] =>
    split(text).flatMap((statement) =>
      statement.relations.map(({ schema, name }) => (schema === undefined ? name : `${schema}.${name}`)),
    );

  it('are those outside the scopes of WITH', () => {
    const cases: [string, string[]][] = [
      ['select 1', []],
      ['select * from a, B.c, "D"."e f" x', ['a', 'b.c', 'D.e f']],
      ['with a as (select * from a) select * from a, b', ['a', 'b']],
      ['with recursive a as (select * from a) select * from a', []],
      ['with a as (select 1), b as (select * from a, c) select * from b', ['c']],
      ['with a as (select 1) select * from s.a', ['s.a']],
      ['select (with q as (select 1) select 1 from q), 2 from q', ['q']],
      ['select * from (with q as (select 1) select * from q, r) x join q on true', ['r', 'q']],
      ['select 1 from t where exists (select 1 from u) union select 2 from v', ['t', 'u', 'v']],
      ['with c as (select * from d) insert into c select * from c', ['c', 'd']],
      ['merge into t using (select * from s) x on true when matched then delete', ['t', 's']],
      ['update t set a = b.a from b', ['t', 'b']],
      ['delete from t using u', ['t', 'u']],
      ['explain analyze select * from t', ['t']],
      ['create table n as select * from t', ['t', 'n']],
      ['create view v as select * from t', ['v', 't']],
      ['drop table a, b.c', ['a', 'b.c']],
      ['truncate a, b', ['a', 'b']],
      ["comment on column s.t.c is 'x'", ['s.t']],
      ["comment on table t is 'x'", ['t']],
      ['alter table t rename to u', ['t']],
      ['copy t from stdin', ['t']],
      ['copy (select * from t) to stdout', ['t']],
      ['declare c cursor for select * from t', ['t']],
      ['prepare p as select * from t', ['t']],
      ['lock t', ['t']],
      ['select * from t$snapshots', ['t$snapshots']],
      ['select * from only (t), lateral (select * from u) x, f(1), rows from (g())', ['t', 'u']],
    ];
    for (const [text, expected] of cases) assert.deepEqual(names(text).sort(), expected.toSorted(), text);
  });

  it('carry positions in the whole text', () => {
    const text = "select 'é'; select * from tab";
    assert.equal(split(text)[1]!.relations[0]!.position, text.indexOf('tab') + 1);
  });

  it('does not recurse over long chains', () => {
    const chain = `select * from t0${Array.from({ length: 1500 }, (_, index) => ` cross join t${index + 1}`).join('')}`;
    assert.equal(names(chain).length, 1501);
  });
});

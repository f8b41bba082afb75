import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import { bindTimeTravel } from '../../src/sql/bind-time-travel.ts';
import { loadGrammar } from '../../src/sql/grammar.ts';
import { splitStatements } from '../../src/sql/split-statements.ts';
import type { TimeTravelTarget } from '../../src/sql/sql.ts';

const grammar = await loadGrammar();
const one = (text: string) => {
  const statements = splitStatements(grammar, text);
  assert.equal(statements.length, 1, text);
  return statements[0]!;
};
/** The target as a short string: `#1`, `branch:b`, `@expression`. */
const short = (target: TimeTravelTarget): string => {
  if (target.kind === 'snapshot') return `#${target.id}`;
  return target.kind === 'ref' ? `${target.of}:${target.name}` : `@${target.expression}`;
};
const errorOf = (text: string): SqlError => {
  try {
    splitStatements(grammar, text);
  } catch (error) {
    assert.ok(error instanceof SqlError, String(error));
    return error;
  }
  return assert.fail(`no error: ${text}`);
};

describe('time travel', () => {
  it('knows every spelling, with the alias before, after or absent', () => {
    const clauses: [string, string][] = [
      ['AS OF SNAPSHOT 9223372036854775807', '#9223372036854775807'],
      ["as of timestamp '2024-01-01 00:00:00'", "@'2024-01-01 00:00:00'"],
      ["AS OF TIMESTAMP now() - interval '1 day'", "@now() - interval '1 day'"],
      ["AS OF BRANCH 'b''x'", "branch:b'x"],
      ['AS OF BRANCH Audit', 'branch:audit'],
      ["AS OF TAG 'x'", 'tag:x'],
      ['AS OF VERSION 5', '#5'],
      ['FOR VERSION AS OF 123', '#123'],
      ["FOR VERSION AS OF 'ref'", 'any:ref'],
      ['FOR TIMESTAMP AS OF $1', '@$1'],
      ["FOR TIMESTAMP AS OF TIMESTAMP '2024-01-01'", "@TIMESTAMP '2024-01-01'"],
      ['FOR TIMESTAMP AS OF case when true then now() else now() end', '@case when true then now() else now() end'],
      ['FOR SYSTEM_VERSION AS OF 123', '#123'],
      ["FOR SYSTEM_TIME AS OF '2024-01-01'::timestamptz", "@'2024-01-01'::timestamptz"],
      ["FOR SYSTEM_TIME AS OF '2024-01-01' at time zone 'UTC'", "@'2024-01-01' at time zone 'UTC'"],
      ['VERSION AS OF 123', '#123'],
      ["VERSION AS OF 'ref'", 'any:ref'],
      ["TIMESTAMP AS OF '2024-01-01'", "@'2024-01-01'"],
      ['AT (VERSION => 123)', '#123'],
      ['AT (SNAPSHOT => 123)', '#123'],
      ["AT (TIMESTAMP => now() - interval '2 hours')", "@now() - interval '2 hours'"],
      ["AT (BRANCH => 'b')", 'branch:b'],
    ];
    const places: ((clause: string) => [string, string])[] = [
      (clause) => [`select * from t ${clause}`, 'select * from P AS t'],
      (clause) => [`select * from ns.t ${clause} where t.a = 1`, 'select * from P AS t where t.a = 1'],
      (clause) => [`select * from ns."T t" ${clause}, u`, 'select * from P AS "T t", u'],
      (clause) => [`select * from t x ${clause}`, 'select * from P x'],
      (clause) => [`select * from t AS x (a, b) ${clause} order by 1`, 'select * from P AS x (a, b) order by 1'],
      (clause) => [`select * from t ${clause} x where x.a = 1`, 'select * from P x where x.a = 1'],
      (clause) => [`select * from t ${clause} as x join u on true`, 'select * from P as x join u on true'],
      (clause) => [`select * from u join s.t ${clause} x(a, b) using (a)`, 'select * from u join P x(a, b) using (a)'],
      (clause) => [`select (select max(a) from t ${clause}) m`, 'select (select max(a) from P AS t) m'],
      (clause) => [`with c as (select 1 from t ${clause}) select 1`, 'with c as (select 1 from P AS t) select 1'],
      (clause) => [
        `merge into u using t ${clause} on true when matched then delete`,
        'merge into u using P AS t on true when matched then delete',
      ],
      (clause) => [`select * from t ${clause} limit 3`, 'select * from P AS t limit 3'],
      (clause) => [`select * from t ${clause} tablesample system (1)`, 'select * from P AS t tablesample system (1)'],
      (clause) => [
        `insert into u select * from t ${clause} union select 1`,
        'insert into u select * from P AS t union select 1',
      ],
    ];
    const squeeze = (text: string): string => text.replace(/\s+/g, ' ').replace(/ ([,)])/g, '$1');
    for (const [clause, target] of clauses) {
      for (const place of places) {
        const [text, expected] = place(clause);
        const statement = one(text);
        assert.equal(statement.timeTravel.length, 1, text);
        const travel = statement.timeTravel[0]!;
        assert.equal(short(travel.target), target, text);
        assert.equal(squeeze(statement.text.replace(travel.placeholder, 'P')), expected, text);
        assert.equal(statement.clientText, text);
      }
    }
  });

  it('names the relation as Postgres folds it and leaves it out of the relations', () => {
    const statement = one('select * from "Ns".Tab as of snapshot 1, other');
    assert.deepEqual(statement.timeTravel[0]!.relation, { schema: 'Ns', name: 'tab', position: 15 });
    assert.deepEqual(
      statement.relations.map(({ name }) => name),
      ['other'],
    );
  });

  it('takes several in one text, each to its own statement', () => {
    const statements = splitStatements(
      grammar,
      'select * from t as of snapshot 1 a, t as of snapshot 2 b; select 1; select * from u version as of 3',
    );
    assert.deepEqual(
      statements.map((statement) => statement.timeTravel.map(({ target }) => short(target))),
      [['#1', '#2'], [], ['#3']],
    );
  });

  it("keeps positions true in the client's text", () => {
    const text = "select 'é' from ns.t for version as of 1 x, lost where missing = $1";
    const statement = one(text);
    const bound = bindTimeTravel(statement, new Map([[statement.timeTravel[0]!.placeholder, 'pg_bergwire."t#1é"']]));
    assert.match(bound.text, /from pg_bergwire\."t#1é" {2}x, lost/);
    for (const word of ['missing', 'lost', '$1', 'select']) {
      for (const each of [statement, bound]) {
        assert.equal(each.toClientPosition(each.text.indexOf(word) + 1), text.indexOf(word) + 1, word);
      }
    }
    assert.equal(statement.relations[0]!.position, text.indexOf('lost') + 1);
    assert.equal(
      statement.toClientPosition(statement.text.indexOf(statement.timeTravel[0]!.placeholder) + 1),
      text.indexOf('ns.t') + 1,
    );
    const wrong = "select * from t as of timestamp '2024-01-01' x where where";
    const error = errorOf(wrong);
    assert.equal(error.fields.position, wrong.lastIndexOf('where') + 1);
    assert.equal(error.message, 'syntax error at or near "where"');
  });

  it('never touches a text that Postgres reads', () => {
    const valid = [
      'select a as of from t',
      'select * from t as of',
      'select * from t as of (a, b)',
      'select * from t version',
      'select * from t version, u timestamp_',
      "select 't as of snapshot 1'",
      'select 1 -- from t as of snapshot 1',
      'select "as of snapshot 1" from t',
      "select timestamp '2024-01-01' at time zone 'utc'",
      'select * from t at (version)',
      'select version, snapshot, tag, branch from t for update of t',
      'select at(1) from t',
      'create type c as (of int)',
      'create table t of c',
    ];
    for (const text of valid) {
      const statement = one(text);
      assert.equal(statement.text, text);
      assert.deepEqual(statement.timeTravel, [], text);
    }
  });

  it('refuses clauses without a proper target, and writing to the past', () => {
    const cases: [string, string][] = [
      ['select * from t as of snapshot abc', '42601'],
      ['select * from t as of snapshot 1.5', '42601'],
      ['select * from t for version as of', '42601'],
      ['select * from t as of timestamp', '42601'],
      ['select * from t as of timestamp where a = 1', '42601'],
      ['select * from t at (version => 1, 2)', '42601'],
      ['select a, t as of snapshot 1', '42601'],
      ['select f(t as of snapshot 1)', '42601'],
      ['delete from t as of snapshot 1', '0A000'],
      ['insert into t for version as of 1 values (1)', '0A000'],
      ['update t version as of 1 set a = 1', '0A000'],
    ];
    for (const [text, sqlstate] of cases) {
      const error = errorOf(text);
      assert.equal(error.sqlstate, sqlstate, `${text}: ${error.message}`);
      assert.ok(error.fields.position !== undefined, text);
    }
  });

  it('is quick to refuse hostile texts', () => {
    const started = performance.now();
    const hostile = ['x as of timestamp 1 ) '.repeat(40_000), 'table '.repeat(150_000), 'as of '.repeat(150_000)];
    for (const text of hostile) assert.match(errorOf(text).sqlstate, /^(42601|54001)$/);
    assert.ok(performance.now() - started < 20_000);
  });
});

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import { alterCommands } from '../../src/sql/alter-commands.ts';
import { loadGrammar, type Grammar } from '../../src/sql/grammar.ts';
import { onlyCommands } from '../../src/sql/only-commands.ts';
import { splitStatements } from '../../src/sql/split-statements.ts';
import type { TableChange } from '../../src/sql/sql.ts';

let grammar: Grammar;
before(async () => {
  grammar = await loadGrammar();
});

function changes(text: string): readonly TableChange[] | undefined {
  const statements = splitStatements(grammar, text);
  assert.equal(statements.length, 1);
  const { extension } = statements[0]!;
  return extension?.kind === 'alterTable' ? extension.changes : undefined;
}

describe('commands of ALTER TABLE beyond Postgres', () => {
  it('are read in the words of Spark', () => {
    const field = { transform: 'bucket', argument: 16, column: 'id', position: 37 };
    assert.deepEqual(changes('alter table s.t add partition field bucket(16, id)'), [
      { kind: 'addPartitionField', field: { ...field, position: 37 } },
    ]);
    assert.deepEqual(changes('alter table s.t add partition field bucket(16, id) as shard'), [
      { kind: 'addPartitionField', field: { ...field, name: 'shard' } },
    ]);
    assert.deepEqual(changes('alter table t drop partition field region'), [
      { kind: 'dropPartitionField', field: { transform: 'identity', column: 'region', position: 36 } },
    ]);
    assert.deepEqual(changes('alter table t replace partition field ts_day with hours(ts)'), [
      {
        kind: 'replacePartitionField',
        field: { transform: 'identity', column: 'ts_day', position: 39 },
        by: { transform: 'hour', column: 'ts', position: 51 },
      },
    ]);
    assert.deepEqual(changes('alter table if exists only t write unordered'), [
      { kind: 'writeOrder', order: [], distribution: 'none' },
    ]);
    assert.deepEqual(changes('alter table t write distributed by partition'), [
      { kind: 'writeOrder', distribution: 'hash' },
    ]);
  });

  it('sort as Postgres does unless they say how', () => {
    const [change] = changes('alter table t write ordered by a, b desc, c nulls first, day(d) desc nulls last') ?? [];
    assert.deepEqual(
      change?.kind === 'writeOrder' && change.order?.map((it) => [it.column, it.direction, it.nullOrder]),
      [
        ['a', 'asc', 'nulls-last'],
        ['b', 'desc', 'nulls-first'],
        ['c', 'asc', 'nulls-first'],
        ['d', 'desc', 'nulls-last'],
      ],
    );
  });

  it('are told from those that Postgres knows', () => {
    const text = `alter table t add column é int default 1, set ('a.b' = 'x,y', c.d = 1), alter x type text using f(y, '[', 1), reset (e)`;
    const [statement] = splitStatements(grammar, text);
    assert.deepEqual(statement?.extension?.kind === 'alterTable' && statement.extension.changes, [
      {
        kind: 'setProperties',
        properties: new Map([
          ['a.b', 'x,y'],
          ['c.d', '1'],
        ]),
      },
      { kind: 'removeProperties', keys: ['e'] },
    ]);
    const texts = alterCommands(grammar, statement!.text);
    assert.deepEqual(
      texts.map(({ using }) => using),
      [undefined, undefined, `f(y, '[', 1)`, undefined],
    );
    const kept = onlyCommands(grammar, statement!.text, (index) => index % 2 === 0);
    assert.equal(
      kept.replaceAll(/\s+/g, ' ').trim(),
      `alter table t add column é int default 1 , alter x type text using f(y, '[', 1)`,
    );
    assert.equal(kept.indexOf('using'), statement!.text.indexOf('using'));
    const last = onlyCommands(grammar, statement!.text, (index) => index === 2);
    assert.equal(last.replaceAll(/\s+/g, ' ').trim(), `alter table t alter x type text using f(y, '[', 1)`);
  });

  it('are wrong with a position in the whole text', () => {
    for (const [text, at] of [
      ['select 1; alter table t add partition field f(x)', 'f(x)'],
      ['select 1; alter table t replace partition field a', ''],
      ['select 1; alter table t write ordered by a +', 'a +'],
      ['select 1; alter table t set identifier fields bucket(2, a)', 'bucket(2'],
      [`select 1; alter table t set (a = b c)`, 'a = b'],
    ] as const)
      assert.throws(
        () => splitStatements(grammar, text),
        (error) => {
          assert.ok(error instanceof SqlError);
          assert.deepEqual(
            [error.sqlstate, error.fields.position],
            ['42601', at === '' ? text.length + 1 : text.indexOf(at) + 1],
          );
          return true;
        },
      );
  });

  it('are looked for in ALTER TABLE only', () => {
    for (const text of ['alter table t add column a int', 'alter role x set search_path = a', 'reset all', 'select 1'])
      assert.equal(changes(text), undefined, text);
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import { dialectHint } from '../../src/sql/dialect-hint.ts';
import { foreignDialect } from '../../src/sql/foreign-dialect.ts';

test('other databases are recognised by their own clauses', async () => {
  assert.equal(await foreignDialect('SELECT `a` FROM `t` LIMIT 5, 10', 20_000), 'MySQL');
  assert.equal(await foreignDialect('SELECT TOP 5 [a] FROM [t]', 20_000), 'SQL Server');
  assert.equal(await foreignDialect('SELECT FROM WHERE', 20_000), undefined);
});

test('a text that takes its parser exponential time is given up at the deadline', async () => {
  const nested = `SELECT ${'(a AND '.repeat(60)}b${')'.repeat(60)} FROM`;
  const startedMs = performance.now();
  assert.equal(await foreignDialect(nested, 300), undefined);
  assert.ok(performance.now() - startedMs < 10_000);
});

test('only syntax errors get a hint', async () => {
  const syntax = new SqlError({ sqlstate: '42601', message: 'syntax error at or near "`"' });
  const hinted = await dialectHint(syntax, 'SELECT `a` FROM `t`');
  assert.match(hinted instanceof SqlError ? (hinted.fields.hint ?? '') : '', /MySQL/);
  assert.equal(await dialectHint(syntax, 'SELECT FROM WHERE'), syntax);
  const other = new SqlError({ sqlstate: '42703', message: 'column "a" does not exist' });
  assert.equal(await dialectHint(other, 'SELECT `a` FROM `t`'), other);
});

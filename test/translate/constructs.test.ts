import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CONSTRUCTS, REFUSED, WITH_PARAMETERS } from './constructs.ts';
import { openOracle } from './oracle.ts';
import type { Oracle } from './oracle.ts';
import { SAMPLE_ROWS, SAMPLE_TABLES } from './sample-tables.ts';

let oracle: Oracle;
before(async () => {
  oracle = await openOracle(SAMPLE_TABLES, SAMPLE_ROWS);
});
after(async () => {
  await oracle?.[Symbol.asyncDispose]();
});

async function compare(sql: string, parameters: readonly (string | null)[] = []): Promise<void> {
  const expected = await oracle.postgres(sql, parameters);
  const actual = await oracle.ours(sql, parameters);
  if ('sqlstate' in expected)
    assert.equal('sqlstate' in actual ? actual.sqlstate : JSON.stringify(actual), expected.sqlstate);
  else assert.deepEqual(actual, expected);
}

for (const sql of CONSTRUCTS) test(`as PostgreSQL: ${sql}`, async () => await compare(sql));

for (const [sql, ...parameters] of WITH_PARAMETERS)
  test(`as PostgreSQL: ${sql} with ${JSON.stringify(parameters)}`, async () => await compare(sql, parameters));

for (const sql of REFUSED)
  test(`refused: ${sql}`, async () => {
    const actual = await oracle.ours(sql);
    assert.ok('sqlstate' in actual, JSON.stringify(actual));
    assert.equal(actual.sqlstate, '0A000', actual.message);
  });

test('a statement nested too deeply is 54001, not a crash', async () => {
  const deep = (levels: number): string => `select ${'abs('.repeat(levels)}a${')'.repeat(levels)} from t`;
  const shallow = await oracle.ours(`${deep(100)} where id = 1`);
  assert.ok('rows' in shallow, JSON.stringify(shallow));
  const actual = await oracle.ours(deep(3000));
  assert.ok('sqlstate' in actual && actual.sqlstate === '54001', JSON.stringify(actual).slice(0, 200));
});

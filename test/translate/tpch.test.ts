import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openOracle } from './oracle.ts';
import type { Oracle } from './oracle.ts';
import { TPCH_QUERIES } from './tpch/queries.ts';
import { TPCH_ROWS, TPCH_TABLES } from './tpch/tables.ts';

let oracle: Oracle;
before(async () => {
  oracle = await openOracle(TPCH_TABLES, TPCH_ROWS);
});
after(async () => {
  await oracle?.[Symbol.asyncDispose]();
});

for (const [index, sql] of TPCH_QUERIES.entries())
  test(`TPC-H query ${index + 1} answers as PostgreSQL does, text for text`, async () => {
    const expected = await oracle.postgres(sql);
    assert.ok('rows' in expected, JSON.stringify(expected));
    assert.ok(expected.rows.length > 0, 'the query finds nothing: the comparison says nothing');
    assert.deepEqual(await oracle.ours(sql), expected);
  });

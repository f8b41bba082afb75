/** DELETE that drops whole files by what metadata say of them, and what stays of their delete files. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { GatewayClient } from '../../src/cli/gateway-client.ts';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';

let gateway: Gateway;
let client: GatewayClient;
before(async () => {
  gateway = await startGateway();
  client = await gateway.connect();
});
after(async () => {
  await client[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
});

/** Ten rows a day in three days and in none, and a column that is null in one of them. */
async function makeTable(): Promise<void> {
  await client.rows('DROP TABLE IF EXISTS t');
  await client.rows('CREATE TABLE t (id int, d date, v int, f float8, s text) PARTITION BY (day(d))');
  await client.rows(
    `INSERT INTO t SELECT i, CASE WHEN i <= 30 THEN date '2024-01-01' + (i - 1) / 10 END, nullif(i, 25), i, 'row ' || i
     FROM generate_series(1, 40) i`,
  );
}
beforeEach(makeTable);

type Change = { readonly tag: string; readonly summary: Readonly<Record<string, string>>; readonly left: number };

async function change(sql: string): Promise<Change> {
  const { tag } = await client.rows(sql);
  const { rows } = await client.rows(
    'SELECT summary FROM "t$snapshots" ORDER BY committed_at DESC, snapshot_id LIMIT 1',
  );
  const left = await client.rows('SELECT count(*) FROM t');
  return { tag, summary: summaryOf(rows[0]![0]!), left: Number(left.rows[0]![0]) };
}

/** A map is an array of pairs. */
function summaryOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...text.matchAll(/"\(([^,]+),([^)]*)\)"/g)].map(([, key, value]) => [key, value]));
}

/** What a DELETE does: the tag's count, data files dropped, delete files added; those dropped unseen where it differs. */
const DELETES: readonly (readonly [
  where: string,
  deleted: number,
  dropped: number,
  deletes: number,
  unseen?: number,
])[] = [
  ['', 40, 4, 0],
  ['WHERE true', 40, 4, 0],
  [`WHERE d = '2024-01-02'`, 10, 1, 0],
  [`WHERE d <> '2024-01-02'`, 20, 2, 0],
  ['WHERE d IS NULL', 10, 1, 0],
  [`WHERE d IN ('2024-01-01', '2024-01-03')`, 20, 2, 0],
  [`WHERE NOT d > '2024-01-02'`, 20, 2, 0],
  [`WHERE NOT (d IN ('2024-01-01'))`, 20, 2, 0],
  ['WHERE id <= 20', 20, 2, 0],
  ['WHERE id BETWEEN 5 AND 30', 26, 2, 1],
  ['WHERE v > 20', 19, 1, 1, 1],
  ['WHERE v IS NOT NULL', 39, 3, 1],
  [`WHERE d = '2024-01-01' OR id > 35`, 15, 1, 1],
  ['WHERE f >= 11 AND f < 21', 10, 1, 0],
  [`WHERE s LIKE 'row%'`, 40, 4, 0],
  [`WHERE s >= 'row 1' AND length(s) > 0 AND d = '2024-01-02'`, 10, 1, 0, 0],
  ['WHERE id IN (SELECT 31 + i FROM generate_series(0, 9) i)', 10, 1, 0, 0],
  ['WHERE id > 100', 0, 0, 0],
  ['WHERE d = NULL', 0, 0, 0],
];

test('files whose rows all go are dropped, the others get delete files', async (t) => {
  for (const [where, deleted, dropped, deletes, unseen = dropped] of DELETES)
    await t.test(`DELETE FROM t ${where}`, async () => {
      const plan = (await client.rows(`EXPLAIN DELETE FROM t ${where}`)).rows.map(([line]) => line!.trim());
      const said = plan.find((line) => line.startsWith('Data Files Dropped Whole'))?.split(': ')[1];
      assert.equal(said ?? '0', String(unseen));
      await client.rows('BEGIN');
      const first = await client.rows(`DELETE FROM t ${where}`);
      await client.rows('ROLLBACK');
      const { tag, summary, left } = await change(`DELETE FROM t ${where}`);
      assert.equal(first.tag, tag);
      assert.deepEqual([tag, left], [`DELETE ${deleted}`, 40 - deleted]);
      if (deleted === 0) return;
      assert.equal(summary['deleted-data-files'] ?? '0', String(dropped));
      assert.equal(summary['added-delete-files'] ?? '0', String(deletes));
      await makeTable();
    });
});

test('parameters decide like constants, and rows that are gone already are not counted', async () => {
  await client.rows('DELETE FROM t WHERE id IN (1, 12)');
  await client.rows(`PREPARE gone (date) AS DELETE FROM t WHERE d = $1`);
  const { tag, summary, left } = await change(`EXECUTE gone ('2024-01-01')`);
  assert.deepEqual([tag, left], ['DELETE 9', 29]);
  assert.equal(summary['deleted-data-files'], '1');
  assert.equal(summary['removed-position-delete-files'], '1');
  assert.equal(summary['total-delete-files'], '1');
  const none = await client.rows('EXECUTE gone (NULL)');
  assert.equal(none.tag, 'DELETE 0');
});

test('in a transaction rows that it wrote itself go the same way, with their delete files', async () => {
  await client.rows('BEGIN');
  await client.rows(`INSERT INTO t VALUES (50, '2025-01-01', 1, 1, 'a'), (51, '2025-01-01', 1, 1, 'a')`);
  await client.rows('DELETE FROM t WHERE id = 50 OR id = 3');
  assert.equal((await client.rows(`DELETE FROM t WHERE d >= '2025-01-01'`)).tag, 'DELETE 1');
  const { summary, left } = await change('COMMIT');
  assert.equal(left, 39);
  assert.equal(summary['added-data-files'], undefined);
  assert.equal(summary['added-delete-files'], '1');
});

test('with RETURNING every row is shown', async () => {
  const { rows, tag } = await client.rows(`DELETE FROM t WHERE d = '2024-01-01' RETURNING id`);
  assert.equal(tag, 'DELETE 10');
  assert.equal(rows.length, 10);
});

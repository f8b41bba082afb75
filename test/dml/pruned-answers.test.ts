/**
 * Pruning never changes an answer: random conditions over tables of random partitionings count the same rows as the
 * same conditions written so that no file can be told apart by them. PRUNED=<count> asks more, PRUNED_SEED=<n> others.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { seededRandom } from '../certify/seeded-random.ts';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { pick } from './history-columns.ts';
import { condition } from './history-expression.ts';
import { firstRows, randomHistoryTable } from './history-table.ts';
import { SqlSession } from './sql-session.ts';

const SEED = Number(process.env.PRUNED_SEED ?? 1);
const TABLES = Number(process.env.PRUNED ?? 6);
const CONDITIONS = 25;

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
});

for (let seed = SEED; seed < SEED + TABLES; seed++)
  test(`seed ${seed}`, async () => {
    using session = await SqlSession.open(gateway);
    const random = seededRandom(seed);
    const dice = (below: number): number => Math.floor(random() * below);
    const table = randomHistoryTable(dice, `p${seed}`);
    await session.rows(table.partitioned);
    for (let insert = 0; insert < 6; insert++) await session.ask(firstRows(dice, table).sql);
    for (let change = 0; change < 2; change++)
      await session.ask(`DELETE FROM ${table.name} t WHERE ${condition(dice, table, 't', table)}`);
    await session.ask(firstRows(dice, table).sql);
    let pruned = 0;
    for (let index = 0; index < CONDITIONS; index++) {
      const where = condition(dice, table, 't', table);
      const columns = ['t.*', pick(dice, table.columns).name, 'count(*)'];
      const select = pick(dice, columns);
      const asked = await session.ask(`SELECT ${select} FROM ${table.name} t WHERE ${where}`);
      // A condition that is computed says nothing of a file.
      const whole = await session.ask(
        `SELECT ${select} FROM ${table.name} t WHERE CASE WHEN length(coalesce(t.s, '')) >= 0 THEN ${where} END`,
      );
      if (asked.sqlstate === '0A000' || whole.sqlstate === '0A000') continue;
      const text = `${table.partitioned}\nWHERE ${where}`;
      assert.equal(asked.sqlstate, whole.sqlstate, text);
      assert.deepEqual(asked.rows.toSorted(), whole.rows.toSorted(), text);
      const plan = await session.ask(`EXPLAIN SELECT * FROM ${table.name} t WHERE ${where}`);
      const files = /Data Files: (\d+) of (\d+)/.exec(plan.rows.join(' '));
      if (files !== null && Number(files[1]) < Number(files[2])) pruned += 1;
    }
    if (seed === 1) assert.ok(pruned > 0, 'nothing was pruned');
  });

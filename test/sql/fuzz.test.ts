/**
 * Random queries over random small tables that a real PostgreSQL and the gateway answer alike,
 * literals being parameters in every other one. By
 * default a bounded sample of a fixed seed; FUZZ=<count> runs as many, FUZZ_SEED=<n> others.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { seededRandom } from '../certify/seeded-random.ts';
import { findPostgres } from '../support/real-postgres.ts';
import { withRandomParameters } from './random-parameters.ts';
import { randomQuery } from './random-query.ts';
import { randomTable } from './random-table.ts';
import { openTwin } from './twin.ts';
import type { Comparison, Twin } from './twin.ts';

const SEED = Number(process.env.FUZZ_SEED ?? 1);
const COUNT = Number(process.env.FUZZ ?? 400);
const CHUNK = 100;

const native = (await findPostgres()) !== undefined;

describe(`random queries (FUZZ_SEED=${SEED})`, { skip: native ? false : 'needs a native PostgreSQL' }, () => {
  const random = seededRandom(SEED);
  const dice = (below: number): number => Math.floor(random() * below);
  const tables = [randomTable(dice, 'ra', 20), randomTable(dice, 'rb', 12)];
  let twin: Twin | undefined;
  let answered = 0;
  before(async () => {
    twin = await openTwin(tables.flatMap(({ statements }) => statements));
  });
  after(async () => {
    await twin?.[Symbol.asyncDispose]();
  });
  for (let done = 0; done < COUNT; done += CHUNK) {
    const size = Math.min(CHUNK, COUNT - done);
    test(`${done + 1} to ${done + size}`, async () => {
      const differences: string[] = [];
      for (let index = 0; index < size; index++) {
        const { sql: written, ordered } = randomQuery(dice, tables);
        const { sql, values } = index % 2 === 0 ? { sql: written, values: [] } : withRandomParameters(dice, written);
        const parameters = index % 2 === 0 ? undefined : { values, binary: index % 4 === 1 };
        const comparison = await twin!.compare(sql, ordered, parameters);
        if (comparison.verdict === 'same') answered += 1;
        else if (!isAllowed(comparison))
          differences.push(describeDifference(`${sql} ${JSON.stringify(values)}`, comparison));
      }
      assert.equal(differences.length, 0, differences.join('\n'));
    });
  }
  test('most are answered', () => assert.ok(answered > COUNT / 2, `${answered} of ${COUNT}`));
});

/**
 * Errors of values (class 22) that only one of the two meets, as the order of evaluation is not defined.
 */
function isAllowed({ verdict, expected, actual }: Comparison): boolean {
  if (verdict === 'different' || verdict === 'refused') return false;
  return [expected, actual].every((reply) => !('sqlstate' in reply) || reply.sqlstate.startsWith('22'));
}

function describeDifference(sql: string, { verdict, expected, actual }: Comparison): string {
  const show = (reply: Comparison['expected']): string =>
    'sqlstate' in reply
      ? `${reply.sqlstate} ${reply.message}`
      : `${JSON.stringify(reply.columns)} ${JSON.stringify(reply.rows.slice(0, 20))}`;
  return `${verdict}: ${sql}\n  PostgreSQL ${show(expected)}\n  here       ${show(actual)}`;
}

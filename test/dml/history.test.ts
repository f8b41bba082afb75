/**
 * Random histories of changes, in random transactions with savepoints, on tables of random partitionings: a real
 * PostgreSQL and the gateway answer every statement alike, hold the same rows after every transaction, and each snapshot
 * still shows what PostgreSQL had then. HISTORIES=<count> runs as many, HISTORY_SEED=<n> begins at another seed.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../certify/seeded-random.ts';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { LineProcess } from '../support/line-process.ts';
import { findPostgres, startPostgres } from '../support/real-postgres.ts';
import type { RealPostgres } from '../support/real-postgres.ts';
import { need, tools } from '../support/tools.ts';
import { runHistory } from './run-history.ts';
import type { ReadByOther } from './run-history.ts';
import { SqlSession } from './sql-session.ts';

const SEED = Number(process.env.HISTORY_SEED ?? 1);
const COUNT = Number(process.env.HISTORIES ?? 8);
const TRANSACTIONS = 14;

const native = (await findPostgres()) !== undefined;

describe('random histories', { skip: native ? false : 'needs a native PostgreSQL' }, () => {
  let gateway: Gateway;
  let postgres: RealPostgres;
  let pyiceberg: LineProcess | undefined;
  let refused = 0;
  let answered = 0;
  before(async () => {
    [gateway, postgres] = await Promise.all([startGateway(), startPostgres()]);
    if (need('python') === false) {
      const folder = join(gateway.folder, '.bergwire');
      const program = fileURLToPath(new URL('../interop/engines.py', import.meta.url));
      pyiceberg = new LineProcess(tools.python, [
        program,
        'pyiceberg',
        join(folder, 'catalog.db'),
        join(folder, 'warehouse'),
      ]);
    }
  });
  after(async () => {
    await pyiceberg?.[Symbol.asyncDispose]();
    await gateway?.[Symbol.asyncDispose]();
    await postgres?.[Symbol.asyncDispose]();
  });
  const readByOther: ReadByOther = async (table, columns) =>
    await pyiceberg?.ask<readonly (readonly (string | null)[])[]>({ rows: table, columns });

  for (let seed = SEED; seed < SEED + COUNT; seed++)
    test(`seed ${seed}`, async () => {
      const random = seededRandom(seed);
      const dice = (below: number): number => Math.floor(random() * below);
      using ours = await SqlSession.open(gateway);
      using theirs = await SqlSession.open(postgres);
      const outcome = await runHistory(dice, [ours, theirs], `h${seed}`, TRANSACTIONS, readByOther);
      refused += outcome.refusals.length;
      answered += outcome.statements;
      if (process.env.HISTORY_REFUSALS) for (const line of outcome.refusals) console.log(line);
    });
  test('hardly any statement is refused', () => assert.ok(refused * 50 < answered, `${refused} of ${answered}`));
});

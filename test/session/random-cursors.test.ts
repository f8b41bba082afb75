/**
 * Random sequences of FETCH and MOVE give what PostgreSQL gives, over a table of the catalog.
 * CURSOR_SEED runs one seed, CURSOR_RUNS as many runs.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frontendBytes } from '../support/frontend-bytes.ts';
import { startGateway } from '../support/gateway.ts';
import { printAnswer } from '../support/print-answer.ts';
import { RawClient } from '../support/raw-client.ts';
import { findPostgres, startPostgres } from '../support/real-postgres.ts';

const SEED = Number(process.env.CURSOR_SEED ?? Date.now() % 1_000_000);
const RUNS = Number(process.env.CURSOR_RUNS ?? 40);
const STEPS = 25;
const ROWS = 12;

/** mulberry32 */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** One session's statements: a cursor over 0 to 12 rows, moved at random, perhaps beyond the end of its transaction. */
function statements(seed: number): string[] {
  const next = random(seed);
  const one = <T>(...choices: readonly T[]): T => choices[next(choices.length)]!;
  const hold = next(3) === 0;
  const options = `${one('', 'BINARY ')}${one('', 'INSENSITIVE ')}${one('', 'SCROLL ', 'SCROLL ', 'NO SCROLL ')}`;
  const rows = next(ROWS + 1);
  const query = `SELECT id, name FROM public.numbers WHERE id <= ${rows} ORDER BY id`;
  const texts = ['BEGIN', `DECLARE c ${options}CURSOR ${hold ? 'WITH HOLD ' : ''}FOR ${query}`];
  const commitAt = hold ? next(STEPS) : STEPS;
  for (let step = 0; step < STEPS; step += 1) {
    if (step === commitAt) texts.push('COMMIT');
    const count = next(ROWS + 4) - 2;
    const direction = one(
      '',
      'NEXT',
      'PRIOR',
      'FIRST',
      'LAST',
      'ALL',
      'FORWARD',
      'BACKWARD',
      'FORWARD ALL',
      'BACKWARD ALL',
      String(count),
      `ABSOLUTE ${count}`,
      `RELATIVE ${count}`,
      `FORWARD ${count}`,
      `BACKWARD ${count}`,
    );
    texts.push(`${one('FETCH', 'MOVE')} ${direction} ${direction === '' ? '' : one('FROM', 'IN')} c`);
  }
  texts.push(
    "SELECT name, is_holdable, is_binary FROM pg_cursors WHERE name = 'c'",
    one('CLOSE c', 'CLOSE ALL'),
    'ROLLBACK',
  );
  return texts;
}

async function answersOf(client: RawClient, text: string): Promise<string> {
  client.send(frontendBytes({ Query: text }));
  return (await client.until('readyForQuery')).map(printAnswer).join('\n');
}

const skip = (await findPostgres()) === undefined ? 'no PostgreSQL server is installed' : false;

test(`random FETCH and MOVE, seed ${SEED}`, { skip }, async () => {
  await using postgres = await startPostgres();
  await using gateway = await startGateway();
  using expected = await RawClient.ready(postgres);
  using actual = await RawClient.ready(gateway);
  const insert = `INSERT INTO public.numbers SELECT g, 'n' || g FROM generate_series(1, ${ROWS}) AS g`;
  for (const client of [expected, actual])
    for (const text of ['CREATE TABLE public.numbers (id bigint, name text)', insert]) await client.query(text);
  for (let run = 0; run < RUNS; run += 1) {
    const seed = SEED + run;
    const said: string[] = [];
    for (const text of statements(seed)) {
      said.push(text);
      const wanted = await answersOf(expected, text);
      assert.equal(await answersOf(actual, text), wanted, `seed ${seed}:\n${said.join(';\n')}`);
      if (wanted.includes('"Error"')) break;
    }
    for (const client of [expected, actual]) await client.query('ROLLBACK; CLOSE ALL');
  }
});

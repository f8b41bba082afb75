/**
 * Clients that send whole, damaged and random messages, in any split, never stop the gateway from serving others, and
 * leave nothing behind. FUZZ_SESSIONS for other numbers of clients, FUZZ_SEED to repeat.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { startGateway } from '../support/gateway.ts';
import { printAnswer } from '../support/print-answer.ts';
import { frontendBytes } from '../support/frontend-bytes.ts';
import { randomStream, seededRandom } from '../support/random-bytes.ts';
import type { Random } from '../support/random-bytes.ts';
import { RawClient } from '../support/raw-client.ts';
import type { Target } from '../support/raw-client.ts';

const SESSIONS = Number(process.env.FUZZ_SESSIONS ?? 200);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000_000);
/** What this thread may hold more after all sessions than after a tenth of them, garbage included. */
const GROWTH_BYTES = 100 * 2 ** 20;

/** One client: random bytes before or after it logged in, and then it is gone, with or without a word. */
async function attack(target: Target, random: Random): Promise<void> {
  const isKnown = random(3) > 0;
  using client = isKnown ? await RawClient.ready(target) : await RawClient.open(target);
  const stream = randomStream(random, isKnown ? 'messages' : 'packets', isKnown ? 30 : 4);
  for (let from = 0; from < stream.length && !client.closed;) {
    const to = Math.min(stream.length, from + 1 + random(random(2) === 0 ? 5 : 500));
    client.send(stream.subarray(from, to));
    from = to;
    if (random(20) === 0) await setImmediate();
  }
  if (random(2) === 0) client.socket.end();
  // Some go before they were answered.
  if (random(3) === 0) return;
  client.send(frontendBytes('Sync'));
  await setImmediate();
}

async function answer(client: RawClient, text: string): Promise<string[]> {
  client.send(frontendBytes({ Query: text }));
  return (await client.until('readyForQuery')).map(printAnswer);
}

function heldBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test(`${SESSIONS} hostile sessions, seed ${SEED}`, async () => {
  await using gateway = await startGateway({ flags: ['--log.level=silent', '--limits.lanes=1'] });
  using witness = await RawClient.ready(gateway);
  const random = seededRandom(SEED);
  let early = 0;
  for (let session = 0; session < SESSIONS; session += 1) {
    await attack(gateway, random);
    if (session % 10 === 0) {
      const said = await answer(witness, `SELECT ${session} AS n`);
      assert.equal(said[1], `{"DataRow":["${session}"]}`, `after session ${session}`);
    }
    if (session === Math.floor(SESSIONS / 10)) early = heldBytes();
  }
  const others = 'SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid()';
  while ((await answer(witness, others))[1] !== '{"DataRow":["0"]}') await setImmediate();
  assert.deepEqual(await answer(witness, 'SELECT count(*) FROM pg_prepared_statements'), [
    '{"RowDescription":["count: type 20 size 8 text"]}',
    '{"DataRow":["0"]}',
    '{"CommandComplete":"SELECT 1"}',
    '{"ReadyForQuery":"I"}',
  ]);
  const grown = heldBytes() - early;
  assert.ok(grown < GROWTH_BYTES, `${grown} bytes more`);
});

/**
 * Any bytes, split anywhere, decode to the same requests or end with the same FATAL error, and no more is held than one
 * message. A million streams in CI; FUZZ_RUNS for other numbers (10,000,000 by hand), FUZZ_SEED to repeat.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import type { Request } from '../../src/session/request.ts';
import { decodeRequest } from '../../src/wire/decode-request.ts';
import { MessageFramer } from '../../src/wire/message-framer.ts';
import { decodeStartupPacket } from '../../src/wire/startup-packet.ts';
import { randomStream, seededRandom } from '../support/random-bytes.ts';
import type { Random } from '../support/random-bytes.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? (process.env.CI === undefined ? 100_000 : 1_000_000));
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000_000);
const LIMITS = { startupBytes: 200, authenticationBytes: 100, messageBytes: 400 };
const LONGEST_BYTES = 401;

type Next = (framer: MessageFramer) => string | undefined;

const NEXT: Readonly<Record<string, Next>> = {
  messages: (framer) => {
    const frame = framer.nextRequest();
    return frame && digest(decodeRequest(frame.type, frame.body));
  },
  packets: (framer) => {
    const body = framer.nextPacket();
    return body && JSON.stringify(decodeStartupPacket(body));
  },
  authentication: (framer) => framer.nextAuthentication()?.body.toString('latin1'),
};

/** What a request says, as one text. */
function digest(request: Request): string {
  if (request.kind === 'malformed') return `${request.error.sqlstate} ${request.error.message}`;
  if (!('values' in request)) return JSON.stringify(request);
  const values = request.values.map((value) => (value === null ? '-' : Buffer.from(value).toString('latin1')));
  return JSON.stringify({ ...request, values });
}

/** All that the stream decodes to, in parts of these lengths (over and over), and the error that ended it. */
function decodeAll(stream: Buffer, next: Next, parts: readonly number[]): string {
  const framer = new MessageFramer(LIMITS);
  let decoded = '';
  for (let from = 0, part = 0; from < stream.length; part += 1) {
    const to = Math.min(stream.length, from + parts[part % parts.length]!);
    framer.push(stream.subarray(from, to));
    from = to;
    try {
      for (let found = next(framer); found !== undefined; found = next(framer)) decoded += `${found}\n`;
    } catch (error) {
      if (error instanceof SqlError && error.fields.severity === 'FATAL') return `${decoded}${error.message}`;
      throw error;
    }
    assert.ok(framer.pendingBytes <= LONGEST_BYTES, `${framer.pendingBytes} bytes are held`);
  }
  return decoded;
}

function partLengths(random: Random): readonly number[] {
  return random(4) === 0 ? [1] : Array.from({ length: 1 + random(4) }, () => 1 + random(30));
}

test(`${RUNS} random streams decode alike however they are split, seed ${SEED}`, () => {
  const random = seededRandom(SEED);
  for (let run = 0; run < RUNS; run += 1) {
    const mode = run % 5 === 0 ? 'packets' : run % 31 === 0 ? 'authentication' : 'messages';
    const stream = randomStream(random, mode === 'packets' ? 'packets' : 'messages', 5);
    const next = NEXT[mode]!;
    const whole = decodeAll(stream, next, [stream.length]);
    const split = decodeAll(stream, next, partLengths(random));
    if (whole !== split) assert.equal(split, whole, `run ${run}: ${stream.toString('hex')}`);
  }
});

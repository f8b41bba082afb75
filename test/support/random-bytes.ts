import { frontendBytes, startupBytes } from './frontend-bytes.ts';

/** A whole number from 0 to `below` - 1. */
export type Random = (below: number) => number;

/** The same numbers for the same seed (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const MESSAGES: readonly Buffer[] = [
  frontendBytes({ Query: 'SELECT 1' }),
  frontendBytes({ Query: 'BEGIN; SELECT generate_series(1, 5); COMMIT' }),
  frontendBytes({ Query: "SELECT 'ÄÖ', \"x" }),
  frontendBytes({ Parse: { name: 's', text: 'SELECT $1::int', types: [23] } }),
  frontendBytes({ Parse: { text: 'SELECT generate_series(1, 9)' } }),
  frontendBytes({ Bind: { statement: 's', formats: [0, 1], values: ['1', null], results: [1] } }),
  frontendBytes({ Bind: { portal: 'p', statement: 's', values: ['7'] } }),
  frontendBytes({ Bind: {} }),
  frontendBytes({ Describe: { portal: '' } }),
  frontendBytes({ Describe: { statement: 's' } }),
  frontendBytes({ Close: { statement: 's' } }),
  frontendBytes({ Execute: { rows: 5 } }),
  frontendBytes({ Execute: { portal: 'p' } }),
  frontendBytes({ CopyData: '1\t2\n' }),
  frontendBytes('CopyDone'),
  frontendBytes({ CopyFail: 'no' }),
  frontendBytes('Flush'),
  frontendBytes('Sync'),
  frontendBytes({ Raw: '460000001e000000b1000000020000000134000000013200000000000000' }),
];

const PACKETS: readonly Buffer[] = [
  startupBytes({ user: 'bergwire', database: 'bergwire' }),
  startupBytes({ user: 'bergwire', options: '-c a.b=c --work_mem=5MB -c x', '_pq_.x': '1' }, 9),
  Buffer.from('0000000804d2162f', 'hex'),
  Buffer.from('0000000804d21630', 'hex'),
  Buffer.from('0000001004d2162e0000000100000002', 'hex'),
];

/** A stream of whole, damaged, cut and random messages of a client that is logged in, or of packets before that. */
export function randomStream(random: Random, kind: 'messages' | 'packets', maxParts: number): Buffer {
  const known = kind === 'messages' ? MESSAGES : PACKETS;
  const parts: Buffer[] = [];
  for (let left = 1 + random(maxParts); left > 0; left -= 1) {
    const message = known[random(known.length)]!;
    switch (random(8)) {
      case 0:
        parts.push(randomBytes(random, random(40)));
        break;
      case 1:
        parts.push(message.subarray(0, random(message.length)));
        break;
      case 2:
        parts.push(damaged(random, message));
        break;
      case 3:
        parts.push(withBody(random, message[0]!));
        break;
      default:
        parts.push(message);
    }
  }
  return Buffer.concat(parts);
}

function randomBytes(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random(256)));
}

function damaged(random: Random, message: Buffer): Buffer {
  const copy = Buffer.from(message);
  for (let left = 1 + random(3); left > 0; left -= 1) copy[random(copy.length)] = random(256);
  return copy;
}

/** A right type and length, and a body that is none. */
function withBody(random: Random, type: number): Buffer {
  const body = randomBytes(random, random(30));
  const head = Buffer.alloc(5);
  head[0] = type;
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

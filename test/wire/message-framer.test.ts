import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { SqlError } from '../../src/base/sql-error.ts';
import { decodeRequest } from '../../src/wire/decode-request.ts';
import { MessageFramer } from '../../src/wire/message-framer.ts';
import { decodeStartupPacket } from '../../src/wire/startup-packet.ts';
import { frontendBytes } from '../support/frontend-bytes.ts';

const LIMITS = { startupBytes: 200, authenticationBytes: 200, messageBytes: 400 };
const RUNS = Number(process.env.FUZZ_RUNS ?? 2_000);

/** What a stream decodes to, cut at these places; the error that ended it last. */
function decodeAll(stream: Buffer, cuts: readonly number[]): unknown[] {
  const framer = new MessageFramer(LIMITS);
  const decoded: unknown[] = [];
  const places = [...new Set(cuts.map((cut) => cut % (stream.length + 1)))].toSorted((a, b) => a - b);
  let from = 0;
  for (const to of [...places, stream.length]) {
    framer.push(stream.subarray(from, to));
    from = to;
    try {
      for (let frame = framer.nextRequest(); frame !== undefined; frame = framer.nextRequest())
        decoded.push(withoutStack(decodeRequest(frame.type, frame.body)));
    } catch (error) {
      assert.ok(error instanceof SqlError, String(error));
      assert.equal(error.fields.severity, 'FATAL');
      return [...decoded, error.message];
    }
    const held = framer.pendingBytes;
    assert.ok(held <= LIMITS.messageBytes + 1, `${held} bytes are held`);
  }
  return decoded;
}

function withoutStack(request: ReturnType<typeof decodeRequest>): unknown {
  return request.kind === 'malformed' ? { ...request, error: request.error.fields } : request;
}

/** Bytes that look like messages: a right type and a length near the truth. */
const nearMessage = fc
  .tuple(
    fc.constantFrom(...'QPBDECHSXFdcf?'.split('')),
    fc.uint8Array({ maxLength: 60 }),
    fc.integer({ min: -2, max: 2 }),
  )
  .map(([type, body, wrong]) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(body.length + 4 + (wrong === 2 ? 3 : wrong === -2 ? -3 : 0));
    return Buffer.concat([Buffer.from(type), length, body]);
  });
const realMessage = fc.constantFrom(
  frontendBytes({ Query: 'SELECT 1' }),
  frontendBytes({ Parse: { name: 's', text: 'SELECT $1', types: [23] } }),
  frontendBytes({ Bind: { statement: 's', formats: [0, 1], values: ['1', null], results: [1] } }),
  frontendBytes({ Describe: { portal: '' } }),
  frontendBytes({ Close: { statement: 's' } }),
  frontendBytes({ Execute: { rows: 5 } }),
  frontendBytes('Sync'),
);
const stream = fc
  .array(
    fc.oneof(
      realMessage,
      nearMessage,
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    ),
    {
      maxLength: 8,
    },
  )
  .map((parts) => Buffer.concat(parts));

describe('any bytes, split anywhere', () => {
  test('decode to the same requests or the same FATAL error, in bounded memory', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 12 }), (bytes, cuts) => {
        assert.deepEqual(decodeAll(bytes, cuts), decodeAll(bytes, []));
      }),
      { numRuns: RUNS },
    );
  });

  test('the same for packets before the startup', () => {
    const packet = fc.tuple(
      fc.constantFrom(0x30000, 0x30002, 80877102, 80877103, 0x20000),
      fc.uint8Array({ maxLength: 80 }),
    );
    fc.assert(
      fc.property(packet, ([version, body]) => {
        const head = Buffer.alloc(4);
        head.writeUInt32BE(version);
        try {
          decodeStartupPacket(Buffer.concat([head, body]));
        } catch (error) {
          assert.ok(error instanceof SqlError, String(error));
        }
      }),
      { numRuns: RUNS },
    );
  });
});

test('a real message survives every split', () => {
  const bytes = frontendBytes({ Bind: { statement: 's', formats: [0, 1], values: ['x', null], results: [1] } });
  const whole = decodeAll(bytes, []);
  assert.equal((whole[0] as { kind: string }).kind, 'bind');
  for (let cut = 0; cut <= bytes.length; cut++) assert.deepEqual(decodeAll(bytes, [cut]), whole);
});

test('a length over the limit is refused before its bytes arrive', () => {
  const framer = new MessageFramer(LIMITS);
  framer.push(Buffer.from('510000ffff', 'hex'));
  assert.throws(() => framer.nextRequest(), { message: 'invalid message length' });
  const startup = new MessageFramer(LIMITS);
  startup.push(Buffer.from('00ffffff', 'hex'));
  assert.throws(() => startup.nextPacket(), { message: 'invalid length of startup packet' });
});

test('options of the startup packet become settings', () => {
  const text = 'user\0u\0options\0-c a=b\\ c --geqo=off -cx.y=z\0_pq_.z\x001\0\0';
  const packet = decodeStartupPacket(Buffer.concat([Buffer.from('00030005', 'hex'), Buffer.from(text)]));
  assert.ok(packet.kind === 'startup');
  assert.deepEqual(
    [...packet.settings],
    [
      ['a', 'b c'],
      ['geqo', 'off'],
      ['x.y', 'z'],
    ],
  );
  assert.deepEqual(
    [packet.database, packet.minor, packet.negotiate, packet.unknownOptions],
    ['u', 2, true, ['_pq_.z']],
  );
});

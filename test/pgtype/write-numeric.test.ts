import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeNumeric } from '../../src/pgtype/encode-binary.ts';
import { MAX_NUMERIC_SCALE, writeNumeric } from '../../src/pgtype/write-numeric.ts';

test('numbers are sent as their exact decimals are', () => {
  const unscaled = fc.oneof(
    fc.maxSafeInteger(),
    fc.integer({ min: -200_000, max: 200_000 }),
    fc.tuple(fc.integer({ min: -9999, max: 9999 }), fc.integer({ min: 0, max: 11 })).map(([n, p]) => n * 10 ** p),
    fc.constantFrom(0, 1, -1, 9999, 10_000, 99_999_999, 100_000_000, Number.MAX_SAFE_INTEGER),
  );
  fc.assert(
    fc.property(unscaled, fc.integer({ min: 0, max: MAX_NUMERIC_SCALE }), (number, scale) => {
      const out = new Uint8Array(40).fill(7);
      const end = writeNumeric(out, 3, number, scale);
      const expected = encodeNumeric({ kind: 'numeric', unscaled: BigInt(number), scale });
      assert.deepEqual([...out.subarray(3, end)], [...expected]);
      const wider = out.subarray(3, writeNumeric(out, 3, number, scale, scale + 5));
      const zeros = { kind: 'numeric' as const, unscaled: BigInt(number) * 100_000n, scale: scale + 5 };
      assert.deepEqual([...wider], [...encodeNumeric(zeros)]);
    }),
    { numRuns: 3000 },
  );
});

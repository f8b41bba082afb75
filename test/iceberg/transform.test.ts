import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { IcebergValue, Transform, Type } from '../../src/iceberg/iceberg.ts';
import { civilFromDays, daysFromCivil } from '../../src/base/civil-date.ts';
import { applyTransform, transformAccepts, transformResultType } from '../../src/iceberg/transform.ts';

const decimal92: Type = { kind: 'decimal', precision: 9, scale: 2 };
const maxBuckets: Transform = { kind: 'bucket', buckets: 0x7fffffff };
const micros = (text: string) => BigInt(Date.parse(`${text}Z`)) * 1000n;
const days = (text: string) => Date.parse(text) / 86_400_000;

/** Appendix B: value, type, hash. With 2^31 - 1 buckets the bucket is the hash without its sign, modulo that number. */
const hashes: readonly (readonly [Type, NonNullable<IcebergValue>, number])[] = [
  ['int', 34, 2017239379],
  ['long', 34n, 2017239379],
  [decimal92, 1420n, -500754589],
  ['date', days('2017-11-16'), -653330422],
  ['time', ((22n * 60n + 31n) * 60n + 8n) * 1_000_000n, -662762989],
  ['timestamp', micros('2017-11-16T22:31:08'), -2047944441],
  ['timestamp', micros('2017-11-16T22:31:08') + 1n, -1207196810],
  ['timestamptz', micros('2017-11-16T22:31:08'), -2047944441],
  ['timestamp_ns', micros('2017-11-16T22:31:08') * 1000n, -2047944441],
  ['timestamp_ns', micros('2017-11-16T22:31:08') * 1000n + 1001n, -1207196810],
  ['timestamptz_ns', micros('2017-11-16T22:31:08') * 1000n + 1001n, -1207196810],
  ['string', 'iceberg', 1210000089],
  ['uuid', Buffer.from('f79c3e09677c4bbda4793f349cb785e7', 'hex'), 1488055340],
  [{ kind: 'fixed', length: 4 }, Uint8Array.of(0, 1, 2, 3), -188683207],
  ['binary', Uint8Array.of(0, 1, 2, 3), -188683207],
];

test('bucket follows the hashes of the specification', () => {
  for (const [type, value, hash] of hashes) {
    const expected = (hash & 0x7fffffff) % 0x7fffffff;
    assert.equal(applyTransform(maxBuckets, type, value), expected, `${JSON.stringify(type)} ${String(value)}`);
    assert.equal(applyTransform({ kind: 'bucket', buckets: 16 }, type, value), (hash & 0x7fffffff) % 16);
  }
});

test('truncate floors numbers and counts code points', () => {
  const to = (width: number, type: Type, value: IcebergValue) =>
    applyTransform({ kind: 'truncate', width }, type, value);
  assert.equal(to(10, 'int', 1), 0);
  assert.equal(to(10, 'int', -1), -10);
  assert.equal(to(10, 'int', -10), -10);
  assert.equal(to(10, 'long', 1n), 0n);
  assert.equal(to(10, 'long', -1n), -10n);
  assert.equal(to(50, decimal92, 1065n), 1050n);
  assert.equal(to(50, decimal92, -1065n), -1100n);
  assert.equal(to(3, 'string', 'iceberg'), 'ice');
  assert.equal(to(3, 'string', 'ab'), 'ab');
  assert.equal(to(2, 'string', 'a\u{1f600}b'), 'a\u{1f600}');
  assert.equal(to(1, 'string', '\u{1f600}\u{1f600}'), '\u{1f600}');
  assert.deepEqual(to(3, 'binary', Uint8Array.of(1, 2, 3, 4, 5)), Uint8Array.of(1, 2, 3));
  // What Java's integer arithmetic gives.
  assert.equal(to(10, 'int', -2147483648), 2147483646);
  assert.equal(to(10, 'long', -9223372036854775808n), 9223372036854775806n);
});

test('times are floored before 1970 too', () => {
  const apply = (kind: 'year' | 'month' | 'day' | 'hour', type: Type, value: IcebergValue) =>
    applyTransform({ kind }, type, value);
  const moments: readonly (readonly [string, number, number, number, number])[] = [
    ['2017-11-16T22:31:08', 47, 574, 17486, 419686],
    ['1970-01-01T00:00:00', 0, 0, 0, 0],
    ['1969-12-31T23:59:59', -1, -1, -1, -1],
    ['1969-01-01T00:00:00', -1, -12, -365, -8760],
    ['1968-12-31T23:00:00', -2, -13, -366, -8761],
  ];
  for (const [text, year, month, day, hour] of moments) {
    for (const [type, scale] of [
      ['timestamp', 1n],
      ['timestamptz', 1n],
      ['timestamp_ns', 1000n],
    ] as const) {
      const value = micros(text) * scale;
      assert.equal(apply('year', type, value), year, text);
      assert.equal(apply('month', type, value), month, text);
      assert.equal(apply('day', type, value), day, text);
      assert.equal(apply('hour', type, value), hour, text);
    }
    assert.equal(apply('year', 'date', day), year, text);
    assert.equal(apply('month', 'date', day), month, text);
    assert.equal(apply('day', 'date', day), day, text);
  }
});

test('null stays null, void forgets, an unknown transform is refused', () => {
  assert.equal(applyTransform({ kind: 'bucket', buckets: 4 }, 'int', null), null);
  assert.equal(applyTransform({ kind: 'void' }, 'int', 7), null);
  assert.equal(applyTransform({ kind: 'identity' }, 'double', Number.NaN), Number.NaN);
  assert.throws(() => applyTransform({ kind: 'unknown', text: 'zorder' }, 'int', 7), { sqlstate: '0A000' });
  assert.throws(() => applyTransform({ kind: 'hour' }, 'date', 7), TypeError);
  assert.throws(() => applyTransform({ kind: 'bucket', buckets: 4 }, 'double', 7), TypeError);
});

test('result types', () => {
  assert.equal(transformResultType({ kind: 'day' }, 'timestamp'), 'date');
  assert.equal(transformResultType({ kind: 'hour' }, 'timestamp'), 'int');
  assert.equal(transformResultType({ kind: 'truncate', width: 2 }, decimal92), decimal92);
  assert.equal(transformResultType({ kind: 'bucket', buckets: 2 }, 'uuid'), 'int');
  assert.equal(transformAccepts({ kind: 'truncate', width: 2 }, 'double'), false);
  assert.equal(transformAccepts({ kind: 'identity' }, 'variant'), false);
  assert.equal(transformAccepts({ kind: 'day' }, 'date'), true);
});

test('the calendar agrees with Date and goes on where that ends', () => {
  fc.assert(
    fc.property(fc.integer({ min: -100_000_000, max: 100_000_000 }), (day) => {
      const date = new Date(day * 86_400_000);
      const civil = civilFromDays(day);
      assert.deepEqual(civil, {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
      });
      assert.equal(daysFromCivil(civil.year, civil.month, 1), day - civil.day + 1);
    }),
  );
  // PostgreSQL's last Julian day number, 2147483647.
  assert.deepEqual(civilFromDays(2_147_483_647 - 2_440_588), { year: 5_874_898, month: 6, day: 3 });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { IcebergValue, Type } from '../../src/iceberg/iceberg.ts';
import {
  decodeSingleValue,
  decodeTwosComplement,
  encodeSingleValue,
  encodeTwosComplement,
  promoteValue,
} from '../../src/iceberg/single-value.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const decimal: Type = { kind: 'decimal', precision: 38, scale: 2 };

const forms: readonly (readonly [Type, NonNullable<IcebergValue>, string])[] = [
  ['boolean', true, '01'],
  ['boolean', false, '00'],
  ['int', -2, 'feffffff'],
  ['date', 17486, '4e440000'],
  ['long', -2n, 'feffffffffffffff'],
  ['time', 1n, '0100000000000000'],
  ['timestamp', -1n, 'ffffffffffffffff'],
  ['timestamptz_ns', 256n, '0001000000000000'],
  ['float', 1.5, '0000c03f'],
  ['double', -0, '0000000000000080'],
  ['string', 'aé😀', '61c3a9f09f9880'],
  ['uuid', Buffer.from('f79c3e09677c4bbda4793f349cb785e7', 'hex'), 'f79c3e09677c4bbda4793f349cb785e7'],
  [{ kind: 'fixed', length: 2 }, Uint8Array.of(0, 255), '00ff'],
  ['binary', Uint8Array.of(), ''],
  [decimal, 1420n, '058c'],
  [decimal, 0n, '00'],
  [decimal, 127n, '7f'],
  [decimal, 128n, '0080'],
  [decimal, -128n, '80'],
  [decimal, -129n, 'ff7f'],
];

test('values and bytes, both ways', () => {
  for (const [type, value, bytes] of forms) {
    assert.equal(hex(encodeSingleValue(type, value)), bytes, `${JSON.stringify(type)} ${String(value)}`);
    const back = decodeSingleValue(type, Buffer.from(bytes, 'hex'));
    if (value instanceof Uint8Array) assert.equal(hex(back as Uint8Array), hex(value));
    else assert.ok(Object.is(back, value), `${JSON.stringify(type)} ${String(back)} ${String(value)}`);
  }
});

test('bounds from before a promotion keep their width', () => {
  assert.equal(decodeSingleValue('long', Buffer.from('feffffff', 'hex')), -2n);
  assert.equal(decodeSingleValue('double', Buffer.from('0000c03f', 'hex')), 1.5);
  assert.equal(decodeSingleValue('timestamp', Buffer.from('ffffffff', 'hex')), -86_400_000_000n);
  assert.equal(decodeSingleValue('timestamp_ns', Buffer.from('01000000', 'hex')), 86_400_000_000_000n);
  assert.equal(promoteValue('long', 5), 5n);
  assert.equal(promoteValue('timestamp', -1), -86_400_000_000n);
  assert.equal(promoteValue(decimal, 5n), 5n);
  assert.equal(promoteValue('long', null), null);
});

test('bytes that cannot be a value of the type are no value', () => {
  assert.equal(decodeSingleValue('int', Uint8Array.of(1, 2)), undefined);
  assert.equal(decodeSingleValue('uuid', Uint8Array.of(1)), undefined);
  assert.equal(decodeSingleValue(decimal, Uint8Array.of()), undefined);
  assert.equal(decodeSingleValue('variant', Uint8Array.of(1)), undefined);
  assert.equal(decodeSingleValue('string', Uint8Array.of(0x61, 0xff)), 'a�');
  assert.throws(() => encodeSingleValue('variant', 1n), RangeError);
});

test("two's complement is minimal and exact", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 127n), max: 2n ** 127n - 1n }), (value) => {
      const bytes = encodeTwosComplement(value);
      assert.equal(decodeTwosComplement(bytes), value);
      assert.equal(
        decodeTwosComplement(Buffer.concat([value < 0n ? [0xff] : [0], bytes].map((b) => Buffer.from(b)))),
        value,
      );
      const shorter = bytes.subarray(1);
      assert.ok(bytes.length === 1 || decodeTwosComplement(shorter) !== value, 'minimal');
    }),
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { murmur3 } from '../../src/iceberg/murmur3.ts';

const cases: readonly (readonly [string, Uint8Array, number])[] = [
  ['string "iceberg"', Buffer.from('iceberg'), 1210000089],
  ['fixed 00 01 02 03', Uint8Array.of(0, 1, 2, 3), -188683207],
  ['uuid', Buffer.from('f79c3e09677c4bbda4793f349cb785e7', 'hex'), 1488055340],
  ['nothing', new Uint8Array(0), 0],
  // Reference values of MurmurHash3_x86_32 with seed 0, one for each length of tail.
  ['one byte', Uint8Array.of(0x21), 0x72661cf4],
  ['two bytes', Uint8Array.of(0x21, 0x43), 0xa0f7b07a | 0],
  ['three bytes', Uint8Array.of(0x21, 0x43, 0x65), 0x7e4a8634],
  ['four bytes', Uint8Array.of(0x21, 0x43, 0x65, 0x87), 0xf55b516b | 0],
  ['four zero bytes', new Uint8Array(4), 0x2362f9de],
  ['four 0xff', Uint8Array.of(0xff, 0xff, 0xff, 0xff), 0x76293b50],
];

for (const [name, bytes, expected] of cases) {
  test(`murmur3 of ${name}`, () => assert.equal(murmur3(bytes), expected));
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import { OID } from '../../src/pgtype/oid.ts';
import { constValue } from '../../src/tree/const-value.ts';
import type { Const } from '../../src/tree/expression.ts';
import { readTree, readTreeValue } from '../../src/tree/read-tree.ts';

test('nodes, lists, marks, names and datums are read', () => {
  assert.deepEqual(
    readTreeValue(
      '{A :x 1 :y <> :list (1 2) :ids (o 3 4) :bits (b 8 9) :none (i) :s ("a" "b\\ c") :ok true :resname true}',
    ),
    {
      node: 'A',
      x: 1,
      y: null,
      list: [1, 2],
      ids: [3, 4],
      bits: [8, 9],
      none: [],
      s: ['a', 'b c'],
      ok: true,
      resname: 'true',
    },
  );
});

test('names that look like numbers or nothing stay names', () => {
  assert.deepEqual(readTreeValue('{T :resname \\12 :aliasname "" :ctename \\<> :relkind r}'), {
    node: 'T',
    resname: '12',
    aliasname: '',
    ctename: '<>',
    relkind: 'r',
  });
});

test('a line may break anywhere between tokens', () => {
  assert.deepEqual(readTreeValue('{CONST\n:consttype\n23 :constvalue 4 [ 1\n0 0 -1 ]\n}'), {
    node: 'CONST',
    consttype: 23,
    constvalue: Uint8Array.from([1, 0, 0, 255]),
  });
});

test('what is no single query is refused', () => {
  assert.throws(() => readTree('({A :x 1})'), /no single query/);
  assert.throws(() => readTree('({QUERY :commandType 1} {QUERY :commandType 1})'), /no single query/);
  assert.equal(readTree('({QUERY :commandType 5})').commandType, 'merge');
});

test('nesting has a limit: 54001', () => {
  assert.throws(
    () => readTreeValue('('.repeat(100_000)),
    (error) => error instanceof SqlError && error.sqlstate === '54001',
  );
});

test('unfinished text is an error, not a loop', () => {
  for (const text of ['', '{', '{A', '{A :x', '(1 2', '{A :x 4 [ 1', ')', '{A 1}'])
    assert.throws(() => readTreeValue(text), /cannot be read/, text);
});

function datum(consttype: number, bytes: readonly number[]): Const {
  return {
    node: 'CONST',
    consttype,
    consttypmod: -1,
    constcollid: 0,
    constlen: -1,
    constisnull: false,
    location: -1,
    constvalue: Uint8Array.from(bytes),
  };
}

test('numerics: short and long headers, weights, signs, special values', () => {
  const numeric = (...bytes: number[]): unknown =>
    constValue(datum(OID.numeric, [(bytes.length + 4) << 2, 0, 0, 0, ...bytes]));
  assert.deepEqual(numeric(0x80, 0x80, 1, 0, 0x88, 0x13), { kind: 'numeric', unscaled: 15n, scale: 1 });
  assert.deepEqual(numeric(0x80, 0xa0, 1, 0, 0x88, 0x13), { kind: 'numeric', unscaled: -15n, scale: 1 });
  assert.deepEqual(numeric(0x7f, 0x82, 1, 0), { kind: 'numeric', unscaled: 1n, scale: 4 });
  assert.deepEqual(numeric(0x01, 0x80, 1, 0), { kind: 'numeric', unscaled: 10000n, scale: 0 });
  assert.deepEqual(numeric(0x00, 0x80), { kind: 'numeric', unscaled: 0n, scale: 0 });
  assert.deepEqual(numeric(0x02, 0x40, 0, 0, 5, 0), { kind: 'numeric', unscaled: -500n, scale: 2 });
  assert.deepEqual(numeric(0x00, 0xc0), { kind: 'numeric', special: 'NaN' });
  assert.deepEqual(numeric(0x00, 0xd0), { kind: 'numeric', special: 'Infinity' });
  assert.deepEqual(numeric(0x00, 0xf0), { kind: 'numeric', special: '-Infinity' });
});

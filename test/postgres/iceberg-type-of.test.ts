import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import type { Type } from '../../src/iceberg/iceberg.ts';
import { OID } from '../../src/pgtype/oid.ts';
import { icebergTypeOf, numericTypmod } from '../../src/translate/iceberg-type-of.ts';
import { rememberedType } from '../../src/translate/postgres-type-of.ts';

const numeric = (precision: number, scale: number): number => ((precision << 16) | (scale & 0x7ff)) + 4;

describe('icebergTypeOf', () => {
  const typeOf = (typeOid: number, typmod = -1) => {
    let id = 10;
    return icebergTypeOf({ name: 'c', typeOid, typmod }, () => ++id);
  };

  it('maps what Iceberg can hold', () => {
    assert.equal(typeOf(OID.int2), 'int');
    assert.equal(typeOf(OID.varchar, 24), 'string');
    assert.equal(typeOf(OID.timestamp, 3), 'timestamp');
    assert.deepEqual(typeOf(OID.numeric, numeric(38, 38)), { kind: 'decimal', precision: 38, scale: 38 });
    assert.deepEqual(typeOf(1007), { kind: 'list', elementId: 11, element: 'int', elementRequired: false });
    assert.deepEqual(typeOf(1231, numeric(5, 2)), {
      kind: 'list',
      elementId: 11,
      element: { kind: 'decimal', precision: 5, scale: 2 },
      elementRequired: false,
    });
  });

  it('stores what Iceberg has no type for as text or as a wider number', () => {
    for (const oid of [OID.json, OID.jsonb, OID.interval, OID.timetz, OID.money, OID.inet, OID.name, OID.xml, OID.bit])
      assert.equal(typeOf(oid), 'string');
    assert.equal(typeOf(OID.oid), 'long');
    let id = 0;
    const nested = icebergTypeOf({ typeOid: 1005, typmod: -1, dimensions: 2 }, () => ++id);
    const inner = { kind: 'list', elementId: 2, element: 'int', elementRequired: false };
    assert.deepEqual(nested, { kind: 'list', elementId: 1, element: inner, elementRequired: false });
  });

  it('refuses the rest with a hint', () => {
    const refused: [number, number][] = [
      [OID.record, -1],
      [OID.regclass, -1],
      [99999, -1],
      [2287, -1],
    ];
    for (const [oid, typmod] of refused) {
      assert.throws(
        () => typeOf(oid, typmod),
        (error) =>
          error instanceof SqlError &&
          error.sqlstate === '0A000' &&
          error.fields.hint !== undefined &&
          /"c"/.test(error.message),
        String(oid),
      );
    }
  });
});

describe('numericTypmod', () => {
  it('reads precision and signed scale', () => {
    assert.equal(numericTypmod(-1), undefined);
    assert.deepEqual(numericTypmod(numeric(10, 2)), { precision: 10, scale: 2 });
    assert.deepEqual(numericTypmod(numeric(3, -5)), { precision: 3, scale: -5 });
    assert.deepEqual(numericTypmod(numeric(1000, 1000)), { precision: 1000, scale: 1000 });
  });
});

describe('rememberedType', () => {
  it('accepts only declarations that fit', () => {
    assert.equal(rememberedType('character varying(20)', 'string'), 'character varying(20)');
    assert.equal(rememberedType('timestamp(3) with time zone', 'timestamptz'), 'timestamp(3) with time zone');
    assert.equal(rememberedType('time(0) without time zone', 'time'), 'time(0) without time zone');
    const list = (element: Type): Type => ({ kind: 'list', elementId: 2, element, elementRequired: false });
    for (const [declared, type] of [
      ['smallint', 'int'],
      ['"char"', 'string'],
      ['name', 'string'],
      ['interval day to second(3)', 'string'],
      ['interval(0)', 'string'],
      ['time(3) with time zone', 'string'],
      ['bit varying(5)', 'string'],
      ['macaddr8', 'string'],
      ['oid', 'long'],
      ['integer[][]', list(list('int'))],
      ['smallint[]', list('int')],
      ['double precision[][]', list(list('double'))],
      ['character(3)[]', list('string')],
    ] as const) {
      assert.equal(rememberedType(declared, type), declared);
    }
    for (const [declared, type] of [
      ['smallint', 'long'],
      ['smallint', 'string'],
      ['jsonb', 'binary'],
      ['integer[][]', list('int')],
      ['smallint[]', list(list('int'))],
      ['regclass', 'string'],
      ['interval; DROP', 'string'],
      ['character varying(20)', 'int'],
      ['timestamp(3) with time zone', 'timestamp'],
      ['time(3) with time zone', 'time'],
      ['character varying(20)[]', 'string'],
      ['character varying(20); DROP', 'string'],
      ['character varying(20)\n', 'string'],
    ] as const) {
      assert.equal(rememberedType(declared, type), undefined, declared);
    }
    assert.equal(rememberedType(undefined, 'string'), undefined);
  });
});

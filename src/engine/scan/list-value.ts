import { OID, arrayOidOf } from '../../pgtype/oid.ts';
import type { PgValue } from '../../pgtype/pgtype.ts';
import type { EngineValue } from '../engine.ts';

/** A list of texts as one parameter. */
export function textListValue(texts: readonly string[]): EngineValue {
  return listOf(OID.text, texts);
}

/** A list of 64-bit integers as one parameter. */
export function integerListValue(numbers: readonly (number | bigint)[]): EngineValue {
  return listOf(
    OID.int8,
    numbers.map((number) => BigInt(number)),
  );
}

function listOf(elementOid: number, elements: readonly PgValue[]): EngineValue {
  const dimensions = elements.length === 0 ? [] : [{ length: elements.length, lowerBound: 1 }];
  return { typeOid: arrayOidOf(elementOid)!, value: { kind: 'array', elementOid, dimensions, elements } };
}

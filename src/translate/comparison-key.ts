import { OID, elementOidOf } from '../pgtype/oid.ts';
import { refuseDimensions } from './array-depth.ts';
import { typeName } from './catalog/type-names.ts';
import { unsupported } from './errors.ts';
import { intervalKey } from './function/interval-key.ts';
import { decimalForm, isNumericText } from './numeric-text.ts';
import type { Value } from './scope.ts';

/** SQL that is equal, and ordered, as Postgres has it for values of the type. */
export function comparisonKey(value: Value, location?: number): string {
  if (UNORDERED.has(elementOidOf(value.typeOid) ?? value.typeOid))
    throw unsupported(`comparing values of type ${typeName(value.typeOid)!}`, location);
  return equalityKey(value, location);
}

/** SQL that is equal as Postgres has it; types whose values do not sort by it included. */
export function equalityKey(value: Value, location?: number): string {
  if (isNumericText(value)) return decimalForm(value, location).sql;
  refuseDimensions(value, location);
  const { typeOid, nested, sql } = value;
  if (typeOid === OID.bpchar) return `rtrim(${sql}, ' ')`;
  if (typeOid === OID.interval) return intervalKey(sql);
  if (UNEQUAL.has(elementOidOf(typeOid) ?? typeOid))
    throw unsupported(`comparing values of type ${typeName(typeOid)!}`, location);
  if (typeof nested === 'object' && (nested.kind === 'struct' || nested.kind === 'map'))
    throw unsupported('comparing composite values', location);
  return sql;
}

/** Values of one meaning may be spelt in several ways, or there is no equality. */
const UNEQUAL: ReadonlySet<number> = new Set([
  OID.json,
  OID.jsonb,
  OID.xml,
  OID.record,
  OID.point,
  OID.lseg,
  OID.path,
  OID.box,
  OID.polygon,
  OID.line,
  OID.circle,
]);

/** Values that are computed with as text, which does not sort as they do. */
const UNORDERED: ReadonlySet<number> = new Set([
  ...UNEQUAL,
  OID.char,
  OID.xid,
  OID.inet,
  OID.cidr,
  OID.money,
  OID.timetz,
]);

import { OID } from '../pgtype/oid.ts';
import { typeName } from './catalog/type-names.ts';
import { unsupported } from './errors.ts';
import { intervalKey } from './function/interval-key.ts';
import type { Value } from './scope.ts';

/** SQL that is equal, and ordered, as Postgres has it for values of the type. */
export function comparisonKey(value: Value, location?: number): string {
  switch (value.typeOid) {
    case OID.bpchar:
      return `rtrim(${value.sql}, ' ')`;
    case OID.interval:
      return intervalKey(value.sql);
    case OID.json:
    case OID.jsonb:
    case OID.record:
      throw unsupported(`comparing values of type ${typeName(value.typeOid)!}`, location);
    default:
      if (typeof value.nested === 'object' && (value.nested.kind === 'struct' || value.nested.kind === 'map'))
        throw unsupported('comparing composite values', location);
      return value.sql;
  }
}

import { OID } from '../pgtype/oid.ts';
import { comparisonKey } from './comparison-key.ts';
import type { Value } from './scope.ts';

/**
 * SQL to sort or partition by. DuckDB reads a column that is a sort key back out of the key, where -0 has become 0: a
 * float is sorted by a copy.
 */
export function sortKey(value: Value, location?: number): string {
  const key = comparisonKey(value, location);
  return value.typeOid === OID.float8 || value.typeOid === OID.float4 ? `(${key} + 0)` : key;
}

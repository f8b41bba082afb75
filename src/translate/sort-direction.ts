import { OID } from '../pgtype/oid.ts';
import type { SortGroupClause, TargetEntry } from '../tree/tree.ts';
import { operatorByOid } from './catalog/built-in-operator.ts';
import { typeName } from './catalog/type-names.ts';
import { unsupported } from './errors.ts';
import type { Value } from './scope.ts';

/** What a sort or group clause refers to. */
export function targetOfClause(clause: SortGroupClause, targets: readonly TargetEntry[] | null): TargetEntry {
  const target = targets?.find(({ ressortgroupref }) => ressortgroupref === clause.tleSortGroupRef);
  if (target === undefined) throw new Error(`the tree sorts by target ${clause.tleSortGroupRef}, which there is none`);
  return target;
}

/** Direction and place of NULLs, always spelled out; 0A000 for USING with an order that is not the type's own. */
export function sortDirection(clause: SortGroupClause, location?: number): string {
  const operator = operatorByOid(clause.sortop);
  if (operator === undefined || (operator.strategy !== 1 && operator.strategy !== 5))
    throw unsupported('this order', location);
  return `${operator.strategy === 1 ? 'ASC' : 'DESC'} NULLS ${clause.nulls_first ? 'FIRST' : 'LAST'}`;
}

/** SQL that is equal, and ordered, as Postgres has it for values of the type. */
export function comparisonKey(value: Value, location?: number): string {
  switch (value.typeOid) {
    case OID.bpchar:
      return `rtrim(${value.sql}, ' ')`;
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

import type { SortGroupClause } from '../tree/tree.ts';
import { operatorByOid } from './catalog/built-in-operator.ts';
import { unsupported } from './errors.ts';

/** Direction and place of NULLs, always spelled out; 0A000 for USING with an order that is not the type's own. */
export function sortDirection(clause: SortGroupClause, location?: number): string {
  const operator = operatorByOid(clause.sortop);
  if (operator === undefined || (operator.strategy !== 1 && operator.strategy !== 5))
    throw unsupported('this order', location);
  return `${operator.strategy === 1 ? 'ASC' : 'DESC'} NULLS ${clause.nulls_first ? 'FIRST' : 'LAST'}`;
}

import { elementOidOf } from '../pgtype/oid.ts';
import { unsupported } from './errors.ts';
import type { Term } from './function/template.ts';
import type { Value } from './scope.ts';

/** Dimensions of an array of a built-in type, as far as its column or constant tells: lists inside of lists. */
export function arrayDepth({ typeOid, nested }: Pick<Value, 'typeOid' | 'nested'>): number {
  if (elementOidOf(typeOid) === undefined) return 0;
  let depth = 0;
  for (let type = nested; typeof type === 'object' && type.kind === 'list'; type = type.element) depth++;
  return Math.max(depth, 1);
}

/** What is computed with arrays is certified for one dimension. */
export function refuseDimensions(value: Value | Term, location?: number): void {
  if (arrayDepth(value) > 1) throw unsupported('computing with an array of several dimensions', location);
}

/** NULL and `{}` have no dimensions. */
export function isEmptyArray({ constant }: Value): boolean {
  return (
    constant === null || (typeof constant === 'object' && 'elements' in constant && constant.elements.length === 0)
  );
}

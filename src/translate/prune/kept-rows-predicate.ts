import type { Query } from '../../tree/tree.ts';
import type { MirroredRelation, Operand, PredicateTemplate } from '../translate.ts';
import type { Statement } from '../statement.ts';
import { predicateOf } from './predicate-of.ts';

/**
 * What holds at least of every row that a DELETE of one table keeps: a file in which no row can be so loses them all.
 * Undefined for a DELETE that joins other tables.
 */
export function keptRowsPredicate(
  query: Query,
  relation: MirroredRelation,
  statement: Statement,
): PredicateTemplate | undefined {
  const items = query.jointree?.fromlist ?? [];
  const entry = query.rtable?.[query.resultRelation - 1];
  const [only] = items;
  if (
    entry === undefined ||
    items.length !== 1 ||
    only?.node !== 'RANGETBLREF' ||
    only.rtindex !== query.resultRelation
  )
    return undefined;
  const quals = query.jointree?.quals ?? null;
  if (quals === null) return { kind: 'false' };
  // Under NOT a condition is narrowed, where it is not exact: what it then says is true implies that it is.
  const negated = predicateOf(
    { node: 'BOOLEXPR', boolop: 'not', args: [quals], location: -1 },
    query,
    entry,
    relation,
    statement,
  );
  if (negated.kind === 'not') return isNotTrue(negated.of);
  return negated.kind === 'false' ? negated : { kind: 'true' };
}

/** Whether the predicate is false or unknown. */
function isNotTrue(predicate: PredicateTemplate): PredicateTemplate {
  switch (predicate.kind) {
    case 'true':
      return { kind: 'false' };
    case 'false':
      return { kind: 'true' };
    case 'and':
      return { kind: 'or', of: predicate.of.map(isNotTrue) };
    case 'or':
      return { kind: 'and', of: predicate.of.map(isNotTrue) };
    case 'not':
      return isNotFalse(predicate.of);
    case 'isNull':
    case 'isNotNull':
      return { kind: 'not', of: predicate };
    default:
      // A null operand is bound as false, which makes this true, as it must be.
      return {
        kind: 'or',
        of: [
          { kind: 'not', of: predicate },
          { kind: 'isNull', field: predicate.field },
        ],
      };
  }
}

/** Whether the predicate is true or unknown. */
function isNotFalse(predicate: PredicateTemplate): PredicateTemplate {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return { kind: predicate.kind, of: predicate.of.map(isNotFalse) };
    case 'not':
      return isNotTrue(predicate.of);
    case 'compare':
      return orNull(predicate, [predicate.operand]);
    case 'in':
      return orNull(predicate, predicate.operands);
    case 'startsWith':
      return orNull(predicate, [predicate.prefix]);
    default:
      return predicate;
  }
}

/** With an operand that may be null a comparison may be unknown of any row. */
function orNull(
  predicate: Extract<PredicateTemplate, { field: number }>,
  operands: readonly Operand[],
): PredicateTemplate {
  if (operands.some((operand) => !('value' in operand) || operand.value === null)) return { kind: 'true' };
  return { kind: 'or', of: [predicate, { kind: 'isNull', field: predicate.field }] };
}

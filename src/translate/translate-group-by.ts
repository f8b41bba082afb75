import type { GroupingSet } from '../tree/tree.ts';
import { unsupported } from './errors.ts';
import type { Scope } from './scope.ts';
import { equalityKey } from './comparison-key.ts';
import { targetOfClause } from './target-of-clause.ts';

/** Sets that ROLLUP, CUBE and lists of them may expand to (Postgres has the same limit). */
const MAX_GROUPING_SETS = 4096;

/** GROUP BY with grouping sets written out; empty where the query does not group. */
export function translateGroupBy(scope: Scope): string {
  const { query } = scope;
  const keys = new Map<number, string>();
  for (const clause of query.groupClause ?? []) {
    const target = targetOfClause(clause, query.targetList);
    const value = scope.statement.recursion.expression(target.expr, { ...scope, insideAggregate: true });
    const key = equalityKey(value);
    if (key !== value.sql && query.groupingSets !== null)
      throw unsupported('grouping sets over character(n) or interval values');
    keys.set(clause.tleSortGroupRef, key);
  }
  if (query.groupingSets === null) return keys.size === 0 ? '' : ` GROUP BY ${[...new Set(keys.values())].join(', ')}`;
  let sets: readonly (readonly number[])[] = [[]];
  for (const set of query.groupingSets) {
    const expanded = expand(set);
    sets = sets.flatMap((before) => expanded.map((after) => [...before, ...after]));
    if (sets.length > MAX_GROUPING_SETS) throw unsupported(`more than ${MAX_GROUPING_SETS} grouping sets`);
  }
  const written = sets.map((refs) => `(${[...new Set(refs.map((ref) => keys.get(ref)!))].join(', ')})`);
  return ` GROUP BY GROUPING SETS (${(query.groupDistinct ? distinctSets(sets, written) : written).join(', ')})`;
}

function distinctSets(sets: readonly (readonly number[])[], written: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return written.filter((_, index) => {
    const key = [...new Set(sets[index])].toSorted((a, b) => a - b).join();
    return seen.has(key) ? false : (seen.add(key), true);
  });
}

function expand(set: GroupingSet): readonly (readonly number[])[] {
  const content = set.content ?? [];
  switch (set.kind) {
    case 0:
      return [[]];
    case 1:
      return [content as readonly number[]];
    case 2: {
      const parts = (content as readonly GroupingSet[]).map(refsOf);
      return Array.from({ length: parts.length + 1 }, (_, index) => parts.slice(0, parts.length - index).flat());
    }
    case 3: {
      const parts = (content as readonly GroupingSet[]).map(refsOf);
      if (parts.length > 12) throw unsupported('CUBE over more than 12 elements');
      return Array.from({ length: 2 ** parts.length }, (_, mask) =>
        parts.filter((__, bit) => ((mask >> bit) & 1) === 0).flat(),
      );
    }
    default:
      return (content as readonly GroupingSet[]).flatMap(expand);
  }
}

/** An element of ROLLUP or CUBE: one key or several in parentheses. */
function refsOf(set: GroupingSet): readonly number[] {
  return (set.content ?? []) as readonly number[];
}

import type { SortGroupClause, TargetEntry } from '../tree/tree.ts';

/** What a sort or group clause refers to. */
export function targetOfClause(clause: SortGroupClause, targets: readonly TargetEntry[] | null): TargetEntry {
  const target = targets?.find(({ ressortgroupref }) => ressortgroupref === clause.tleSortGroupRef);
  if (target === undefined) throw new Error(`the tree sorts by target ${clause.tleSortGroupRef}, which there is none`);
  return target;
}

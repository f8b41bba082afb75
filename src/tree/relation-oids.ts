import { treeNodes } from './tree-nodes.ts';
import type { Query } from './tree.ts';

/** Oids of every relation that a query names, in subqueries, CTEs and expanded views too. */
export function relationOids(query: Query): ReadonlySet<number> {
  const oids = new Set<number>();
  for (const { node, rtekind, relid } of treeNodes(query))
    if (node === 'RANGETBLENTRY' && rtekind === 0 && typeof relid === 'number') oids.add(relid);
  return oids;
}

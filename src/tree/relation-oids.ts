import type { Query } from './tree.ts';

/** Oids of every relation that a query names, in subqueries, CTEs and expanded views too. */
export function relationOids(query: Query): ReadonlySet<number> {
  const oids = new Set<number>();
  const open: unknown[] = [query];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) continue;
    if (Array.isArray(value)) {
      for (const element of value) open.push(element);
      continue;
    }
    const node = value as { readonly node?: unknown; readonly relid?: unknown; readonly rtekind?: unknown };
    if (node.node === 'RANGETBLENTRY' && node.rtekind === 0 && typeof node.relid === 'number') oids.add(node.relid);
    for (const field of Object.values(node)) open.push(field);
  }
  return oids;
}

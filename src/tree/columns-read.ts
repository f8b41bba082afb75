import type { Query, RangeTblEntry } from './tree.ts';
import { RTE } from './tree.ts';

/**
 * The columns that a query reads of each relation, in subqueries, CTEs and expanded views too: attribute numbers by the
 * relation's oid, 0 for the whole row, negative for system columns. A relation of which nothing is read has none.
 */
export function columnsRead(query: Query): ReadonlyMap<number, ReadonlySet<number>> {
  const read = new Map<number, Set<number>>();
  const open: Place[] = [{ value: query, levels: [] }];
  const seen = new Set<unknown>();
  while (open.length > 0) {
    const { value, levels } = open.pop()!;
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) continue;
    if (Array.isArray(value)) {
      for (const element of value) open.push({ value: element, levels });
      continue;
    }
    const node = value as Readonly<Record<string, unknown>>;
    const within = node['node'] === 'QUERY' ? [node as unknown as Query, ...levels] : levels;
    if (node['node'] === 'VAR') {
      const owner = levels.slice(node['varlevelsup'] as number);
      const entry = owner[0]?.rtable?.[(node['varno'] as number) - 1];
      if (entry?.rtekind === RTE.relation) noted(read, entry).add(node['varattno'] as number);
      else if (entry?.rtekind === RTE.join)
        for (const part of joined(entry, node['varattno'] as number))
          if (!seen.has(part)) {
            seen.add(part);
            open.push({ value: part, levels: owner });
          }
    }
    if (node['node'] === 'RANGETBLENTRY' && node['rtekind'] === RTE.relation)
      noted(read, node as unknown as RangeTblEntry);
    // What a join offers is read where a Var names it.
    for (const [field, below] of Object.entries(node))
      if (field !== 'joinaliasvars') open.push({ value: below, levels: within });
  }
  return read;
}

/** A part of the tree, and the queries around it from the inside out. */
type Place = { readonly value: unknown; readonly levels: readonly Query[] };

function noted(read: Map<number, Set<number>>, { relid = 0 }: RangeTblEntry): Set<number> {
  const known = read.get(relid) ?? new Set<number>();
  read.set(relid, known);
  return known;
}

/** What a column of a join, or its whole row, stands for. */
function joined({ joinaliasvars }: RangeTblEntry, attno: number): readonly unknown[] {
  const all = joinaliasvars ?? [];
  return attno === 0 ? all : [all[attno - 1]];
}

/** The body of WRITE ORDERED BY: `region, ts DESC NULLS LAST, bucket(16, id)`, parsed by Postgres' grammar as ORDER BY. */
import { badTransform } from './errors.ts';
import type { ScannedText } from './scanned-text.ts';
import type { SortClause } from './sql.ts';
import { transformOf } from './transform-of.ts';
import type { Expression } from './transform-of.ts';

/** Tokens `first` up to `end` (exclusive). Raises 42601. */
export function sortClauses(scanned: ScannedText, first: number, end: number): readonly SortClause[] {
  const { tokens, offsets, grammar } = scanned;
  const position = offsets.position(tokens[first]?.start ?? offsets.sizeBytes);
  if (end <= first) throw badTransform(position);
  const select = 'SELECT ORDER BY ';
  const start = tokens[first]!.start;
  const parsed = grammar.parse(select + offsets.slice(start, tokens[end - 1]!.end));
  if (parsed.kind === 'error' || parsed.statements.length !== 1) throw badTransform(position);
  const { SelectStmt: statement } = parsed.statements[0]!.node as { SelectStmt?: { sortClause?: SortItem[] } };
  return (statement?.sortClause ?? []).map(({ SortBy: item }) => {
    const clause = item.node && transformOf(item.node);
    const [located] = Object.values(item.node ?? {}) as { location?: number }[];
    const location = located?.location;
    const at = offsets.position(start + Math.max(0, (location ?? select.length) - select.length));
    if (clause === undefined || item.sortby_dir === 'SORTBY_USING') throw badTransform(at);
    const direction = item.sortby_dir === 'SORTBY_DESC' ? 'desc' : 'asc';
    const first = item.sortby_nulls === 'SORTBY_NULLS_FIRST';
    const isFirst = first || (direction === 'desc' && item.sortby_nulls !== 'SORTBY_NULLS_LAST');
    return { ...clause, position: at, direction, nullOrder: isFirst ? 'nulls-first' : 'nulls-last' };
  });
}

type SortItem = { SortBy: { node?: Expression; sortby_dir?: string; sortby_nulls?: string } };

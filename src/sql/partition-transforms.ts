/**
 * The body of PARTITION BY: `day(ts), bucket(16, id) AS shard, truncate(4, s), region`, parsed by Postgres' grammar as
 * a select list. Spark's plural names (`days`) mean the same.
 */
import { byteOffsets } from './byte-offsets.ts';
import { badTransform } from './errors.ts';
import type { ScannedText } from './scanned-text.ts';
import type { TransformClause } from './sql.ts';
import { transformOf } from './transform-of.ts';
import type { Expression } from './transform-of.ts';

/** Tokens `first` up to `end` (exclusive). Raises 42601. */
export function partitionTransforms(scanned: ScannedText, first: number, end: number): TransformClause[] {
  const { tokens, offsets, grammar } = scanned;
  if (end <= first) throw badTransform(offsets.position(tokens[end]?.start ?? offsets.sizeBytes));
  const start = tokens[first]!.start;
  const select = 'SELECT ';
  const body = select + offsets.slice(start, tokens[end - 1]!.end);
  const parsed = grammar.parse(body);
  const clientPosition = (location: number): number => offsets.position(start + Math.max(0, location - select.length));
  if (parsed.kind === 'error') throw badTransform(clientPosition(byteOffsets(body).offset(parsed.position ?? 1)));
  const node = parsed.statements[0]?.node as { SelectStmt?: { targetList?: unknown[]; fromClause?: unknown[] } };
  const targets = (node.SelectStmt?.targetList ?? []) as { ResTarget: Target }[];
  if (parsed.statements.length !== 1 || node.SelectStmt?.fromClause) throw badTransform(clientPosition(0));
  return targets.map(({ ResTarget: target }) => {
    const clause = target.val && transformOf(target.val);
    const position = clientPosition(target.location ?? 0);
    if (clause === undefined) throw badTransform(position);
    return { ...clause, ...(target.name !== undefined && { name: target.name }), position };
  });
}

type Target = { name?: string; val?: Expression; location?: number };

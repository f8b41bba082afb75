import type { JoinTree } from '../tree/tree.ts';
import { translateRangeEntry } from './translate-range-entry.ts';
import type { Scope } from './scope.ts';

const JOINS = ['JOIN', 'LEFT JOIN', 'FULL JOIN', 'RIGHT JOIN'];

/** An item of FROM; entries become known to the scope from left to right, as LATERAL needs. */
export function translateJoinTree(node: JoinTree, scope: Scope): string {
  if (node.node === 'RANGETBLREF') {
    const entry = scope.query.rtable?.[node.rtindex - 1];
    if (entry === undefined) throw new Error(`the tree names range table entry ${node.rtindex}, which there is none`);
    return translateRangeEntry(entry, node.rtindex, scope);
  }
  if (node.node === 'FROMEXPR') throw new Error('a rewritten tree holds no nested FROM');
  const left = translateJoinTree(node.larg, scope);
  const right = translateJoinTree(node.rarg, scope);
  const on = node.quals === null ? 'true' : scope.statement.recursion.expression(node.quals, scope).sql;
  return `(${left} ${JOINS[node.jointype]!} ${right} ON ${on})`;
}

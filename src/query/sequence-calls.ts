import { constValue } from '../tree/const-value.ts';
import type { Const } from '../tree/expression.ts';
import { treeNodes } from '../tree/tree-nodes.ts';
import type { Query } from '../tree/tree.ts';

/** What a statement without tables does with sequences. */
export type SequenceCalls = {
  /** Those that it names for certain; `all` where an expression or the session decides. */
  readonly oids: ReadonlySet<number> | 'all';
  /** It shows what they came to (last_value), and uses none. */
  readonly showsOnly: boolean;
  readonly sets: boolean;
};

/** pg_proc.oid. */
const NEXTVAL = 1574;
const CURRVAL = 1575;
const SETVAL: ReadonlySet<number> = new Set([1576, 1765]);
const LASTVAL = 2559;
const SHOWN: ReadonlySet<number> = new Set([3078, 4032, 6032]);
const REGCLASS = 2205;

export function sequenceCalls(query: Query): SequenceCalls | undefined {
  const oids = new Set<number>();
  let isAll = false;
  let uses = false;
  let shows = false;
  let sets = false;
  for (const node of treeNodes(query)) {
    if (node.node === 'RANGETBLENTRY' && node.relkind === 'S' && typeof node.relid === 'number') {
      shows = true;
      oids.add(node.relid);
    }
    const { funcid } = node;
    if (node.node !== 'FUNCEXPR' || typeof funcid !== 'number') continue;
    const isUse = funcid === NEXTVAL || funcid === CURRVAL || funcid === LASTVAL || SETVAL.has(funcid);
    if (!isUse && !SHOWN.has(funcid)) continue;
    if (SETVAL.has(funcid)) sets = true;
    if (isUse) uses = true;
    else shows = true;
    const named = isUse ? namedSequence((node.args as readonly unknown[] | null)?.[0]) : undefined;
    if (named === undefined) isAll = true;
    else oids.add(named);
  }
  return uses || shows ? { oids: isAll ? 'all' : oids, showsOnly: !uses, sets } : undefined;
}

/** The oid of a constant of type regclass. */
export function namedSequence(argument: unknown): number | undefined {
  const node = argument as Const | undefined;
  if (node?.node !== 'CONST' || node.consttype !== REGCLASS) return undefined;
  const value = constValue(node);
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}

import { treeNodes } from './tree-nodes.ts';
import type { Query } from './tree.ts';

export type ConstantRules = {
  readonly isImmutable: (functionOid: number) => boolean;
  /** Types that values may have: their text depends on nothing but the value and the session's settings. */
  readonly types: ReadonlySet<number>;
};

/**
 * Whether a query gives the same rows for the same parameters and settings, whenever it is asked: it reads no relation,
 * and is made of constants, parameters and immutable functions. Nodes that are not known to be harmless are not.
 */
export function isConstant(query: Query, { isImmutable, types }: ConstantRules): boolean {
  if (query.commandType !== 'select') return false;
  for (const node of treeNodes(query)) {
    const judge = HARMLESS.get(node['node'] as string);
    if (judge === undefined) return false;
    for (const field of judge.functions ?? []) if (!isImmutable(node[field] as number)) return false;
    for (const field of judge.types ?? []) if (!types.has(node[field] as number)) return false;
    if (judge.kinds !== undefined && !judge.kinds.includes(node['rtekind'] as number)) return false;
  }
  return true;
}

type Judge = {
  /** Fields with the oid of a function that is called. */
  readonly functions?: readonly string[];
  readonly types?: readonly string[];
  /** Kinds of range table entries: subqueries, joins, VALUES, CTEs, nothing, groups. */
  readonly kinds?: readonly number[];
};

/** Sorting, grouping and GREATEST use the default operators of the types, which are immutable for those allowed. */
const HARMLESS: ReadonlyMap<string, Judge> = new Map<string, Judge>([
  ['QUERY', {}],
  ['RANGETBLENTRY', { kinds: [1, 2, 5, 6, 8, 9] }],
  ['ALIAS', {}],
  ['FROMEXPR', {}],
  ['RANGETBLREF', {}],
  ['TARGETENTRY', {}],
  ['CONST', { types: ['consttype'] }],
  ['PARAM', { types: ['paramtype'] }],
  ['VAR', { types: ['vartype'] }],
  ['FUNCEXPR', { functions: ['funcid'], types: ['funcresulttype'] }],
  ['OPEXPR', { functions: ['opfuncid'], types: ['opresulttype'] }],
  ['DISTINCTEXPR', { functions: ['opfuncid'], types: ['opresulttype'] }],
  ['NULLIFEXPR', { functions: ['opfuncid'], types: ['opresulttype'] }],
  ['BOOLEXPR', {}],
  ['CASEEXPR', { types: ['casetype'] }],
  ['CASEWHEN', {}],
  ['CASETESTEXPR', { types: ['typeId'] }],
  ['COALESCEEXPR', { types: ['coalescetype'] }],
  ['NULLTEST', {}],
  ['BOOLEANTEST', {}],
  ['RELABELTYPE', { types: ['resulttype'] }],
  ['STRING', {}],
]);

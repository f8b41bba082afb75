import { treeNodes } from '../../tree/tree-nodes.ts';
import type { Expression } from '../../tree/expression.ts';
import type { JoinTree, Query } from '../../tree/tree.ts';
import { RTE } from '../../tree/tree.ts';
import type { Statement } from '../statement.ts';
import type { PredicateTemplate } from '../translate.ts';
import { predicateOf } from './predicate-of.ts';
import { isSimple } from './resolve-column.ts';

/**
 * Gives every scan the conditions of WHERE and ON that speak of it alone, for pruning. They only widen: the SQL keeps
 * its own conditions.
 */
export function addPredicates(query: Query, statement: Statement): void {
  for (const level of levels(query)) {
    const where = conditions(level.jointree?.quals ?? null, level);
    for (const item of level.jointree?.fromlist ?? []) visit(item, level, where, statement);
    addMergeTarget(level, statement);
  }
}

/** A condition of some level; `strict` where rows without a partner are kept as NULLs before it is tested. */
type Condition = { readonly node: Expression; readonly query: Query; readonly strict: boolean };

/** Every query of the tree; a simple subquery is visited by itself and with its parent's conditions. */
function levels(query: Query): readonly Query[] {
  const found: Query[] = [];
  for (const node of treeNodes(query)) if (node['node'] === 'QUERY') found.push(node as unknown as Query);
  return found;
}

function visit(node: JoinTree, query: Query, applied: readonly Condition[], statement: Statement): void {
  if (node.node === 'FROMEXPR') return;
  if (node.node === 'RANGETBLREF') {
    const entry = query.rtable?.[node.rtindex - 1];
    if (entry === undefined) return;
    if (entry.rtekind === RTE.subquery && entry.subquery && isSimple(entry.subquery)) {
      for (const item of entry.subquery.jointree?.fromlist ?? []) visit(item, entry.subquery, applied, statement);
      return;
    }
    for (const scan of statement.scansOf(entry)) {
      const predicates = applied
        .map((condition) => ({
          condition,
          predicate: predicateOf(condition.node, condition.query, entry, scan.relation, statement),
        }))
        .filter(
          ({ condition, predicate }) =>
            predicate.kind !== 'true' && !(condition.strict && holdsForNulls(predicate) === true),
        )
        .map(({ predicate }) => predicate);
      scan.predicate = both(scan.predicate, predicates);
    }
    return;
  }
  const on = conditions(node.quals, query);
  const strict = applied.map((condition) => ({ ...condition, strict: true }));
  // 0 inner, 1 left, 2 full, 3 right: a side keeps rows that ON rejects, or becomes NULLs, or both.
  const left = node.jointype === 0 ? [...applied, ...on] : node.jointype === 1 ? applied : strict;
  const right = node.jointype === 0 ? [...applied, ...on] : node.jointype === 3 ? applied : strict;
  visit(node.larg, query, node.jointype === 3 ? [...left, ...on] : left, statement);
  visit(node.rarg, query, node.jointype === 1 ? [...right, ...on] : right, statement);
}

function conditions(node: Expression | null, query: Query): readonly Condition[] {
  if (node === null) return [];
  if (node.node === 'BOOLEXPR' && node.boolop === 'and') return node.args.flatMap((arg) => conditions(arg, query));
  return [{ node, query, strict: false }];
}

/** The target of a MERGE is read for its partners alone, unless rows without one have an action. */
function addMergeTarget(query: Query, statement: Statement): void {
  if (query.commandType !== 'merge') return;
  if ((query.mergeActionList ?? []).some(({ matchKind }) => matchKind === 1)) return;
  visit(
    { node: 'RANGETBLREF', rtindex: query.resultRelation },
    query,
    conditions(query.mergeJoinCondition, query),
    statement,
  );
}

function both(known: PredicateTemplate, more: readonly PredicateTemplate[]): PredicateTemplate {
  const parts = [...(known.kind === 'true' ? [] : known.kind === 'and' ? known.of : [known]), ...more];
  const unique = [...new Map(parts.map((part) => [keyOf(part), part])).values()];
  if (unique.length === 0) return { kind: 'true' };
  return unique.length === 1 ? unique[0]! : { kind: 'and', of: unique };
}

function keyOf(predicate: PredicateTemplate): string {
  return JSON.stringify(predicate, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}

/** The predicate's value for a row of NULLs: null is unknown. */
function holdsForNulls(predicate: PredicateTemplate): boolean | null {
  switch (predicate.kind) {
    case 'true':
    case 'isNull':
      return true;
    case 'false':
    case 'isNotNull':
      return false;
    case 'and': {
      const parts = predicate.of.map(holdsForNulls);
      return parts.includes(false) ? false : parts.includes(null) ? null : true;
    }
    case 'or': {
      const parts = predicate.of.map(holdsForNulls);
      return parts.includes(true) ? true : parts.includes(null) ? null : false;
    }
    case 'not': {
      const part = holdsForNulls(predicate.of);
      return part === null ? null : !part;
    }
    default:
      return null;
  }
}

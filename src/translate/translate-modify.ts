import { treeNodes } from '../tree/tree-nodes.ts';
import type { CommonTableExpr, Query } from '../tree/tree.ts';
import type { Environment } from './environment.ts';
import { unsupported } from './errors.ts';
import { newScope } from './new-scope.ts';
import { addPredicates } from './prune/add-predicates.ts';
import { columnFor, subqueryLayout } from './select.ts';
import { settleParameters } from './settle-parameters.ts';
import type { Column, Scope, Selected, Value } from './scope.ts';
import { translateChange } from './translate-change.ts';
import type { ReturningLayout } from './translate-change.ts';
import { leavingLayout, openStatement, translateSelection, translating } from './translate-query.ts';
import { recursiveTable } from './translate-with.ts';
import type { ModifyTranslation, Translation, WithStep } from './translate.ts';

/** INSERT, UPDATE, DELETE and MERGE on a table of the mirror. Raises 0A000 for what has no translation. */
export function translateModify(query: Query, environment: Environment): ModifyTranslation {
  return translating(environment, () => {
    const { steps, known } = withSteps(query, environment);
    const sequences = new Set<number>();
    const scope = { ...openScope(query, environment, sequences), ctes: known };
    const translation = translateChange(query, scope, sequences, leavingRows);
    return steps.length === 0 ? translation : { ...translation, steps };
  });
}

/** SELECT whose WITH changes rows. */
export function translateWritingQuery(query: Query, environment: Environment): Translation {
  return translating(environment, () => {
    const { steps, known } = withSteps(query, environment);
    return { ...translateSelection({ ...query, cteList: null, hasModifyingCTE: false }, environment, known), steps };
  });
}

/**
 * Where WITH changes rows each of its tables is a step of its own: all are computed of the statement's snapshot, a
 * query that several of them name once. Otherwise the WITH stays with the statement.
 */
function withSteps(
  query: Query,
  environment: Environment,
): { readonly steps: readonly WithStep[]; readonly known: Scope['ctes'] } {
  const known: Scope['ctes'] = new Map();
  const steps: WithStep[] = [];
  if (!query.hasModifyingCTE) return { steps, known };
  for (const [index, cte] of (query.cteList ?? []).entries()) {
    if (cte.search_clause !== null || cte.cycle_clause !== null) throw unsupported('SEARCH and CYCLE');
    const table = `with_${index + 1}`;
    const sequences = new Set<number>();
    const isQuery = cte.ctequery.commandType === 'select';
    const scope = { ...openScope(query, environment, isQuery ? undefined : sequences), ctes: new Map(known) };
    if (isQuery) {
      if (!isNamed(query, cte.ctename)) continue;
      const selected = cte.cterecursive ? recursiveRows(cte, table, scope) : selectedRows(cte, scope);
      const { statement } = scope;
      addPredicates(cte.ctequery, statement);
      steps.push({ kind: 'rows', table, ...settleParameters(selected.sql, statement.scans(), statement.parameters()) });
      known.set(cte.ctename, { name: table, columns: selected.columns });
    } else {
      const inner = newScope(cte.ctequery, scope, scope.statement);
      let columns: readonly Column[] = [];
      const change = translateChange(cte.ctequery, inner, sequences, (values) => {
        columns = values.map(columnFor);
        return { items: subqueryLayout(values).items, returnsToOthers: true };
      });
      steps.push({ kind: 'change', table, change });
      known.set(cte.ctename, { name: table, columns });
    }
  }
  return { steps, known };
}

/** `sequences` gets those whose values are taken; without it none may be. */
function openScope(query: Query, environment: Environment, sequences?: Set<number>): Scope {
  return newScope(query, undefined, openStatement(environment, sequences));
}

function selectedRows({ ctequery }: CommonTableExpr, scope: Scope): Selected {
  return scope.statement.recursion.select(ctequery, scope, scope.statement);
}

function recursiveRows(cte: CommonTableExpr, name: string, scope: Scope): Selected {
  const inside = `${name}_rows`;
  const sql = recursiveTable(cte, inside, scope);
  const { columns } = scope.ctes.get(cte.ctename)!;
  return { sql: `WITH RECURSIVE ${inside} AS (${sql}) SELECT * FROM ${inside}`, columns };
}

function leavingRows(values: readonly Value[]): ReturnType<ReturningLayout> {
  const { items, encodings } = leavingLayout(values, true, 'r');
  return { items, returning: encodings, returningWidth: items.length };
}

/** PostgreSQL does not compute a query that nobody names. */
function isNamed(query: Query, name: string): boolean {
  for (const node of treeNodes(query)) if (node['node'] === 'RANGETBLENTRY' && node['ctename'] === name) return true;
  return false;
}

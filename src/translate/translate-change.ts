import type { Query } from '../tree/tree.ts';
import { translateWith } from './translate-with.ts';
import { addPredicates } from './prune/add-predicates.ts';
import { keptRowsPredicate } from './prune/kept-rows-predicate.ts';
import { noArbiter, unsupported } from './errors.ts';
import { insertRows } from './insert-rows.ts';
import { deleteRows, updateRows } from './update-rows.ts';
import { mergeRows } from './merge-rows.ts';
import type { ModifyTarget } from './modify-target.ts';
import { actionSql, modifyTarget, multiAssignments, returningScope } from './modify-target.ts';
import { settleParameters } from './settle-parameters.ts';
import type { Scope, Value } from './scope.ts';
import type { ModifyTranslation } from './translate.ts';

/** How the values of RETURNING become items of the actions. */
export type ReturningLayout = (
  values: readonly Value[],
) => { readonly items: readonly string[] } & Pick<
  ModifyTranslation,
  'returning' | 'returningWidth' | 'returnsToOthers'
>;

/** One change in its scope; the tables of a WITH that changes rows too are known to the scope already. */
export function translateChange(
  query: Query,
  opened: Scope,
  sequences: ReadonlySet<number>,
  layout: ReturningLayout,
): ModifyTranslation {
  checkShape(query);
  const { statement } = opened;
  const scope: Scope = { ...opened, assigned: multiAssignments(query) };
  const tables = query.hasModifyingCTE ? '' : translateWith(scope);
  const target = modifyTarget(scope);
  const rows = actionRows(query, target, scope);
  const isInsert = query.commandType === 'insert';
  const plain = actionSql(rows, isInsert && sequences.size > 0 ? { ...target, staged: false } : target, []);
  if (sequences.size > 0 && !isInsert && target.staged)
    throw unsupported('nextval() next to a subquery here', undefined, 'Leave the subquery out.');
  // A value of a sequence is taken once a row, whatever RETURNING says of it.
  const isNamed = sequences.size > 0 && query.returningList !== null;
  if (isNamed && !isInsert) throw unsupported('RETURNING next to nextval() here', undefined, 'Leave RETURNING out.');
  const named = isNamed ? { ...target, staged: true } : target;
  const { items = [], ...returned } = returning(query, named, rows.scope, layout) ?? {};
  const sql = isNamed ? `SELECT m.*, ${items.join(', ')} FROM (${plain}) AS m` : actionSql(rows, target, items);
  addPredicates(query, statement);
  const keeps = query.commandType === 'delete' ? keptRowsPredicate(query, target.relation, statement) : undefined;
  if (target.scan !== undefined && keeps !== undefined) target.scan.keeps = keeps;
  const settled = settleParameters(`${tables}${sql}`, statement.scans(), statement.parameters());
  return {
    ...settled,
    command: query.commandType as ModifyTranslation['command'],
    target: target.relation,
    sequences: [...sequences],
    ...(target.scan !== undefined && { targetScan: target.scan.index }),
    duplicates: query.commandType === 'merge' ? 'error' : 'reduce',
    ...(query.onConflict !== null && { skipsConflicts: true }),
    ...returned,
  };
}

function actionRows(query: Query, target: ModifyTarget, scope: Scope): ReturnType<typeof insertRows> {
  switch (query.commandType) {
    case 'insert':
      return insertRows(query, target, scope);
    case 'update':
      return updateRows(query, target, scope);
    case 'delete':
      return deleteRows(query, target, scope);
    case 'merge':
      return mergeRows(query, target, scope);
    default:
      throw unsupported(`a statement of kind ${query.commandType}`);
  }
}

function checkShape(query: Query): void {
  // Postgres looks for the constraint when it plans, which the gateway does not.
  if (query.onConflict !== null && query.onConflict['arbiterElems'] !== null) throw noArbiter();
  if (query.withCheckOptions !== null) throw unsupported('writing through a view or policy with a check');
}

function returning(
  query: Query,
  target: ModifyTarget,
  scope: Scope,
  layout: ReturningLayout,
): ReturnType<ReturningLayout> | undefined {
  if (query.returningList === null) return undefined;
  const inner = returningScope(target, scope);
  const values = query.returningList
    .filter(({ resjunk }) => !resjunk)
    .map(({ expr }) => scope.statement.recursion.expression(expr, inner));
  return layout(values);
}

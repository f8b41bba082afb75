import type { Query } from '../tree/tree.ts';
import { translateWith } from './translate-with.ts';
import type { Environment } from './environment.ts';
import { addPredicates } from './prune/add-predicates.ts';
import { unsupported } from './errors.ts';
import { insertRows } from './insert-rows.ts';
import { deleteRows, updateRows } from './update-rows.ts';
import { mergeRows } from './merge-rows.ts';
import type { ModifyTarget } from './modify-target.ts';
import { actionSql, modifyTarget, multiAssignments, returningScope } from './modify-target.ts';
import { newScope } from './new-scope.ts';
import { settleParameters } from './settle-parameters.ts';
import type { Scope } from './scope.ts';
import type { ModifyTranslation } from './translate.ts';
import { leavingLayout, openStatement, translating } from './translate-query.ts';

/** INSERT, UPDATE, DELETE and MERGE on a table of the mirror. Raises 0A000 for what has no translation. */
export function translateModify(query: Query, environment: Environment): ModifyTranslation {
  return translating(environment, () => {
    checkShape(query);
    const sequences = new Set<number>();
    const statement = openStatement(environment, sequences);
    const scope: Scope = { ...newScope(query, undefined, statement), assigned: multiAssignments(query) };
    const tables = translateWith(scope);
    const target = modifyTarget(scope);
    const rows = actionRows(query, target, scope);
    const isInsert = query.commandType === 'insert';
    const plain = actionSql(rows, isInsert && sequences.size > 0 ? { ...target, staged: false } : target, []);
    if (sequences.size > 0 && !isInsert && target.staged)
      throw unsupported('nextval() next to a subquery here', undefined, 'Leave the subquery out.');
    // A value of a sequence is taken once a row, whatever RETURNING says of it.
    const isNamed = sequences.size > 0 && query.returningList !== null;
    if (isNamed && !isInsert) throw unsupported('RETURNING next to nextval() here', undefined, 'Leave RETURNING out.');
    const returned = returning(query, isNamed ? { ...target, staged: true } : target, rows.scope);
    const items = returned?.items ?? [];
    const sql = `${tables}${isNamed ? `SELECT m.*, ${items.join(', ')} FROM (${plain}) AS m` : actionSql(rows, target, items)}`;
    addPredicates(query, statement);
    const settled = settleParameters(sql, statement.scans(), statement.parameters());
    return {
      ...settled,
      command: query.commandType as ModifyTranslation['command'],
      target: target.relation,
      sequences: [...sequences],
      ...(target.scan !== undefined && { targetScan: target.scan.index }),
      duplicates: query.commandType === 'merge' ? 'error' : 'reduce',
      ...(returned !== undefined && { returning: returned.encodings, returningWidth: returned.items.length }),
    };
  });
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
  if (query.onConflict !== null)
    throw unsupported(
      'INSERT ... ON CONFLICT',
      undefined,
      'Use MERGE INTO ... USING ... WHEN MATCHED ... WHEN NOT MATCHED ..., which names the keys itself.',
    );
  if (query.hasModifyingCTE) throw unsupported('a data-modifying statement in WITH');
  if (query.withCheckOptions !== null) throw unsupported('writing through a view or policy with a check');
}

function returning(query: Query, target: ModifyTarget, scope: Scope): ReturnType<typeof leavingLayout> | undefined {
  if (query.returningList === null) return undefined;
  const inner = returningScope(target, scope);
  const values = query.returningList
    .filter(({ resjunk }) => !resjunk)
    .map(({ expr }) => scope.statement.recursion.expression(expr, inner));
  return leavingLayout(values, true, 'r');
}

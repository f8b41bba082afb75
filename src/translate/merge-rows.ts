import type { MergeAction, Query } from '../tree/tree.ts';
import { translateJoinTree } from './join-tree.ts';
import type { ActionRows, ModifyTarget } from './modify-target.ts';
import { assignedValue, chosenName, keptValue, nullOf } from './modify-target.ts';
import type { Scope } from './scope.ts';
import type { MirroredColumn } from './translate.ts';
import { scanMarker } from './translate.ts';

const MATCHED = 0;
const BY_SOURCE = 1;
const BY_TARGET = 2;

/**
 * MERGE: target and source are joined as widely as the actions need; the first action whose condition holds gives the
 * row its code `chosen`, and by it every column its new value.
 */
export function mergeRows(query: Query, target: ModifyTarget, scope: Scope): ActionRows {
  const actions = query.mergeActionList ?? [];
  const has = (kind: number): boolean => actions.some(({ matchKind }) => matchKind === kind);
  const here = `h${scope.statement.nextNumber()}`;
  const items = (query.jointree?.fromlist ?? []).map((item) => translateJoinTree(item, scope));
  const source = `(${items.join(' CROSS JOIN ')} CROSS JOIN (SELECT true AS here) AS ${here})`;
  const own = `${scanMarker(target.scan!.index)} AS ${target.alias}`;
  const { expression } = scope.statement.recursion;
  const condition = query.mergeJoinCondition === null ? 'true' : expression(query.mergeJoinCondition, scope).sql;
  const from = joined(own, source, condition, has);
  const isTarget = `${target.alias}.row_file IS NOT NULL`;
  const isSource = `${here}.here IS NOT NULL`;
  const kinds: Record<number, string> = {
    [MATCHED]: `(${isTarget} AND ${isSource})`,
    [BY_SOURCE]: `(${isTarget} AND ${here}.here IS NULL)`,
    [BY_TARGET]: `(${target.alias}.row_file IS NULL)`,
  };
  const whens = actions.map((action, index) => {
    const further = action.qual === null ? '' : ` AND ${expression(action.qual, scope).sql}`;
    return `WHEN ${kinds[action.matchKind]!}${further} THEN ${index}`;
  });
  const name = chosenName(target);
  return {
    action: `(CASE ${name} ${actions.map((action, index) => `WHEN ${index} THEN ${codeOf(action)}`).join(' ')} END)`,
    positions: { file: `${target.alias}.row_file`, position: `${target.alias}.row_position` },
    scope,
    newValue: (column) => newValue(column, actions, target, scope),
    from: [from],
    where: '',
    chosen: `CASE ${whens.join(' ')} END`,
  };
}

/** An outer join only on the side whose unmatched rows have an action. */
function joined(target: string, source: string, condition: string, has: (kind: number) => boolean): string {
  if (has(BY_SOURCE)) return `${target} ${has(BY_TARGET) ? 'FULL' : 'LEFT'} JOIN ${source} ON ${condition}`;
  return `${source} ${has(BY_TARGET) ? 'LEFT JOIN' : 'JOIN'} ${target} ON ${condition}`;
}

function codeOf(action: MergeAction): string {
  switch (action.commandType) {
    case 'insert':
      return '1';
    case 'update':
      return '2';
    case 'delete':
      return '3';
    case 'nothing':
      return 'NULL';
  }
}

function newValue(column: MirroredColumn, actions: readonly MergeAction[], target: ModifyTarget, scope: Scope): string {
  const whens = actions.flatMap((action, index) => {
    if (action.commandType !== 'insert' && action.commandType !== 'update') return [];
    const assigned = assignedValue(action.targetList, column, scope);
    const kept = action.commandType === 'insert' ? nullOf(column) : keptValue(target, column);
    return [`WHEN ${index} THEN ${assigned ?? kept}`];
  });
  return whens.length === 0
    ? nullOf(column)
    : `(CASE ${chosenName(target)} ${whens.join(' ')} ELSE ${nullOf(column)} END)`;
}

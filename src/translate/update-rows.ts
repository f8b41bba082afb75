import type { Query } from '../tree/tree.ts';
import { translateJoinTree } from './join-tree.ts';
import type { ActionRows, ModifyTarget } from './modify-target.ts';
import { assignedValue, keptValue, nullOf } from './modify-target.ts';
import type { Scope } from './scope.ts';
import { scanMarker } from './translate.ts';

export function updateRows(query: Query, target: ModifyTarget, scope: Scope): ActionRows {
  return existingRows(query, target, scope, '2', (column) => {
    const assigned = assignedValue(query.targetList, column, scope);
    return assigned ?? keptValue(target, column);
  });
}

export function deleteRows(query: Query, target: ModifyTarget, scope: Scope): ActionRows {
  return existingRows(query, target, scope, '3', nullOf);
}

/** Rows of the target that the join finds; it may find one several times, and any one counts. */
function existingRows(
  query: Query,
  target: ModifyTarget,
  scope: Scope,
  action: string,
  newValue: ActionRows['newValue'],
): ActionRows {
  const own = scanMarker(target.scan!.index);
  const from = (query.jointree?.fromlist ?? []).map((item) =>
    item.node === 'RANGETBLREF' && item.rtindex === target.rtindex
      ? `${own} AS ${target.alias}`
      : translateJoinTree(item, scope),
  );
  const quals = query.jointree?.quals ?? null;
  const where = quals === null ? '' : ` WHERE ${scope.statement.recursion.expression(quals, scope).sql}`;
  return {
    action,
    positions: { file: `${target.alias}.row_file`, position: `${target.alias}.row_position` },
    scope,
    newValue,
    from,
    where,
  };
}

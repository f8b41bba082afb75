import type { Query } from '../tree/tree.ts';
import { translateJoinTree } from './join-tree.ts';
import type { ActionRows, ModifyTarget } from './modify-target.ts';
import { assignedValue, nullOf } from './modify-target.ts';
import type { Scope } from './scope.ts';

const NO_POSITIONS = { file: 'NULL', position: 'NULL' };

export function insertRows(query: Query, _target: ModifyTarget, scope: Scope): ActionRows {
  const from = (query.jointree?.fromlist ?? []).map((item) => translateJoinTree(item, scope));
  return {
    action: '1',
    positions: NO_POSITIONS,
    scope,
    newValue: (column) => assignedValue(query.targetList, column, scope) ?? nullOf(column),
    from,
    where: '',
  };
}

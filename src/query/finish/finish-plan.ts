import type { SqlError } from '../../base/sql-error.ts';
import type { Query } from '../../tree/tree.ts';
import { treeNodes } from '../../tree/tree-nodes.ts';
import type { Environment } from '../../translate/environment.ts';
import { relationCopies } from '../../translate/relation-copies.ts';
import type { ChangedRelation, RelationCopies } from '../../translate/relation-copies.ts';
import type { ModifyTranslation } from '../../translate/translate.ts';
import { FIRST_USER_OID } from '../../postgres/private/private-oid-gap.ts';
import { canBeChanged } from './changed-rows.ts';

/** How Postgres itself finishes a statement over tables that are small enough: it gets the rows that are read. */
export type FinishPlan = Pick<RelationCopies, 'copies' | 'parameters'> & {
  /** What has no translation (0A000), or what the engine could not compute. */
  readonly reason: SqlError;
  /** What the statement changes; undefined for a query. */
  readonly target?: FinishedTarget;
};

export type FinishedTarget = ChangedRelation & { readonly command: ModifyTranslation['command'] };

/** Undefined for what Postgres would answer otherwise than over real tables, or not at all: that stays refused. */
export function finishPlan(query: Query, environment: Environment, reason: SqlError): FinishPlan | undefined {
  if (isBound(query)) return undefined;
  const { commandType } = query;
  const isChange =
    commandType === 'insert' || commandType === 'update' || commandType === 'delete' || commandType === 'merge';
  if (commandType !== 'select' && (!isChange || isBoundChange(query))) return undefined;
  const found = relationCopies(query, environment);
  if (found === undefined) return undefined;
  const { copies, parameters, change } = found;
  if (!isChange) return { copies, parameters, reason };
  if (change === undefined || !canBeChanged(change.relation)) return undefined;
  return { copies, parameters, reason, target: { ...change, command: commandType } };
}

/** Row locks, places of rows and changes within a query are about the tables, and sequences about all sessions, not about copies of rows. */
function isBound(query: Query): boolean {
  for (const { node, rowMarks, hasModifyingCTE, funcid, varattno } of treeNodes(query)) {
    if (node === 'CURRENTOFEXPR' || node === 'NEXTVALUEEXPR') return true;
    // System columns: where a copy of a row stands is not where the row does.
    if (node === 'VAR' && typeof varattno === 'number' && varattno < 0 && varattno !== TABLEOID) return true;
    if (node === 'QUERY' && (rowMarks !== null || hasModifyingCTE === true)) return true;
    if (typeof funcid === 'number' && SEQUENCE_FUNCTIONS.has(funcid)) return true;
  }
  return false;
}

/** TableOidAttributeNumber (access/sysattr.h): the same of a copy. */
const TABLEOID = -6;

/** nextval, currval, setval, setval with is_called, lastval. */
const SEQUENCE_FUNCTIONS: ReadonlySet<number> = new Set([1574, 1575, 1576, 1765, 2559]);

/** Whatever a user's function changes besides the target would be lost. */
function isBoundChange(query: Query): boolean {
  if (query.onConflict !== null || query.withCheckOptions !== null) return true;
  for (const node of treeNodes(query))
    for (const field of ['funcid', 'opfuncid', 'aggfnoid', 'winfnoid'])
      if (typeof node[field] === 'number' && node[field] >= FIRST_USER_OID) return true;
  return (query.rtable?.[query.resultRelation - 1]?.securityQuals ?? []).length > 0;
}

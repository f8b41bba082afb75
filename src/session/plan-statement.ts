import type { Statement } from '../sql/sql.ts';
import { closeStatement, declareCursorStatement, fetchStatement } from './cursor-statement.ts';
import { copyStatement } from './copy-statement.ts';
import { discardStatement } from './discard-statement.ts';
import { lockStatement } from './lock-statement.ts';
import { listenStatement, notifyStatement, unlistenStatement } from './notify-statement.ts';
import { commandPlan } from './plan.ts';
import type { Plan } from './plan.ts';
import { planQuery } from './plan-query.ts';
import {
  deallocateStatement,
  executeStatement,
  nestedExecuteStatement,
  prepareStatement,
} from './prepare-statement.ts';
import type { SessionState } from './session-state.ts';
import { sleepStatement } from './sleep-statement.ts';
import { setStatement } from './set-statement.ts';
import { showStatement } from './show-statement.ts';
import { transactionStatement } from './transaction-statement.ts';

/** Parse and Describe: the session's own statements here, all others by the database. */
export async function planStatement(state: SessionState, statement: Statement, oids: readonly number[]): Promise<Plan> {
  return (await ownPlan(state, statement, oids)) ?? (await planQuery(state, statement, oids));
}

async function ownPlan(state: SessionState, statement: Statement, oids: readonly number[]): Promise<Plan | undefined> {
  const { node } = statement;
  if (statement.kind === 'select')
    return (await sleepStatement(state, statement, oids)) ?? (await lockStatement(state, statement, oids));
  if ('TransactionStmt' in node) return transactionStatement(state, statement, node.TransactionStmt);
  if ('VariableSetStmt' in node) return setStatement(state, statement, node.VariableSetStmt);
  if ('VariableShowStmt' in node) return showStatement(state, statement, node.VariableShowStmt.name ?? '');
  if ('PrepareStmt' in node) return prepareStatement(state, statement, node.PrepareStmt);
  if ('ExecuteStmt' in node) return executeStatement(state, statement, node.ExecuteStmt);
  if ('ExplainStmt' in node) return await nestedExecuteStatement(state, statement, node.ExplainStmt.query);
  if ('CreateTableAsStmt' in node) return await nestedExecuteStatement(state, statement, node);
  if ('DeallocateStmt' in node) return deallocateStatement(state, statement, node.DeallocateStmt);
  if ('DeclareCursorStmt' in node) return await declareCursorStatement(state, statement, node.DeclareCursorStmt, oids);
  if ('FetchStmt' in node) return fetchStatement(state, statement, node.FetchStmt);
  if ('ClosePortalStmt' in node) return closeStatement(state, statement, node.ClosePortalStmt);
  if ('DiscardStmt' in node) return discardStatement(state, statement, node.DiscardStmt);
  if ('ListenStmt' in node) return listenStatement(state, statement, node.ListenStmt);
  if ('UnlistenStmt' in node) return unlistenStatement(state, statement, node.UnlistenStmt);
  if ('NotifyStmt' in node) return notifyStatement(state, statement, node.NotifyStmt);
  // Every constraint is checked when the statement runs; none is deferrable.
  if ('ConstraintsSetStmt' in node) return commandPlan(statement, () => 'SET CONSTRAINTS');
  if ('CopyStmt' in node) return copyStatement(state, statement);
  return undefined;
}

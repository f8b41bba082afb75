import type { ListenStmt, NotifyStmt, UnlistenStmt } from '@pgsql/types';
import type { Statement } from '../sql/sql.ts';
import { commandPlan } from './plan.ts';
import type { Plan } from './plan.ts';
import type { SessionState } from './session-state.ts';

/** LISTEN channel. */
export function listenStatement(state: SessionState, statement: Statement, node: ListenStmt): Plan {
  return commandPlan(statement, () => {
    state.notifications.listen(node.conditionname ?? '');
    return 'LISTEN';
  });
}

/** UNLISTEN channel and UNLISTEN *. */
export function unlistenStatement(state: SessionState, statement: Statement, node: UnlistenStmt): Plan {
  return commandPlan(statement, () => {
    state.notifications.unlisten(node.conditionname);
    return 'UNLISTEN';
  });
}

/** NOTIFY channel [, payload]. */
export function notifyStatement(state: SessionState, statement: Statement, node: NotifyStmt): Plan {
  return commandPlan(statement, () => {
    state.notifications.notify(node.conditionname ?? '', node.payload ?? '');
    return 'NOTIFY';
  });
}

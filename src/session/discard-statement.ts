import type { DiscardStmt } from '@pgsql/types';
import type { Statement } from '../sql/sql.ts';
import { insideTransaction } from './errors.ts';
import { commandPlan } from './plan.ts';
import { planQuery } from './plan-query.ts';
import type { Plan } from './plan.ts';
import type { SessionState } from './session-state.ts';

const TAGS: Readonly<Record<string, string>> = {
  DISCARD_ALL: 'DISCARD ALL',
  DISCARD_PLANS: 'DISCARD PLANS',
  DISCARD_SEQUENCES: 'DISCARD SEQUENCES',
  DISCARD_TEMP: 'DISCARD TEMP',
};

/** DISCARD: the session as it was at its start. */
export function discardStatement(state: SessionState, statement: Statement, node: DiscardStmt): Plan {
  return commandPlan(statement, async (running) => {
    const target = node.target ?? 'DISCARD_ALL';
    if (target !== 'DISCARD_ALL') {
      if (target === 'DISCARD_SEQUENCES') state.temporary?.discardSequences();
      if (target !== 'DISCARD_PLANS' && state.temporary?.isInUse === true)
        await (await planQuery(state, statement, [])).start({ formats: [], values: [] }, [], running);
      return TAGS[target] ?? 'DISCARD';
    }
    if (state.block.state !== 'implicit' || state.severalStatements) throw insideTransaction('DISCARD ALL');
    await state.closeAll();
    state.settings.values.resetAll();
    state.statements.clear();
    await state.temporary?.discardAll();
    state.notifications.unlisten();
    state.locks.releaseAll();
    return 'DISCARD ALL';
  });
}

import type { Prepared, StatementContext } from '../query/query.ts';
import type { Statement } from '../sql/sql.ts';
import type { Plan } from './plan.ts';
import { withSessionFacts } from './session-facts.ts';
import type { SessionState } from './session-state.ts';
import { mayLock } from './may-lock.ts';
import { maySleep } from './may-sleep.ts';

/** The plan of a statement that the database runs. */
export async function planQuery(state: SessionState, statement: Statement, oids: readonly number[]): Promise<Plan> {
  return queryPlan(state, statement, await state.host.database.prepare(statement, oids, contextOf(state, statement)));
}

/** The same at once, where the database knows the statement and may know its answer; undefined else. */
export function knownPlan(state: SessionState, statement: Statement, oids: readonly number[]): Plan | undefined {
  if (statement.kind !== 'select' || maySleep(statement) || mayLock(statement)) return undefined;
  const prepared = state.host.database.prepared?.(statement, oids, state.context());
  return prepared && queryPlan(state, statement, prepared);
}

function queryPlan(state: SessionState, statement: Statement, prepared: Prepared): Plan {
  return {
    statement,
    parameterOids: prepared.parameterOids,
    fields: prepared.fields,
    notices: prepared.notices,
    async start(parameters, formats, running) {
      running.check();
      const transaction = await state.block.transaction();
      const isLast = state.endsTransaction && state.block.state === 'implicit';
      return await transaction.execute(
        prepared,
        parameters,
        formats,
        contextOf(state, statement),
        running.signal,
        isLast,
      );
    },
    ...(prepared.known && {
      known: (parameters, formats) => prepared.known?.(parameters, formats, state.context()),
    }),
  };
}

function contextOf(state: SessionState, statement: Statement): StatementContext {
  return withSessionFacts(state, state.context(), statement.text);
}

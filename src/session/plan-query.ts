import type { Statement } from '../sql/sql.ts';
import type { Plan } from './plan.ts';
import type { SessionState } from './session-state.ts';

/** The plan of a statement that the database runs. */
export async function planQuery(state: SessionState, statement: Statement, oids: readonly number[]): Promise<Plan> {
  const prepared = await state.host.database.prepare(statement, oids, state.context());
  return {
    statement,
    parameterOids: prepared.parameterOids,
    fields: prepared.fields,
    notices: prepared.notices,
    async start(parameters, formats, running) {
      running.check();
      const transaction = await state.block.transaction();
      return await transaction.execute(prepared, parameters, formats, state.context(), running.signal);
    },
  };
}

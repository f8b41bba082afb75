import type { CopyIn, CopyOut } from '../query/query.ts';
import type { Statement } from '../sql/sql.ts';
import { connectionLost, copyFailed, lostSynchronization, unexpectedCopyMessage } from './errors.ts';
import { commandPlan } from './plan.ts';
import type { Plan } from './plan.ts';
import type { RunningStatement } from './running-statement.ts';
import type { SessionState } from './session-state.ts';

const NO_PARAMETERS = { formats: [], values: [] };

/**
 * COPY: the client is sent the rows, or asked for them, while the statement runs. It is read when it is executed, as
 * PostgreSQL does with every utility statement.
 */
export function copyStatement(state: SessionState, statement: Statement): Plan {
  return commandPlan(statement, async (running) => {
    const { database } = state.host;
    const prepared = await database.prepare(statement, [], state.context());
    running.check();
    const transaction = await state.block.transaction();
    const execution = await transaction.execute(prepared, NO_PARAMETERS, [], state.context(), running.signal);
    state.notices(execution.notices);
    if (execution.copyOut !== undefined) await sendCopy(state, execution.copyOut, running);
    if (execution.copyIn !== undefined) await receiveCopy(state, execution.copyIn, running);
    return execution.tag();
  });
}

async function sendCopy(state: SessionState, copy: CopyOut, running: RunningStatement): Promise<void> {
  const { client } = state;
  try {
    client.copyOutResponse(copy.format, copy.columns);
    for (let batch = await copy.rows.next(); batch !== undefined; batch = await copy.rows.next()) {
      client.copyRows(batch.bytes, batch.release);
      await client.writable();
      running.check();
    }
    client.copyDone();
  } finally {
    await copy.rows.close();
  }
}

async function receiveCopy(state: SessionState, copy: CopyIn, running: RunningStatement): Promise<void> {
  const { client } = state;
  try {
    client.copyInResponse(copy.format, copy.columns);
    client.flush();
    for (;;) {
      const input = await client.nextCopyInput(running.signal);
      running.check();
      switch (input.kind) {
        case 'bytes':
          await copy.write(input.bytes);
          running.check();
          break;
        case 'done':
          return state.notices(await copy.finish());
        case 'fail':
          throw await copy.inContext(copyFailed(input.message));
        case 'lost':
          throw connectionLost();
        case 'unexpected':
          // What is wrong, and that the session cannot go on: it does not know where the next message begins.
          state.client.error((await copy.inContext(unexpectedCopyMessage(input.type))).fields);
          throw lostSynchronization();
      }
    }
  } finally {
    await copy.close();
  }
}

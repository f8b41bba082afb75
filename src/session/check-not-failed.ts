import { failedTransaction } from './errors.ts';
import type { Plan } from './plan.ts';
import type { SessionState } from './session-state.ts';
import { isTransactionExit } from './transaction-statement.ts';

/** 25P02 in a failed block, but for the statements that end it. */
export function checkNotFailed(state: SessionState, plan: Plan | null): void {
  if (state.block.state === 'failed' && plan !== null && !isTransactionExit(plan.statement)) throw failedTransaction();
}

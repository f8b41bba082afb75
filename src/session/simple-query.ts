import { SqlError } from '../base/sql-error.ts';
import type { Statement } from '../sql/sql.ts';
import { byteOffsets } from '../sql/byte-offsets.ts';
import { dialectHint } from '../sql/dialect-hint.ts';
import { failedTransaction } from './errors.ts';
import type { Plan } from './plan.ts';
import { knownPlan } from './plan-query.ts';
import { planStatement } from './plan-statement.ts';
import { recordAnswered, recordStatement } from './record-statement.ts';
import type { StatementRecord } from './record-statement.ts';
import { RunningStatement } from './running-statement.ts';
import { sendRows } from './send-rows.ts';
import type { SessionState } from './session-state.ts';
import { isTransactionExit } from './transaction-statement.ts';

/**
 * A Query message (exec_simple_query): its statements share one implicit transaction, unless they hold BEGIN or COMMIT
 * themselves; the first error ends all of it. Undefined where nothing had to be waited for.
 */
export function simpleQuery(state: SessionState, text: string): Promise<void> | undefined {
  state.activity.begin(text);
  return answerKnown(state, text) ? undefined : runText(state, text);
}

/** Answers at once where the text is one statement whose answer is known; false where it is not. */
function answerKnown(state: SessionState, text: string): boolean {
  if (state.block.state === 'failed' || state.block.state === 'implicit' || state.portals.has('')) return false;
  const startedAt = performance.now();
  const statements = state.host.splitBefore(text);
  const plan = statements?.length === 1 ? knownPlan(state, statements[0]!, []) : undefined;
  if (plan === undefined || plan.parameterOids.length > 0) return false;
  const formats = (plan.fields ?? []).map(() => 0 as const);
  const answer = plan.known?.({ formats: [], values: [] }, formats);
  if (answer === undefined) return false;
  state.statements.delete('');
  if (state.block.state === 'block') state.block.use();
  state.notices(plan.notices);
  if (plan.fields !== null) state.client.rowDescription(plan.fields, formats);
  state.client.dataRows(answer.rows);
  state.client.commandComplete(answer.tag);
  recordAnswered(state, plan, startedAt, answer);
  return true;
}

async function runText(state: SessionState, text: string): Promise<void> {
  state.statements.delete('');
  await state.closePortal('');
  const statements = await splitText(state, text);
  if (statements.length === 0) state.client.emptyQuery();
  state.severalStatements = statements.length > 1;
  try {
    for (const [index, statement] of statements.entries())
      await recordStatement(state, statement.clientText, (record) =>
        runStatement(state, statement, index === statements.length - 1, record),
      );
  } finally {
    state.severalStatements = false;
    state.endsTransaction = false;
  }
  if (state.block.state === 'implicit') await state.commit();
}

/** Splits a client's text; what is wrong with it is reported as a statement of its own. */
export async function splitText(state: SessionState, text: string): Promise<readonly Statement[]> {
  try {
    return state.host.split(text);
  } catch (error) {
    const hinted = await dialectHint(error, text);
    return await recordStatement(state, text, () => Promise.reject(hinted));
  }
}

async function runStatement(
  state: SessionState,
  statement: Statement,
  isLast: boolean,
  record: StatementRecord,
): Promise<void> {
  if (state.block.state === 'failed' && !isTransactionExit(statement)) throw failedTransaction();
  state.enter();
  state.endsTransaction = isLast;
  const running = new RunningStatement();
  await state.run(running, async () => {
    const plan = await planStatement(state, statement, []);
    if (plan.parameterOids.length > 0) throw missingParameter(state, statement);
    state.notices(plan.notices);
    record.tag = await runPlan(state, plan, running, record);
  });
  if (isLast && state.block.state === 'implicit') await state.commit();
  state.client.commandComplete(record.tag!);
}

async function runPlan(
  state: SessionState,
  plan: Plan,
  running: RunningStatement,
  record: StatementRecord,
): Promise<string> {
  const formats = plan.formats ?? (plan.fields ?? []).map(() => 0 as const);
  const execution = await plan.start({ formats: [], values: [] }, formats, running);
  try {
    record.figures = execution.figures;
    if (plan.fields !== null) state.client.rowDescription(plan.fields, formats);
    await state.hear(execution);
    record.rowCount = (await sendRows(state, execution, 0, running)).rowCount;
    return execution.tag();
  } finally {
    await execution.rows?.close();
  }
}

/** A Query message can't have parameters (42P02). */
function missingParameter(state: SessionState, statement: Statement): SqlError {
  const token = state.host.grammar.scan(statement.text)?.find(({ kind }) => kind === 'parameter');
  const position = token && statement.toClientPosition(byteOffsets(statement.text).position(token.start));
  return new SqlError({
    sqlstate: '42P02',
    message: `there is no parameter ${token?.text ?? '$1'}`,
    ...(position !== undefined && { position }),
  });
}

import { finishedPortal } from './errors.ts';
import type { Plan } from './plan.ts';
import type { Portal } from './portal.ts';
import { recordAnswered, recordStatement } from './record-statement.ts';
import type { StatementRecord } from './record-statement.ts';
import type { Request } from './request.ts';
import { sendRows, tagOfPart } from './send-rows.ts';
import type { SessionState } from './session-state.ts';
import { checkNotFailed } from './check-not-failed.ts';
import { findPortal } from './find-portal.ts';

/**
 * Execute (exec_execute_message). Where Sync follows at once, the implicit transaction is committed first, so that a
 * lost commit is the error of this statement and not an error after its CommandComplete.
 */
export function executeRequest(
  state: SessionState,
  request: Extract<Request, { kind: 'execute' }>,
  syncFollows: boolean,
): Promise<void> | undefined {
  const portal = findPortal(state, request.portal);
  const { plan } = portal;
  state.activity.begin(portal.text);
  if (plan === null) {
    state.client.emptyQuery();
    return undefined;
  }
  checkNotFailed(state, plan);
  if (portal.finished && plan.fields === null) throw finishedPortal(portal.name);
  if (request.maxRows === 0 && executeKnown(state, portal, plan, syncFollows)) return undefined;
  return executePlan(state, portal, plan, request.maxRows, syncFollows);
}

/** Answers at once where the whole answer is known; false where it is not. */
function executeKnown(state: SessionState, portal: Portal, plan: Plan, syncFollows: boolean): boolean {
  if (portal.execution !== undefined || portal.cursor !== undefined) return false;
  const startedAt = performance.now();
  const answer = plan.known?.(portal.parameters, portal.formats);
  if (answer === undefined) return false;
  state.enter();
  state.block.use();
  if (syncFollows && state.block.state === 'implicit' && !state.commitNothing()) return false;
  portal.answered(answer.tag);
  state.client.dataRows(answer.rows);
  state.client.commandComplete(answer.tag);
  recordAnswered(state, plan, startedAt, answer);
  return true;
}

async function executePlan(
  state: SessionState,
  portal: Portal,
  plan: Plan,
  maxRows: number,
  syncFollows: boolean,
): Promise<void> {
  state.endsTransaction = syncFollows;
  await recordStatement(state, plan.statement.clientText, async (record) => {
    const ended = await runPortal(state, portal, plan, maxRows, record);
    if (ended && syncFollows && state.block.state === 'implicit') await state.commit();
    if (ended) state.client.commandComplete(record.tag!);
    else state.client.portalSuspended();
  });
}

/** Runs a portal from where it is; answers whether it came to its end. */
async function runPortal(
  state: SessionState,
  portal: Portal,
  plan: Plan,
  maxRows: number,
  record: StatementRecord,
): Promise<boolean> {
  state.enter();
  return await state.run(portal.running, async () => {
    if (portal.cursor !== undefined) return await runCursor(state, portal, maxRows, record);
    const isFirst = portal.execution === undefined;
    const execution = (portal.execution ??= await plan.start(portal.parameters, portal.formats, portal.running));
    record.figures = execution.figures;
    if (isFirst) await state.hear(execution);
    const sent = await sendRows(state, execution, maxRows, portal.running);
    record.rowCount = sent.rowCount;
    if (!sent.ended) return false;
    const inParts = !isFirst || portal.finished;
    portal.finished = true;
    record.tag = inParts ? tagOfPart(execution.tag(), sent.rowCount) : execution.tag();
    return true;
  });
}

/** Execute on the portal that DECLARE made. */
async function runCursor(
  state: SessionState,
  portal: Portal,
  maxRows: number,
  record: StatementRecord,
): Promise<boolean> {
  const cursor = portal.cursor!;
  const stream = {
    next: async (rows: number = CURSOR_STEP_ROWS) => {
      const batch = await cursor.rows.forward(rows);
      return batch.rowCount === 0 ? undefined : batch;
    },
    close: async () => {},
  };
  const sent = await sendRows(state, { ...portal.execution!, rows: stream }, maxRows, portal.running);
  record.rowCount = sent.rowCount;
  record.tag = `SELECT ${sent.rowCount}`;
  return sent.ended;
}

const CURSOR_STEP_ROWS = 1000;

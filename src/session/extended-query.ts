import type { BindRequest, Request } from './request.ts';
import {
  failedTransaction,
  finishedPortal,
  multipleStatements,
  duplicateCursor,
  tooManyOfSession,
  unknownPortal,
  unknownStatement,
  wrongFormatCount,
  wrongParameterCount,
} from './errors.ts';
import type { Plan } from './plan.ts';
import { planStatement } from './plan-statement.ts';
import { Portal } from './portal.ts';
import { storeStatement } from './prepare-statement.ts';
import { recordStatement } from './record-statement.ts';
import type { StatementRecord } from './record-statement.ts';
import { RunningStatement } from './running-statement.ts';
import { sendRows, tagOfPart } from './send-rows.ts';
import type { SessionState } from './session-state.ts';
import { splitText } from './simple-query.ts';
import { isTransactionExit } from './transaction-statement.ts';

/** Parse (exec_parse_message). */
export async function parse(state: SessionState, request: Extract<Request, { kind: 'parse' }>): Promise<void> {
  if (request.name === '') state.statements.delete('');
  const [statement, ...others] = await splitText(state, request.text);
  if (others.length > 0) throw multipleStatements();
  if (statement === undefined) {
    storeStatement(state, request.name, null);
  } else {
    if (state.block.state === 'failed' && !isTransactionExit(statement)) throw failedTransaction();
    state.enter();
    const running = new RunningStatement();
    const planned = () => state.run(running, () => planStatement(state, statement, request.parameterOids));
    const plan = await unlessItFails(state, statement.clientText, planned);
    state.notices(plan.notices);
    storeStatement(state, request.name, plan);
  }
  state.client.parseComplete();
}

/** Bind (exec_bind_message). */
export async function bind(state: SessionState, request: BindRequest): Promise<void> {
  const plan = findStatement(state, request.statement);
  const { parameterFormats, values, resultFormats } = request;
  if (parameterFormats.length > 1 && parameterFormats.length !== values.length)
    throw wrongFormatCount('parameter', parameterFormats.length, values.length);
  const wanted = plan?.parameterOids.length ?? 0;
  if (values.length !== wanted) throw wrongParameterCount(request.statement, values.length, wanted);
  checkNotFailed(state, plan);
  state.enter();
  const width = plan?.fields?.length ?? 0;
  if (resultFormats.length > 1 && resultFormats.length !== width)
    throw wrongFormatCount('result', resultFormats.length, width);
  if (request.portal === '') await state.closePortal('');
  else if (state.portals.has(request.portal)) throw duplicateCursor(request.portal);
  const limit = state.host.limits.portals;
  if (state.portals.size >= limit)
    throw tooManyOfSession('portals', limit, 'Close those that are not needed any more.');
  const asked = Array.from({ length: width }, (_, column) => resultFormats[column] ?? resultFormats[0] ?? 0);
  const formats = plan?.formats ?? asked;
  const parameters = { formats: parameterFormats, values };
  state.portals.set(request.portal, new Portal(request.portal, plan, parameters, formats, state.block.depth));
  state.client.bindComplete();
}

/** Describe of a statement or a portal. */
export function describe(state: SessionState, of: 'statement' | 'portal', name: string): void {
  const portal = of === 'portal' ? findPortal(state, name) : undefined;
  const plan = portal === undefined ? findStatement(state, name) : portal.plan;
  const fields = plan?.fields ?? null;
  if (fields !== null) checkNotFailed(state, plan);
  if (of === 'statement') state.client.parameterDescription(plan?.parameterOids ?? []);
  if (fields === null) state.client.noData();
  else state.client.rowDescription(fields, portal?.formats ?? []);
}

/**
 * Execute (exec_execute_message). Where Sync follows at once, the implicit transaction is committed first, so that a
 * lost commit is the error of this statement and not an error after its CommandComplete.
 */
export async function execute(
  state: SessionState,
  request: Extract<Request, { kind: 'execute' }>,
  syncFollows: boolean,
): Promise<void> {
  const portal = findPortal(state, request.portal);
  const { plan } = portal;
  if (plan === null) {
    state.client.emptyQuery();
    return;
  }
  checkNotFailed(state, plan);
  if (portal.finished && plan.fields === null) throw finishedPortal(portal.name);
  await recordStatement(state, plan.statement.clientText, async (record) => {
    const ended = await runPortal(state, portal, plan, request.maxRows, record);
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
    if (isFirst) state.notices(execution.notices);
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

/** Close of a statement or a portal; there need not be one. */
export async function close(state: SessionState, of: 'statement' | 'portal', name: string): Promise<void> {
  if (of === 'statement') state.statements.delete(name);
  else await state.closePortal(name);
  state.client.closeComplete();
}

function findStatement(state: SessionState, name: string): Plan | null {
  const plan = state.statements.get(name);
  if (plan === undefined) throw unknownStatement(name);
  return plan;
}

function findPortal(state: SessionState, name: string): Portal {
  const portal = state.portals.get(name);
  if (portal === undefined) throw unknownPortal(name);
  return portal;
}

function checkNotFailed(state: SessionState, plan: Plan | null): void {
  if (state.block.state === 'failed' && plan !== null && !isTransactionExit(plan.statement)) throw failedTransaction();
}

/** Statements that are only parsed are reported when that fails. */
async function unlessItFails<T>(state: SessionState, text: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    return await recordStatement<T>(state, text, () => Promise.reject(error));
  }
}

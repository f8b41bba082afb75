import { failedTransaction, multipleStatements } from './errors.ts';
import { knownPlan } from './plan-query.ts';
import { planStatement } from './plan-statement.ts';
import { storeStatement } from './prepare-statement.ts';
import { recordStatement } from './record-statement.ts';
import type { Request } from './request.ts';
import { RunningStatement } from './running-statement.ts';
import type { SessionState } from './session-state.ts';
import { splitText } from './simple-query.ts';
import { isTransactionExit } from './transaction-statement.ts';

type ParseRequest = Extract<Request, { kind: 'parse' }>;

/** Parse (exec_parse_message). Undefined where nothing had to be waited for. */
export function parseRequest(state: SessionState, request: ParseRequest): Promise<void> | undefined {
  state.activity.begin(request.text);
  return parseKnown(state, request) ? undefined : parseText(state, request);
}

/** Parses at once where the text is one statement that the database knows; false where it is not. */
function parseKnown(state: SessionState, request: ParseRequest): boolean {
  const made = { text: request.text, isFromSql: false };
  if (state.block.state === 'failed') return false;
  const statements = state.host.splitBefore(request.text);
  const plan = statements?.length === 1 ? knownPlan(state, statements[0]!, request.parameterOids) : undefined;
  if (plan === undefined) return false;
  if (request.name === '') state.statements.delete('');
  state.enter();
  state.notices(plan.notices);
  storeStatement(state, request.name, plan, made);
  state.client.parseComplete();
  return true;
}

async function parseText(state: SessionState, request: ParseRequest): Promise<void> {
  const made = { text: request.text, isFromSql: false };
  if (request.name === '') state.statements.delete('');
  const [statement, ...others] = await splitText(state, request.text);
  if (others.length > 0) throw multipleStatements();
  if (statement === undefined) {
    storeStatement(state, request.name, null, made);
  } else {
    if (state.block.state === 'failed' && !isTransactionExit(statement)) throw failedTransaction();
    state.enter();
    const running = new RunningStatement();
    const planned = () => state.run(running, () => planStatement(state, statement, request.parameterOids));
    const plan = await unlessItFails(state, statement.clientText, planned);
    state.notices(plan.notices);
    storeStatement(state, request.name, plan, made);
  }
  state.client.parseComplete();
}

/** Statements that are only parsed are reported when that fails. */
async function unlessItFails<T>(state: SessionState, text: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    return await recordStatement<T>(state, text, () => Promise.reject(error));
  }
}

import { SqlError } from '../base/sql-error.ts';
import { duplicateCursor, tooManyOfSession, wrongFormatCount, wrongParameterCount } from './errors.ts';
import type { Plan } from './plan.ts';
import { checkSessionMemory, valueBytes } from './check-session-memory.ts';
import { checkNotFailed } from './check-not-failed.ts';
import { findStatement } from './find-statement.ts';
import { Portal } from './portal.ts';
import type { BindRequest } from './request.ts';
import { RunningStatement } from './running-statement.ts';
import type { SessionState } from './session-state.ts';
import { columnFormats } from '../query/statement-run.ts';

/** The unnamed portal is replaced by the next one: small ones are not worth counting. */
const SMALL_BYTES = 64 * 1024;

/** Bind (exec_bind_message). Undefined where nothing had to be waited for. */
export function bindRequest(state: SessionState, request: BindRequest): Promise<void> | undefined {
  const plan = findStatement(state, request.statement);
  state.activity.begin(state.statements.get(request.statement)!.text);
  checkCounts(state, request, plan);
  const closing = request.portal === '' ? state.closePortal('') : undefined;
  if (closing === undefined) return checkValues(state, request, plan);
  return closing.then(() => checkValues(state, request, plan));
}

function checkCounts(state: SessionState, request: BindRequest, plan: Plan | null): void {
  const { parameterFormats, values } = request;
  if (parameterFormats.length > 1 && parameterFormats.length !== values.length)
    throw wrongFormatCount('parameter', parameterFormats.length, values.length);
  const wanted = plan?.parameterOids.length ?? 0;
  if (values.length !== wanted) throw wrongParameterCount(request.statement, values.length, wanted);
  checkNotFailed(state, plan);
  state.enter();
}

/** Values are read as their types do, here and not when the portal runs. */
function checkValues(state: SessionState, request: BindRequest, plan: Plan | null): Promise<void> | undefined {
  if (request.portal !== '' && state.portals.has(request.portal)) throw duplicateCursor(request.portal);
  const running = new RunningStatement();
  const { database } = state.host;
  const parameters = { formats: request.parameterFormats, values: request.values };
  const checking =
    plan === null || plan.parameterOids.length === 0
      ? undefined
      : database.checkParameters?.(plan.parameterOids, parameters, state.context(), () => running.signal);
  if (checking === undefined) return openPortal(state, request, plan);
  return state
    .run(running, () => checking)
    .then(
      () => openPortal(state, request, plan),
      (error: unknown) => {
        throw inPortal(error, request.portal);
      },
    );
}

/** The context names the portal. */
function inPortal(error: unknown, portal: string): unknown {
  if (portal === '' || !(error instanceof SqlError) || error.fields.where === undefined) return error;
  return error.with({ where: error.fields.where.replace(/^unnamed portal (?=parameter )/m, `portal "${portal}" `) });
}

function openPortal(state: SessionState, request: BindRequest, plan: Plan | null): undefined {
  const limit = state.host.limits.portals;
  if (state.portals.size >= limit)
    throw tooManyOfSession('portals', limit, 'Close those that are not needed any more.');
  const bytes = valueBytes(request.values);
  if (request.portal !== '' || bytes > SMALL_BYTES) checkSessionMemory(state, bytes);
  const width = plan?.fields?.length ?? 0;
  const { resultFormats } = request;
  if (resultFormats.length > 1 && resultFormats.length !== width)
    throw wrongFormatCount('result', resultFormats.length, width);
  const formats = plan?.formats ?? columnFormats(resultFormats, width);
  const parameters = { formats: request.parameterFormats, values: request.values };
  const { text } = state.statements.get(request.statement)!;
  state.portals.set(request.portal, new Portal(request.portal, plan, parameters, formats, state.block.depth, text));
  state.client.bindComplete();
}

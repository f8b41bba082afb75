import { duplicateCursor, tooManyOfSession, wrongFormatCount, wrongParameterCount } from './errors.ts';
import { checkNotFailed } from './check-not-failed.ts';
import { findStatement } from './find-statement.ts';
import { Portal } from './portal.ts';
import type { BindRequest } from './request.ts';
import type { SessionState } from './session-state.ts';

/** Bind (exec_bind_message). */
export async function bindRequest(state: SessionState, request: BindRequest): Promise<void> {
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

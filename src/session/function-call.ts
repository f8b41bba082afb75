import { sqlName } from '../base/sql-name.ts';
import {
  failedTransaction,
  notAFastpathFunction,
  unknownFunction,
  wrongFunctionArguments,
  wrongFunctionFormats,
} from './errors.ts';
import { planStatement } from './plan-statement.ts';
import { recordStatement } from './record-statement.ts';
import type { FunctionCallRequest } from './request.ts';
import { RunningStatement } from './running-statement.ts';
import type { SessionState } from './session-state.ts';
import { splitRows } from './text-rows.ts';

/**
 * FunctionCall (fastpath.c): the function is called as a SELECT calls it, with the same rights and the same refusals.
 * A strict function with a null argument answers null, as there.
 */
export async function functionCall(state: SessionState, request: FunctionCallRequest): Promise<void> {
  if (state.block.state === 'failed') throw failedTransaction();
  state.activity.begin('<FASTPATH> function call');
  state.enter();
  const called = await findFunction(state, request.functionOid);
  checkArguments(request, called.argumentOids.length);
  const text = `SELECT ${called.name}(${called.argumentOids.map((_, index) => `$${index + 1}`).join(', ')})`;
  const value = await recordStatement(state, text, async (record) => {
    const answer = await callFunction(state, request, text, called.argumentOids);
    record.tag = 'SELECT 1';
    record.rowCount = 1;
    if (state.block.state === 'implicit') await state.commit();
    return answer;
  });
  state.client.functionCallResponse(value);
}

async function callFunction(
  state: SessionState,
  request: FunctionCallRequest,
  text: string,
  oids: readonly number[],
): Promise<Uint8Array | null> {
  const running = new RunningStatement();
  return await state.run(running, async () => {
    const [statement] = state.host.split(text);
    const plan = await planStatement(state, statement!, oids);
    state.notices(plan.notices);
    const parameters = { formats: request.argumentFormats, values: request.values };
    const execution = await plan.start(parameters, [request.resultFormat], running);
    try {
      await state.hear(execution);
      const batch = await execution.rows?.next();
      return batch === undefined ? null : (splitRows(batch.bytes)[0]?.[0] ?? null);
    } finally {
      await execution.rows?.close();
    }
  });
}

type Called = { readonly name: string; readonly argumentOids: readonly number[] };

async function findFunction(state: SessionState, oid: number): Promise<Called> {
  const [row] = await state.query(
    `SELECT n.nspname, p.proname, p.prokind = 'f' AND NOT p.proretset, pg_catalog.array_to_string(p.proargtypes, ' ')
     FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace WHERE p.oid = ${oid}`,
  );
  if (row === undefined) throw unknownFunction(oid);
  const [schema, name, isPlain, argumentOids] = row;
  if (isPlain !== 't') throw notAFastpathFunction(name!);
  return {
    // What one of ours stands in the place of is known by its old oid too.
    name: `${sqlName(schema!)}.${sqlName(name!.replace(/^bergwire_/, ''))}`,
    argumentOids: argumentOids ? argumentOids.split(' ').map(Number) : [],
  };
}

function checkArguments({ values, argumentFormats }: FunctionCallRequest, wanted: number): void {
  if (values.length !== wanted) throw wrongFunctionArguments(values.length, wanted);
  if (argumentFormats.length > 1 && argumentFormats.length !== values.length)
    throw wrongFunctionFormats(argumentFormats.length, values.length);
}

import { setTimeout as wait } from 'node:timers/promises';
import type { Node, SelectStmt } from '@pgsql/types';
import { decodeUtf8 } from '../pgtype/decode-utf8.ts';
import type { RowBatch } from '../engine/engine.ts';
import type { BoundParameters } from '../query/query.ts';
import type { Statement } from '../sql/sql.ts';
import { maySleep } from './may-sleep.ts';
import { NO_FIGURES } from './plan.ts';
import type { Plan } from './plan.ts';
import { planQuery } from './plan-query.ts';
import type { SessionState } from './session-state.ts';
import { rowsOf } from './text-rows.ts';

const VOID_OID = 2278;
/** Node's timers do not wait longer (2^31 - 1 ms). */
const LONGEST_SECONDS = 2_147_483;

/**
 * `SELECT pg_sleep(seconds)` of a constant or a parameter is waited for here, where it holds nothing that others need.
 * Every other way to sleep, and what is not plainly a number, is the embedded Postgres' own.
 */
export async function sleepStatement(
  state: SessionState,
  statement: Statement,
  oids: readonly number[],
): Promise<Plan | undefined> {
  if (!maySleep(statement) || !('SelectStmt' in statement.node)) return undefined;
  const argument = sleepArgument(statement.node.SelectStmt);
  if (argument === undefined) return undefined;
  const described = await planQuery(state, statement, oids);
  if (described.fields?.length !== 1 || described.fields[0]?.typeOid !== VOID_OID) return described;
  return {
    ...described,
    async start(parameters, formats, running) {
      const seconds = secondsOf(argument, parameters);
      if (seconds === undefined || !(seconds <= LONGEST_SECONDS))
        return await described.start(parameters, formats, running);
      running.check();
      // A value of type void has no bytes, in either format.
      const rows = rowsOf([['']]);
      let isOver = false;
      const next = async (maxRows?: number): Promise<RowBatch | undefined> => {
        if (!isOver && seconds > 0) await wait(Math.ceil(seconds * 1000), undefined, { signal: running.signal });
        isOver = true;
        return await rows.next(maxRows);
      };
      return { rows: { ...rows, next }, tag: () => 'SELECT 1', notices: [], figures: NO_FIGURES };
    },
  };
}

/** What the only call sleeps, if the statement is nothing but it. */
function sleepArgument(select: SelectStmt): Node | undefined {
  const plain = Object.keys(select).every((key) => key === 'targetList' || key === 'limitOption' || key === 'op');
  const [target, ...others] = select.targetList ?? [];
  if (!plain || others.length > 0 || target === undefined || !('ResTarget' in target)) return undefined;
  const { val } = target.ResTarget;
  if (val === undefined || !('FuncCall' in val)) return undefined;
  // Whatever else a call may say, Postgres refuses or reads it.
  const known = new Set(['funcname', 'args', 'funcformat', 'location']);
  if (Object.keys(val.FuncCall).some((key) => !known.has(key))) return undefined;
  const names = (val.FuncCall.funcname ?? []).map((name) => ('String' in name ? name.String.sval : undefined));
  const isSleep = names.at(-1) === 'pg_sleep' && (names.length === 1 || names[0] === 'pg_catalog');
  const [argument, ...rest] = val.FuncCall.args ?? [];
  return isSleep && rest.length === 0 ? argument : undefined;
}

/** Undefined where it is not plainly a number. */
function secondsOf(node: Node, parameters: BoundParameters): number | undefined {
  if ('ParamRef' in node) return parameterSeconds(parameters, (node.ParamRef.number ?? 1) - 1);
  if (!('A_Const' in node)) return undefined;
  const { ival, fval, sval } = node.A_Const;
  if (ival !== undefined) return ival.ival ?? 0;
  return plainNumber(fval?.fval ?? sval?.sval);
}

/** pg_sleep() takes a double precision: eight bytes in binary. */
function parameterSeconds({ formats, values }: BoundParameters, index: number): number | undefined {
  const value = values[index] ?? undefined;
  if (value === undefined) return undefined;
  const isBinary = (formats.length > 1 ? formats[index] : formats[0]) === 1;
  if (!isBinary) return plainNumber(decodeUtf8(value));
  return value.length === 8 ? new DataView(value.buffer, value.byteOffset, 8).getFloat64(0) : undefined;
}

function plainNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[-+]?\d{1,9}(?:\.\d{0,9})?$/.test(text) ? Number(text) : undefined;
}

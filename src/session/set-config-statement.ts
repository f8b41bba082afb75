import type { FuncCall, Node, SelectStmt } from '@pgsql/types';
import { decodeUtf8 } from '../pgtype/decode-utf8.ts';
import type { RowBatch } from '../engine/engine.ts';
import type { BoundParameters } from '../query/query.ts';
import type { Statement } from '../sql/sql.ts';
import { notSupported } from '../base/sql-error.ts';
import { changeSetting } from './change-setting.ts';
import { mayBeSetConfig } from './may-be-set-config.ts';
import { readBoolean } from './own-settings.ts';
import { NO_FIGURES } from './plan.ts';
import type { Plan } from './plan.ts';
import { planQuery } from './plan-query.ts';
import type { SessionState } from './session-state.ts';
import { shownValue } from './show-statement.ts';
import { textRows } from './text-rows.ts';

/**
 * `SELECT set_config(name, value, is_local)`, of constants and parameters, alone or next to others of its kind: the
 * only function that changes the session. In other places it is refused, since the embedded Postgres would forget.
 */
export async function setConfigStatement(
  state: SessionState,
  statement: Statement,
  oids: readonly number[],
): Promise<Plan | undefined> {
  if (!mayBeSetConfig(statement) || !('SelectStmt' in statement.node)) return undefined;
  const calls = setConfigCalls(statement.node.SelectStmt);
  if (calls === undefined) return undefined;
  const described = await planQuery(state, statement, oids);
  return {
    ...described,
    async start(parameters) {
      let done = false;
      const next = async (): Promise<RowBatch | undefined> => {
        if (done) return undefined;
        done = true;
        const row: (string | null)[] = [];
        for (const call of calls) row.push(await setConfig(state, call, parameters));
        return textRows([row]);
      };
      return { rows: { next, close: async () => {} }, tag: () => 'SELECT 1', notices: [], figures: NO_FIGURES };
    },
  };
}

async function setConfig(state: SessionState, call: FuncCall, parameters: BoundParameters): Promise<string | null> {
  const [name, value, isLocal] = (call.args ?? []).map((arg) => argument(arg, parameters));
  if (name === null || name === undefined || value === undefined || value === null)
    throw notSupported('set_config with a null', 'Use RESET for the initial value.');
  await changeSetting(state, name, value, readBoolean(isLocal ?? 'false') ?? false);
  return shownValue(state, name);
}

/** The calls, if the statement is nothing but them. */
function setConfigCalls(select: SelectStmt): readonly FuncCall[] | undefined {
  const plain = Object.keys(select).every((key) => key === 'targetList' || key === 'limitOption' || key === 'op');
  const calls = (select.targetList ?? []).map((target) => 'ResTarget' in target && setConfigCall(target.ResTarget.val));
  return plain && calls.length > 0 && calls.every((call) => call !== false) ? calls : undefined;
}

function setConfigCall(node: Node | undefined): FuncCall | false {
  if (node === undefined || !('FuncCall' in node)) return false;
  const names = (node.FuncCall.funcname ?? []).map((name) => ('String' in name ? name.String.sval : undefined));
  const isIt = names.at(-1) === 'set_config' && (names.length === 1 || names[0] === 'pg_catalog');
  const args = node.FuncCall.args ?? [];
  return isIt && args.length === 3 && args.every((arg) => isSimple(arg)) ? node.FuncCall : false;
}

function isSimple(node: Node): boolean {
  if ('TypeCast' in node) return node.TypeCast.arg !== undefined && isSimple(node.TypeCast.arg);
  return 'A_Const' in node || 'ParamRef' in node;
}

function argument(node: Node, parameters: BoundParameters): string | null {
  if ('TypeCast' in node) return argument(node.TypeCast.arg!, parameters);
  if ('ParamRef' in node) return parameterText(parameters, (node.ParamRef.number ?? 1) - 1);
  const constant = ('A_Const' in node ? node.A_Const : {}) as {
    readonly isnull?: boolean;
    readonly sval?: { readonly sval?: string };
    readonly boolval?: { readonly boolval?: boolean };
  };
  if (constant.isnull === true) return null;
  return constant.sval === undefined ? String(constant.boolval?.boolval ?? false) : (constant.sval.sval ?? '');
}

/** Text is the same in both formats; a boolean in binary is one byte. */
function parameterText(parameters: BoundParameters, index: number): string | null {
  const value = parameters.values[index] ?? null;
  if (value === null) return null;
  const isBinary = (parameters.formats.length > 1 ? parameters.formats[index] : parameters.formats[0]) === 1;
  return isBinary && value.length === 1 && value[0]! < 2 ? String(value[0] === 1) : decodeUtf8(value);
}

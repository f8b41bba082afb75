import type { Node, VariableSetStmt } from '@pgsql/types';
import type { Statement } from '../sql/sql.ts';
import { changeSetting, isTransactionMode } from './change-setting.ts';
import { noTransaction, tooManySettingArguments } from './errors.ts';
import { notSupported } from '../base/sql-error.ts';
import { commandPlan } from './plan.ts';
import type { Plan } from './plan.ts';
import { resetSetting } from './reset-setting.ts';
import type { SessionState } from './session-state.ts';
import { transactionModes } from './transaction-modes.ts';

/** SET, SET LOCAL, SET TRANSACTION, SET SESSION CHARACTERISTICS, RESET and RESET ALL. */
export function setStatement(state: SessionState, statement: Statement, set: VariableSetStmt): Plan {
  return commandPlan(statement, async () => {
    await runSet(state, statement, set);
    return isReset(set) ? 'RESET' : 'SET';
  });
}

function isReset({ kind }: VariableSetStmt): boolean {
  return kind === 'VAR_RESET' || kind === 'VAR_RESET_ALL';
}

async function runSet(state: SessionState, statement: Statement, set: VariableSetStmt): Promise<void> {
  const name = set.name ?? '';
  if (set.is_local === true && !inBlock(state)) warnOutside(state, 'SET LOCAL');
  switch (set.kind) {
    case 'VAR_SET_VALUE':
      return await changeSetting(state, name, await valueOf(state, statement, set), set.is_local ?? false);
    case 'VAR_SET_CURRENT':
      return await changeSetting(state, name, state.settings.get(name), set.is_local ?? false);
    case 'VAR_SET_MULTI':
      return setModes(state, name, set.args ?? []);
    case 'VAR_RESET_ALL':
      return state.settings.values.resetAll(['role']);
    default:
      if (isReset(set) && isTransactionMode(name.toLowerCase()) && !inBlock(state))
        warnOutside(state, 'RESET TRANSACTION');
      return await resetSetting(state, name, set.is_local ?? false);
  }
}

function setModes(state: SessionState, name: string, options: readonly Node[]): void {
  if (name === 'TRANSACTION SNAPSHOT')
    throw notSupported('SET TRANSACTION SNAPSHOT', 'Read a table AS OF a snapshot instead.');
  if (name === 'TRANSACTION') {
    if (!inBlock(state)) warnOutside(state, 'SET TRANSACTION');
    state.block.changeModes(transactionModes(options, state.block.modes));
    return;
  }
  const modes = transactionModes(options, state.settings.defaultModes());
  const { values } = state.settings;
  values.set('default_transaction_isolation', modes.isolation, false);
  values.set('default_transaction_read_only', modes.readOnly ? 'on' : 'off', false);
  values.set('default_transaction_deferrable', modes.deferrable ? 'on' : 'off', false);
}

function inBlock(state: SessionState): boolean {
  return state.block.state === 'block' || state.severalStatements;
}

function warnOutside(state: SessionState, command: string): void {
  const { sqlstate, message } = noTransaction(command).fields;
  state.warn(sqlstate, message);
}

/** `SET TIME ZONE INTERVAL '2' HOUR` is an expression; everything else is constants. */
async function valueOf(state: SessionState, statement: Statement, set: VariableSetStmt): Promise<string> {
  const [first] = set.args ?? [];
  if (first === undefined || !('TypeCast' in first)) return flatten(set.name ?? '', set.args ?? []);
  const word = state.host.grammar.scan(statement.text)?.find(({ text }) => text.toLowerCase() === 'interval');
  const expression = Buffer.from(statement.text).toString('utf8', word?.start ?? 0);
  const [row] = await state.query(`SELECT CAST((${expression}) AS pg_catalog.text)`);
  return `INTERVAL '${row?.[0] ?? ''}'`;
}

/** guc_funcs.c, flatten_set_variable_args: the arguments of SET as the text that set_config takes. */
function flatten(name: string, args: readonly Node[]): string {
  const key = name.toLowerCase();
  if (args.length > 1 && !LISTS.has(key)) throw tooManySettingArguments(name);
  return args.map((arg) => argumentText(arg, QUOTED_LISTS.has(key))).join(', ');
}

/** GUC_LIST_INPUT, and of these GUC_LIST_QUOTE, among the settings of sessions. */
const LISTS: ReadonlySet<string> = new Set(['search_path', 'datestyle', 'temp_tablespaces', 'createrole_self_grant']);
const QUOTED_LISTS: ReadonlySet<string> = new Set(['search_path', 'temp_tablespaces']);

function argumentText(arg: Node, quoted: boolean): string {
  if (!('A_Const' in arg)) throw new Error('an argument of SET that is no constant');
  const { ival, fval, sval, boolval, bsval } = arg.A_Const as Constant;
  if (sval !== undefined) return quoted ? quoteName(sval.sval ?? '') : (sval.sval ?? '');
  if (fval !== undefined) return fval.fval ?? '0';
  if (boolval !== undefined) return String(boolval.boolval ?? false);
  if (bsval !== undefined) return bsval.bsval ?? '';
  return String(ival?.ival ?? 0);
}

type Constant = {
  readonly ival?: { readonly ival?: number };
  readonly fval?: { readonly fval?: string };
  readonly sval?: { readonly sval?: string };
  readonly boolval?: { readonly boolval?: boolean };
  readonly bsval?: { readonly bsval?: string };
};

/** quote_identifier, without the list of keywords: a schema may be called like one and needs no quotes in a list. */
function quoteName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

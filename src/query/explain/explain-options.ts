import type { DefElem, ExplainStmt, Node } from '@pgsql/types';
import { SqlError } from '../../base/sql-error.ts';

export type ExplainOptions = {
  readonly analyse: boolean;
  readonly verbose: boolean;
  /** Times of planning and execution at the end. */
  readonly summary: boolean;
  readonly format: 'text' | 'json' | 'xml' | 'yaml';
};

/** Options that say what of the plan is shown; the engine's plan has its own form. */
const SWITCHES = new Set([
  'analyze',
  'verbose',
  'costs',
  'buffers',
  'wal',
  'settings',
  'generic_plan',
  'timing',
  'summary',
  'memory',
]);

/** Reads the options as PostgreSQL does (ParseExplainOptionList); `position` finds an option's name in the client's text. */
export function explainOptions(node: ExplainStmt, position: (option: string) => number | undefined): ExplainOptions {
  const on = new Map<string, boolean>();
  let format: ExplainOptions['format'] = 'text';
  for (const option of node.options ?? []) {
    if (!('DefElem' in option)) continue;
    const name = option.DefElem.defname ?? '';
    const at = position(name);
    if (SWITCHES.has(name)) on.set(name, isOn(option.DefElem));
    else if (name === 'format') format = oneOf(option.DefElem, ['text', 'json', 'xml', 'yaml'], at);
    else if (name === 'serialize') on.set(name, oneOf(option.DefElem, ['text', 'binary', 'none', 'off'], at) !== 'off');
    else throw unrecognizedOption(name, at);
  }
  const analyse = on.get('analyze') === true;
  for (const name of ['wal', 'timing', 'serialize']) if (on.get(name) === true && !analyse) throw requiresAnalyze(name);
  if (on.get('generic_plan') === true && analyse)
    throw invalid('EXPLAIN options ANALYZE and GENERIC_PLAN cannot be used together');
  return { analyse, verbose: on.get('verbose') === true, summary: on.get('summary') ?? analyse, format };
}

/** The form that is asked for; what is wrong with the options shows when they are read (ExplainResultDesc). */
export function explainFormat(node: ExplainStmt): string {
  const option = (node.options ?? []).findLast((item) => 'DefElem' in item && item.DefElem.defname === 'format');
  const arg = option !== undefined && 'DefElem' in option ? option.DefElem.arg : undefined;
  return arg === undefined ? 'text' : valueOf(arg);
}

/** defGetBoolean. */
function isOn({ defname, arg }: DefElem): boolean {
  if (arg === undefined) return true;
  const value = valueOf(arg);
  if (['true', 'on', '1'].includes(value)) return true;
  if (['false', 'off', '0'].includes(value)) return false;
  throw new SqlError({ sqlstate: '42601', message: `${defname} requires a Boolean value` });
}

function oneOf<Value extends string>(
  { defname, arg }: DefElem,
  values: readonly Value[],
  position: number | undefined,
): Value {
  if (arg === undefined) throw new SqlError({ sqlstate: '42601', message: `${defname} requires a parameter` });
  const given = valueOf(arg);
  const value = values.find((candidate) => candidate === given);
  if (value === undefined)
    throw new SqlError({
      sqlstate: '22023',
      message: `unrecognized value for EXPLAIN option "${defname}": "${given}"`,
      ...(position !== undefined && { position }),
    });
  return value;
}

function valueOf(arg: Node): string {
  if ('String' in arg) return (arg.String.sval ?? '').toLowerCase();
  if ('Integer' in arg) return String(arg.Integer.ival ?? 0);
  if ('Boolean' in arg) return String(arg.Boolean.boolval ?? false);
  return 'Float' in arg ? (arg.Float.fval ?? '') : '';
}

function unrecognizedOption(name: string, position: number | undefined): SqlError {
  return new SqlError({
    sqlstate: '42601',
    message: `unrecognized EXPLAIN option "${name}"`,
    ...(position !== undefined && { position }),
  });
}

function requiresAnalyze(name: string): SqlError {
  return invalid(`EXPLAIN option ${name.toUpperCase()} requires ANALYZE`);
}

function invalid(message: string): SqlError {
  return new SqlError({ sqlstate: '22023', message });
}

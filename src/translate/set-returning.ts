import { OID, elementOidOf } from '../pgtype/oid.ts';
import type { Expression, FuncExpr } from '../tree/expression.ts';
import type { RangeTblEntry } from '../tree/tree.ts';
import { refuseDimensions } from './array-depth.ts';
import { unsupported, unsupportedFunction, unsupportedType } from './errors.ts';
import { raise } from './function/raise.ts';
import { listElement } from './translate-array.ts';
import { signatureOf } from './translate-function.ts';
import type { Column, Scope, Value } from './scope.ts';

/** A function in FROM, with its one column and the ordinality. */
export function translateSetReturning(
  entry: RangeTblEntry,
  alias: string,
  register: (columns: readonly Column[]) => void,
  scope: Scope,
): string {
  const functions = entry.functions ?? [];
  if (functions.length !== 1) throw unsupported('ROWS FROM with several functions');
  const node = functions[0]!.funcexpr;
  const ordinality: Column = { typeOid: OID.int8, typmod: -1 };
  if (node.node !== 'FUNCEXPR' || !node.funcretset) {
    const value = scope.statement.recursion.expression(node, scope);
    register([value, ordinality]);
    const scale = typeof value.decimal?.displayScale === 'string' ? `, ${value.decimal.displayScale} AS c1s` : '';
    return `LATERAL (SELECT ${value.sql} AS c1${scale}, CAST(1 AS BIGINT) AS c2) AS ${alias}`;
  }
  const streamed = entry.funcordinality === true ? undefined : streamedSeries(node, scope);
  if (streamed !== undefined) {
    register([{ typeOid: node.funcresulttype, typmod: -1 }, ordinality]);
    return `${streamed} AS ${alias}`;
  }
  const { list, element } = setReturningList(node, scope);
  register([element, ordinality]);
  const position = entry.funcordinality === true ? `, generate_subscripts(${list}, 1) AS c2` : '';
  return `LATERAL (SELECT unnest(${list}) AS c1${position}) AS ${alias}`;
}

/**
 * generate_series of constant integers and parameters as a table function of the engine, which makes its rows as they are
 * read; any other series is a list, whole in memory.
 */
function streamedSeries(node: FuncExpr, scope: Scope): string | undefined {
  if (!/^generate_series\(int[48],/.test(signatureOf(node.funcid, scope, node.location))) return undefined;
  const args = (node.args ?? []).map((arg: Expression) => scope.statement.recursion.expression(arg, scope));
  if (!args.every(({ constant, parameter }) => parameter !== undefined || isInteger(constant))) return undefined;
  const [start, stop, step = '1::BIGINT'] = args.map(({ sql }) => `CAST(${sql} AS BIGINT)`);
  const by = checkedStep(step, `${step} = 0`, 'BIGINT');
  const type = node.funcresulttype === OID.int4 ? 'INTEGER' : 'BIGINT';
  return `(SELECT CAST(generate_series AS ${type}) AS c1 FROM generate_series(${start!}, ${stop!}, ${by}))`;
}

function isInteger(constant: Value['constant']): boolean {
  return typeof constant === 'number' || typeof constant === 'bigint';
}

/** A set-returning function in the select list. */
export function translateSelectedSet(node: FuncExpr, scope: Scope): Value {
  const { list, element } = setReturningList(node, scope);
  return { ...element, sql: `unnest(${list})` };
}

/** The rows of a set-returning function as a list. */
function setReturningList(node: FuncExpr, scope: Scope): { readonly list: string; readonly element: Column } {
  const signature = signatureOf(node.funcid, scope, node.location);
  const args = (node.args ?? []).map((arg: Expression) => scope.statement.recursion.expression(arg, scope));
  switch (signature) {
    case 'generate_series(int4,int4)':
    case 'generate_series(int8,int8)':
    case 'generate_series(int4,int4,int4)':
    case 'generate_series(int8,int8,int8)':
      return { list: integerSeries(args, node.funcresulttype), element: { typeOid: node.funcresulttype, typmod: -1 } };
    case 'generate_series(timestamp,timestamp,interval)':
    case 'generate_series(timestamptz,timestamptz,interval)':
      return { list: timeSeries(args), element: { typeOid: node.funcresulttype, typmod: -1 } };
    case 'unnest(anyarray)': {
      const array = args[0]!;
      const elementOid = elementOidOf(array.typeOid);
      if (elementOid === undefined) throw unsupportedType('of this array', node.location);
      refuseDimensions(array, node.location);
      const { nested, decimal } = listElement(array);
      if (elementOid === OID.numeric && nested === undefined) throw unsupportedType('numeric[]', node.location);
      return { list: array.sql, element: { typeOid: elementOid, typmod: -1, nested, decimal } };
    }
    default:
      throw unsupportedFunction(signature, node.location);
  }
}

function integerSeries(args: readonly Value[], typeOid: number): string {
  const [start, stop, step] = args.map(({ sql }) => `CAST(${sql} AS BIGINT)`);
  const by = step === undefined ? '' : `, ${checkedStep(step, `${args[2]!.sql} = 0`, 'BIGINT')}`;
  const list = `generate_series(${start!}, ${stop!}${by})`;
  return typeOid === OID.int4 ? `CAST(${list} AS INTEGER[])` : list;
}

function timeSeries(args: readonly Value[]): string {
  const [start, stop, step] = args.map(({ sql }) => sql);
  return `generate_series(${start!}, ${stop!}, ${checkedStep(step!, `${step!} = to_days(0)`, 'INTERVAL')})`;
}

function checkedStep(step: string, isZero: string, type: string): string {
  return `CASE WHEN ${isZero} THEN ${raise('22023', `'step size cannot equal zero'`, type)} ELSE ${step} END`;
}

import { OID } from '../pgtype/oid.ts';
import type { CaseExpr, CoalesceExpr, Expression, MinMaxExpr, OpExpr } from '../tree/expression.ts';
import { arrayDepth, isEmptyArray } from './array-depth.ts';
import { duckdbTypeOf } from './constant.ts';
import { booleanValue } from './translate-bool.ts';
import { castDecimal, unifiedDecimal, unifyBranches } from './unified-decimal.ts';
import { comparisonKey } from './comparison-key.ts';
import { unsupported } from './errors.ts';
import { decimalForm, isNumericText, textForm } from './numeric-text.ts';
import { intervalKey } from './function/interval-key.ts';
import { once } from './function/once.ts';
import { callTemplate } from './translate-function.ts';
import type { Scope, Value } from './scope.ts';

export function translateCase(node: CaseExpr, scope: Scope): Value {
  const { expression } = scope.statement.recursion;
  const inner: Scope = node.arg === null ? scope : { ...scope, caseTest: expression(node.arg, scope) };
  const conditions = node.args.map((when) => expression(when.expr, inner).sql);
  const results = node.args.map((when) => expression(when.result, scope));
  const otherwise = node.defresult === null ? undefined : expression(node.defresult, scope);
  const branches = otherwise === undefined ? results : [...results, otherwise];
  const unified = unifyBranches(branches);
  const choose = (sqls: readonly string[]): string => {
    const whens = conditions.map((condition, index) => `WHEN ${condition} THEN ${sqls[index]!}`);
    const last = otherwise === undefined ? '' : ` ELSE ${sqls.at(-1)!}`;
    return `(CASE ${whens.join(' ')}${last} END)`;
  };
  return branchValue(node.casetype, branches, unified, choose);
}

export function translateCoalesce(node: CoalesceExpr, scope: Scope): Value {
  const branches = node.args.map((arg) => scope.statement.recursion.expression(arg, scope));
  const unified = unifyBranches(branches);
  const value = branchValue(node.coalescetype, branches, unified, (sqls) => `coalesce(${sqls.join(', ')})`);
  if (value.decimal === undefined || typeof value.decimal.displayScale === 'number') return value;
  const scales = branches.map((branch) => `WHEN ${branch.sql} IS NOT NULL THEN ${scaleOf(branch)}`);
  return { ...value, decimal: { ...value.decimal, displayScale: `(CASE ${scales.join(' ')} END)` } };
}

/** GREATEST and LEAST: NULLs don't count, in both. */
export function translateMinMax(node: MinMaxExpr, scope: Scope): Value {
  if (node.minmaxtype === OID.bpchar) throw unsupported('GREATEST and LEAST of character(n)', node.location);
  const branches = node.args.map((arg) => decimalForm(scope.statement.recursion.expression(arg, scope), node.location));
  comparisonKey(branches[0]!, node.location);
  const { sqls, decimal } = unifyBranches(branches);
  if (node.minmaxtype === OID.interval)
    return {
      sql: sqls.reduce((a, b) => furtherInterval(a, b, node.op === 0 ? '>' : '<')),
      typeOid: OID.interval,
      typmod: -1,
    };
  const name = node.op === 0 ? 'greatest' : 'least';
  if (node.minmaxtype === OID.float4 || node.minmaxtype === OID.float8)
    return { sql: extremeFloat(name, sqls), typeOid: node.minmaxtype, typmod: -1 };
  const sql = `${name}(${sqls.join(', ')})`;
  const value: Value = { sql, typeOid: node.minmaxtype, typmod: -1, decimal };
  if (decimal === undefined || typeof decimal.displayScale === 'number') return value;
  const scales = branches.map((branch, index) => `WHEN ${sqls[index]!} = ${sql} THEN ${scaleOf(branch)}`);
  return { ...value, decimal: { ...decimal, displayScale: `(CASE ${scales.join(' ')} END)` } };
}

/** DuckDB's functions lose the sign of zero: the first zero is the value where one is. */
function extremeFloat(name: string, values: readonly string[]): string {
  return once(values, (...operands) => {
    const extreme = `${name}(${operands.join(', ')})`;
    const zeros = operands.map((operand) => `WHEN ${operand} = 0 THEN ${operand}`);
    return `CASE WHEN ${extreme} = 0 THEN CASE ${zeros.join(' ')} END ELSE ${extreme} END`;
  });
}

/** The first of two intervals unless the second one is beyond it. */
function furtherInterval(first: string, second: string, beyond: '<' | '>'): string {
  return once(
    [first, second],
    (a, b) => `CASE WHEN ${a} IS NULL OR ${intervalKey(b)} ${beyond} ${intervalKey(a)} THEN ${b} ELSE ${a} END`,
  );
}

export function translateNullIf(node: OpExpr, scope: Scope): Value {
  const [a, b] = operands(node, scope);
  const equal = callTemplate(node.opfuncid, [a, b], { resultOid: OID.bool, location: node.location }, scope);
  return { ...a, sql: `(CASE WHEN ${equal.sql} THEN NULL ELSE ${a.sql} END)`, constant: undefined, leaving: undefined };
}

/** IS DISTINCT FROM; its operator is the type's `=`. */
export function translateDistinct(node: OpExpr, scope: Scope): Value {
  const [a, b] = operands(node, scope);
  const equal = callTemplate(node.opfuncid, [a, b], { resultOid: OID.bool, location: node.location }, scope).sql;
  if (equal === `(${a.sql} = ${b.sql})`) return booleanValue(`(${a.sql} IS DISTINCT FROM ${b.sql})`);
  const nulls = `(${a.sql} IS NULL) <> (${b.sql} IS NULL)`;
  return booleanValue(`(CASE WHEN ${a.sql} IS NULL OR ${b.sql} IS NULL THEN ${nulls} ELSE NOT ${equal} END)`);
}

function operands(node: OpExpr, scope: Scope): readonly [Value, Value] {
  const [a, b] = node.args.map((arg: Expression) => scope.statement.recursion.expression(arg, scope));
  return [a!, b!];
}

function branchValue(
  typeOid: number,
  branches: readonly Value[],
  unified: ReturnType<typeof unifyBranches>,
  choose: (sqls: readonly string[]) => string,
): Value {
  const typmods = new Set(branches.map(({ typmod }) => typmod));
  const value: Value = {
    sql: choose(unified.sqls),
    typeOid,
    typmod: typmods.size === 1 ? branches[0]!.typmod : -1,
    nested: branches.find(({ nested }) => nested !== undefined)?.nested,
  };
  const { decimal } = unified;
  if (decimal === undefined) return value;
  if (typeof decimal.displayScale === 'number') return { ...value, decimal };
  return { ...value, decimal: { ...decimal, displayScale: choose(branches.map(scaleOf)) } };
}

function scaleOf(value: Value): string {
  return String(value.decimal?.displayScale ?? 0);
}

/** NULL and `{}` take the dimensions of the others. */
function unifyArrays(values: readonly Value[], depth: number): ReturnType<typeof unifyColumn> {
  const { typeOid, nested } = values.find((value) => arrayDepth(value) === depth)!;
  const type = `${duckdbTypeOf(typeOid)}${'[]'.repeat(depth - 1)}`;
  const sqls = values.map((value) => {
    if (arrayDepth(value) === depth) return value.sql;
    if (isEmptyArray(value)) return `CAST(${value.constant === null ? 'NULL' : '[]'} AS ${type})`;
    if (value.parameter !== undefined) return `CAST(${value.parameter} AS ${type})`;
    throw unsupported('arrays of several numbers of dimensions in one column');
  });
  return { decimal: undefined, nested, values: sqls.map((sql) => ({ sql, scale: '0' })) };
}

/** Casts columns of one type to a common DECIMAL, e.g. rows of VALUES; the scale of each is its own. */
export function unifyColumn(values: readonly Value[]): {
  readonly values: readonly { readonly sql: string; readonly scale: string }[];
  readonly decimal: Value['decimal'];
  readonly nested: Value['nested'];
} {
  if (values.some(isNumericText))
    return {
      decimal: undefined,
      nested: 'string',
      values: values.map((value) => ({ sql: textForm(value), scale: '0' })),
    };
  const depth = Math.max(0, ...values.map(arrayDepth));
  if (depth > 1) return unifyArrays(values, depth);
  const counted = values.filter(({ constant }) => constant !== null);
  const decimal =
    values[0]?.typeOid === OID.numeric
      ? unifiedDecimal((counted.length === 0 ? values : counted).map((value) => value.decimal))
      : undefined;
  return {
    decimal,
    nested: values.find(({ nested }) => nested !== undefined)?.nested,
    values: values.map((value) => ({
      sql: decimal === undefined ? value.sql : castDecimal(value, decimal),
      scale: scaleOf(value),
    })),
  };
}

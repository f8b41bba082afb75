import { OID, elementOidOf } from '../pgtype/oid.ts';
import type { Expression, FuncExpr } from '../tree/expression.ts';
import { duckdbType } from './function/duckdb-type.ts';
import { scalarTemplate } from './function/function-table.ts';
import { functionByOid } from './catalog/built-in-function.ts';
import { deparse } from './deparse.ts';
import { numericByText, numericsByText } from './translate-param.ts';
import { castTypmod } from './translate-function.ts';
import type { Scope, Value } from './scope.ts';

/**
 * An expression that the embedded Postgres computes before execution, as an engine parameter; undefined where it must
 * be computed by DuckDB after all (volatile functions, types without a translation).
 */
export function evaluated(node: Expression, scope: Scope): Value | undefined {
  const deparsed = deparse(node);
  if (deparsed === undefined) return undefined;
  const { sql, typeOid, volatility } = deparsed;
  if (typeOid === OID.numeric)
    return exactly(node) ? undefined : numericByText(scope.statement, sql, typmodOf(node), volatility);
  if (elementOidOf(typeOid) === OID.numeric) return numericsByText(scope.statement, sql, volatility);
  const type = duckdbType(typeOid);
  if (type === undefined) return undefined;
  const index = scope.statement.addParameter({ kind: 'evaluate', sql, typeOid, volatility });
  const parameter = `$${index + 1}`;
  return { sql: `CAST(${parameter} AS ${type})`, typeOid, typmod: -1, parameter };
}

/** Numeric arithmetic that has templates keeps its exact scale by them. */
function exactly(node: Expression): boolean {
  if (node.node !== 'OPEXPR' && node.node !== 'FUNCEXPR') return false;
  const called = node.node === 'OPEXPR' ? node.opfuncid : (node as FuncExpr).funcid;
  const typeOid = node.node === 'OPEXPR' ? node.opresulttype : (node as FuncExpr).funcresulttype;
  const signature = functionByOid(called)?.signature;
  // Rounding to a typmod may be beyond what a DECIMAL holds.
  if (signature === 'numeric(numeric,int4)') return false;
  return typeOid === OID.numeric && signature !== undefined && scalarTemplate(signature) !== undefined;
}

/** The typmod that a cast rounds to. */
function typmodOf(node: Expression): number {
  return node.node === 'FUNCEXPR' ? castTypmod(node) : -1;
}

/** A pure memory of what is already known of a node: trees are walked from every level. */
const KNOWN = new WeakMap<object, boolean>();

/** Whether no part of it depends on a row: no column, subquery, aggregate, window or outer context, and no constant. */
export function isConstantExpression(node: Expression): boolean {
  if (node.node === 'CONST' || node.node === 'PARAM') return false;
  return isRowless(node);
}

function isRowless(node: object): boolean {
  const known = KNOWN.get(node);
  if (known !== undefined) return known;
  const rowless = examine(node);
  KNOWN.set(node, rowless);
  return rowless;
}

/** Nodes that depend on a row, on a query or on what surrounds them. */
const DEPENDENT: ReadonlySet<string> = new Set([
  'VAR',
  'SUBLINK',
  'AGGREF',
  'WINDOWFUNC',
  'GROUPINGFUNC',
  'CASETESTEXPR',
  'SETTODEFAULT',
  'MERGESUPPORTFUNC',
  'RETURNINGEXPR',
  'QUERY',
  'CURRENTOFEXPR',
  'NEXTVALUEEXPR',
]);

function examine(value: object): boolean {
  if (value instanceof Uint8Array) return true;
  if (Array.isArray(value))
    return value.every((part) => typeof part !== 'object' || part === null || isRowless(part as object));
  const node = value as { readonly node: string; readonly paramkind?: number; readonly funcretset?: boolean };
  // The element of an array coercion sees its array through a CaseTestExpr; a CASE's operand likewise.
  if (DEPENDENT.has(node.node)) return false;
  if (node.node === 'PARAM' && node.paramkind !== 0) return false;
  if (node.funcretset === true) return false;
  // Its element is a CaseTestExpr.
  if (node.node === 'ARRAYCOERCEEXPR') return isRowless((value as unknown as { readonly arg: object }).arg);
  return Object.values(value).every((part) => typeof part !== 'object' || part === null || isRowless(part as object));
}

import { OID, elementOidOf } from '../pgtype/oid.ts';
import type { Expression } from '../tree/expression.ts';
import { functionByOid } from './catalog/built-in-function.ts';
import { operatorByOid } from './catalog/built-in-operator.ts';
import { typeName } from './catalog/type-names.ts';
import { numericTypmod } from './iceberg-type-of.ts';
import { constValue } from '../tree/const-value.ts';
import { postgresLiteral } from './postgres-literal.ts';

export type Deparsed = { readonly sql: string; readonly typeOid: number; readonly volatility: 'immutable' | 'stable' };

/**
 * A rowless expression as SQL that Postgres reads back as the same: every name qualified, every literal typed.
 * Undefined where it holds something volatile, or something that has no unambiguous spelling here.
 */
export function deparse(node: Expression): Deparsed | undefined {
  const writer: Writer = { stable: false };
  const written = write(node, writer);
  if (written === undefined) return undefined;
  return { ...written, volatility: writer.stable ? 'stable' : 'immutable' };
}

type Writer = { stable: boolean };
type Written = { readonly sql: string; readonly typeOid: number };

function write(node: Expression, writer: Writer): Written | undefined {
  switch (node.node) {
    case 'CONST': {
      const value = constValue(node);
      const sql = value === undefined ? undefined : postgresLiteral(value, node.consttype);
      return sql === undefined ? undefined : { sql, typeOid: node.consttype };
    }
    case 'PARAM':
      if (node.paramkind !== 0) return undefined;
      return typed(`$${node.paramid}`, node.paramtype);
    case 'FUNCEXPR':
      return writeFunction(node, writer);
    case 'OPEXPR':
      return writeOperator(node, writer);
    case 'RELABELTYPE': {
      const arg = write(node.arg, writer);
      return arg && typed(arg.sql, node.resulttype);
    }
    case 'COERCEVIAIO': {
      const arg = write(node.arg, writer);
      writer.stable = true;
      return arg && typed(arg.sql, node.resulttype);
    }
    case 'ARRAYCOERCEEXPR': {
      // Rounding is the same in explicit casts and in assignments, cutting is not.
      if (elementOidOf(node.resulttype) !== OID.numeric) return undefined;
      const arg = write(node.arg, writer);
      const declared = numericTypmod(node.resulttypmod);
      const typmod = declared === undefined ? '' : `(${declared.precision}, ${declared.scale})`;
      const sql = arg && `CAST(${arg.sql} AS pg_catalog."numeric"${typmod}[])`;
      return sql === undefined ? undefined : { sql, typeOid: node.resulttype };
    }
    case 'BOOLEXPR': {
      const args = writeAll(node.args, writer);
      if (args === undefined) return undefined;
      const sql =
        node.boolop === 'not' ? `(NOT ${args[0]!})` : `(${args.join(node.boolop === 'and' ? ' AND ' : ' OR ')})`;
      return { sql, typeOid: OID.bool };
    }
    case 'NULLTEST': {
      const arg = node.argisrow ? undefined : write(node.arg, writer);
      return arg && { sql: `(${arg.sql} IS ${node.nulltesttype === 0 ? '' : 'NOT '}NULL)`, typeOid: OID.bool };
    }
    case 'CASEEXPR':
      return writeCase(node, writer);
    case 'COALESCEEXPR':
      return writeList('COALESCE', node.args, node.coalescetype, writer);
    case 'MINMAXEXPR':
      return writeList(node.op === 0 ? 'GREATEST' : 'LEAST', node.args, node.minmaxtype, writer);
    case 'ARRAYEXPR': {
      const elements = writeAll(node.elements ?? [], writer);
      return elements && typed(`ARRAY[${elements.join(', ')}]`, node.array_typeid);
    }
    case 'SCALARARRAYOPEXPR': {
      const operator = operatorByOid(node.opno);
      const args = writeAll(node.args, writer);
      if (operator === undefined || args === undefined || !usable(operator.functionOid, writer)) return undefined;
      const sql = `(${args[0]!} OPERATOR(pg_catalog.${operator.name}) ${node.useOr ? 'ANY' : 'ALL'} (${args[1]!}))`;
      return { sql, typeOid: OID.bool };
    }
    case 'SQLVALUEFUNCTION': {
      const sql = SQL_VALUES[node.op];
      writer.stable = true;
      if (sql === undefined) return undefined;
      return typed(PRECISE.has(node.op) ? `${sql}(${node.typmod})` : sql, node.type);
    }
    default:
      return undefined;
  }
}

/** SQLValueFunctionOp; those with a precision are written with it. */
const SQL_VALUES: readonly string[] = [
  'current_date',
  'current_time',
  'current_time',
  'current_timestamp',
  'current_timestamp',
  'localtime',
  'localtime',
  'localtimestamp',
  'localtimestamp',
  'current_role',
  'current_user',
  'user',
  'session_user',
  'current_catalog',
  'current_schema',
];
const PRECISE: ReadonlySet<number> = new Set([2, 4, 6, 8]);

function writeFunction(node: Extract<Expression, { node: 'FUNCEXPR' }>, writer: Writer): Written | undefined {
  const called = functionByOid(node.funcid);
  if (called === undefined || called.kind !== 'f' || node.funcretset || !usable(node.funcid, writer)) return undefined;
  const args = writeAll(node.args ?? [], writer);
  if (args === undefined) return undefined;
  if (node.funcvariadic) args.push(`VARIADIC ${args.pop()!}`);
  return typed(`pg_catalog.${quoted(called.name)}(${args.join(', ')})`, node.funcresulttype);
}

function writeOperator(
  node: Extract<Expression, { node: 'OPEXPR' | 'DISTINCTEXPR' | 'NULLIFEXPR' }>,
  writer: Writer,
): Written | undefined {
  const operator = operatorByOid(node.opno);
  const args = writeAll(node.args, writer);
  if (operator === undefined || args === undefined || !usable(node.opfuncid, writer)) return undefined;
  const sign = `OPERATOR(pg_catalog.${operator.name})`;
  return typed(args.length === 1 ? `(${sign} ${args[0]!})` : `(${args[0]!} ${sign} ${args[1]!})`, node.opresulttype);
}

function writeCase(node: Extract<Expression, { node: 'CASEEXPR' }>, writer: Writer): Written | undefined {
  // A CASE with an operand tests a CaseTestExpr, which is never rowless.
  if (node.arg !== null) return undefined;
  const parts: string[] = [];
  for (const { expr, result } of node.args) {
    const pair = writeAll([expr, result], writer);
    if (pair === undefined) return undefined;
    parts.push(`WHEN ${pair[0]!} THEN ${pair[1]!}`);
  }
  const otherwise = node.defresult === null ? undefined : write(node.defresult, writer);
  if (node.defresult !== null && otherwise === undefined) return undefined;
  const last = otherwise === undefined ? '' : ` ELSE ${otherwise.sql}`;
  return typed(`CASE ${parts.join(' ')}${last} END`, node.casetype);
}

function writeList(word: string, nodes: readonly Expression[], typeOid: number, writer: Writer): Written | undefined {
  const args = writeAll(nodes, writer);
  return args && typed(`${word}(${args.join(', ')})`, typeOid);
}

function writeAll(nodes: readonly Expression[], writer: Writer): string[] | undefined {
  const written: string[] = [];
  for (const node of nodes) {
    const part = write(node, writer);
    if (part === undefined) return undefined;
    written.push(part.sql);
  }
  return written;
}

/** A volatile function would answer once instead of once a row. */
function usable(functionOid: number, writer: Writer): boolean {
  const volatility = functionByOid(functionOid)?.volatility;
  if (volatility === 's') writer.stable = true;
  return volatility === 'i' || volatility === 's';
}

/** Undefined for types that are not built in. */
function typed(sql: string, typeOid: number): Written | undefined {
  const type = postgresType(typeOid);
  return type === undefined ? undefined : { sql: `CAST(${sql} AS ${type})`, typeOid };
}

export function postgresType(typeOid: number): string | undefined {
  const elementOid = elementOidOf(typeOid);
  const name = typeName(elementOid ?? typeOid);
  return name === undefined ? undefined : `pg_catalog.${quoted(name)}${elementOid === undefined ? '' : '[]'}`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

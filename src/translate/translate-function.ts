import { OID, elementOidOf } from '../pgtype/oid.ts';
import type { CoerceViaIO, FuncExpr, OpExpr, RelabelType } from '../tree/expression.ts';
import { refuseDimensions } from './array-depth.ts';
import { functionByOid } from './catalog/built-in-function.ts';
import { typeName } from './catalog/type-names.ts';
import { duckdbTypeOf } from './constant.ts';
import { unsupported, unsupportedFunction, unsupportedType } from './errors.ts';
import { duckdbType } from './function/duckdb-type.ts';
import { scalarTemplate } from './function/function-table.ts';
import type { Term } from './function/template.ts';
import { decimalForm, isNumericText } from './numeric-text.ts';
import { NEXTVAL_OID, translateNextValue } from './translate-next-value.ts';
import type { Scope, Value } from './scope.ts';

export function translateFunction(node: FuncExpr, scope: Scope): Value {
  if (node.funcretset) throw unsupported('a set-returning function here', node.location);
  const [first] = node.args ?? [];
  if (node.funcid === NEXTVAL_OID && first !== undefined)
    return translateNextValue(first, node.funcresulttype, scope, node.location);
  const args = variadicArguments(node, scope);
  const call = { resultOid: node.funcresulttype, resultTypmod: castTypmod(node), location: node.location };
  checkCollation(node.inputcollid, node.location);
  return callTemplate(node.funcid, args, call, scope);
}

export function translateOperator(node: OpExpr, scope: Scope): Value {
  const args = node.args.map((arg) => scope.statement.recursion.expression(arg, scope));
  checkCollation(node.inputcollid, node.location);
  return callTemplate(node.opfuncid, args, { resultOid: node.opresulttype, location: node.location }, scope);
}

/** A cast without a change of bytes, e.g. varchar to text. */
export function translateRelabel(node: RelabelType, scope: Scope): Value {
  const value = scope.statement.recursion.expression(node.arg, scope);
  const retyped = { typeOid: node.resulttype, typmod: node.resulttypmod };
  if (node.resulttype === value.typeOid) return { ...value, ...retyped };
  if (duckdbType(node.resulttype) !== duckdbType(value.typeOid) || duckdbType(value.typeOid) === undefined)
    throw unsupportedType(typeName(node.resulttype) ?? String(node.resulttype), node.location);
  if (value.typeOid === OID.cidr) return { ...value, ...retyped, sql: inetOfCidr(value.sql) };
  return { ...value, ...retyped };
}

/** An inet is printed without the prefix of a whole address, a cidr with it. */
function inetOfCidr(sql: string): string {
  return `regexp_replace(${sql}, '^([^:]*)/32$|^(.*:.*)/128$', '\\1\\2')`;
}

export function translateCoerceViaIO(node: CoerceViaIO, scope: Scope): Value {
  const value = scope.statement.recursion.expression(node.arg, scope);
  if (isNumericText(value) && (node.resulttype === OID.text || node.resulttype === OID.varchar))
    return { sql: value.sql, typeOid: node.resulttype, typmod: -1 };
  const signature = `io(${typeName(value.typeOid) ?? value.typeOid},${typeName(node.resulttype) ?? node.resulttype})`;
  return applyTemplate(signature, [value], { resultOid: node.resulttype, location: node.location }, scope);
}

type CallShape = { readonly resultOid: number; readonly resultTypmod?: number; readonly location: number };

/** The function `oid` over translated arguments, by the whitelist. */
export function callTemplate(oid: number, args: readonly Term[], call: CallShape, scope: Scope): Value {
  return applyTemplate(signatureOf(oid, scope, call.location), args, call, scope);
}

export function signatureOf(oid: number, scope: Scope, location: number): string {
  const signature = functionByOid(oid)?.signature ?? scope.statement.environment.functionSignature?.(oid);
  if (signature === undefined) throw unsupported(`function with oid ${oid}`, location);
  return signature;
}

function applyTemplate(signature: string, given: readonly Term[], call: CallShape, scope: Scope): Value {
  for (const arg of given) refuseDimensions(arg, call.location);
  const args = given.map((arg) => decimalForm(arg, call.location));
  const template = scalarTemplate(signature);
  if (template === undefined) throw unsupportedFunction(signature, call.location);
  if (scope.statement.environment.customText === true) refuseCustomText(signature, args, call.location);
  const resultTypmod = call.resultTypmod ?? -1;
  const translated = template(args, { signature, resultOid: call.resultOid, resultTypmod });
  if (call.resultOid === OID.numeric && translated.decimal === undefined)
    throw new Error(`template ${signature} gives a numeric without its scale`);
  return { ...translated, typeOid: call.resultOid, typmod: resultTypmod };
}

/** Functions that print their arguments, and types whose text follows the session's settings. */
const PRINTING = /^(io|concat|concat_ws|format|textanycat|anytextcat|quote_literal|quote_nullable)\(/;
const STYLED: ReadonlySet<number> = new Set([
  OID.date,
  OID.timestamp,
  OID.timestamptz,
  OID.interval,
  OID.float4,
  OID.float8,
  OID.bytea,
]);

/** Templates print as under the default settings. */
function refuseCustomText(signature: string, args: readonly Term[], location: number): void {
  if (!PRINTING.test(signature) || !args.some(({ typeOid }) => STYLED.has(typeOid))) return;
  throw unsupported(
    'text of such a value under this DateStyle, IntervalStyle, extra_float_digits or bytea_output',
    location,
    'Set them to ISO, postgres, 1 and hex, or select the value itself.',
  );
}

/** A collation other than code point order reaches a function only as an argument's own; see CollateExpr. */
function checkCollation(collationOid: number, location: number): void {
  if (collationOid !== 0 && !BINARY_COLLATIONS.has(collationOid)) throw unsupported('this collation', location);
}

/** default, C, POSIX, pg_c_utf8, ucs_basic. */
const BINARY_COLLATIONS: ReadonlySet<number> = new Set([100, 950, 951, 811, 962]);

/** Arguments gathered into an array by VARIADIC are given one by one; an explicit array is refused. */
function variadicArguments(node: FuncExpr, scope: Scope): readonly Value[] {
  const { expression } = scope.statement.recursion;
  const args = node.args ?? [];
  const last = args.at(-1);
  if (!node.funcvariadic || last === undefined) return args.map((arg) => expression(arg, scope));
  if (last.node !== 'ARRAYEXPR') throw unsupported('VARIADIC with an array', node.location);
  return [...args.slice(0, -1), ...(last.elements ?? [])].map((arg) => expression(arg, scope));
}

/** The typmod that a length coercion (`numeric(numeric,int4)`, `varchar(varchar,int4,bool)`, ...) gives its result. */
export function castTypmod(node: FuncExpr): number {
  const second = node.args?.[1];
  if ((node.funcformat !== 1 && node.funcformat !== 2) || second?.node !== 'CONST' || second.consttype !== OID.int4)
    return -1;
  const bytes = second.constvalue;
  return bytes === null ? -1 : new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);
}

/** DuckDB's type of a value, numeric included. */
export function duckdbTypeOfValue(value: Value): string {
  if (value.decimal !== undefined) return `DECIMAL(${value.decimal.precision},${value.decimal.scale})`;
  if (elementOidOf(value.typeOid) === OID.numeric) throw unsupportedType('numeric[]');
  return duckdbTypeOf(value.typeOid);
}

import { OID } from '../../pgtype/oid.ts';
import type { Expression } from '../../tree/expression.ts';
import { deparse, postgresType } from '../deparse.ts';
import { isConstantExpression } from '../evaluate.ts';
import { foldedConstant } from '../folded-constant.ts';
import type { Statement } from '../statement.ts';
import type { Operand } from '../translate.ts';

/** How a value of another type is compared with a column: exactly, or by a day that is only a bound. */
export type ComparedOperand = { readonly operand: Operand; readonly exact: boolean };

/** Types that compare by value whatever their size. */
const EXACT_NUMBERS: ReadonlySet<number> = new Set([OID.int2, OID.int4, OID.int8, OID.numeric]);
const FLOATS: ReadonlySet<number> = new Set([OID.float4, OID.float8]);
const TEXTS: ReadonlySet<number> = new Set([OID.text, OID.varchar]);

/** A rowless operand as it is compared with a column of type `columnOid`; undefined where that is not known. */
export function operandOf(node: Expression, columnOid: number, statement: Statement): ComparedOperand | undefined {
  const folded = foldedConstant(node);
  if (folded !== undefined && comparable(columnOid, folded.typeOid))
    return { operand: { value: folded.value, typeOid: folded.typeOid }, exact: true };
  if (node.node !== 'CONST' && !(node.node === 'PARAM' && node.paramkind === 0) && !isConstantExpression(node))
    return undefined;
  const deparsed = deparse(node);
  if (deparsed === undefined) return undefined;
  const { typeOid } = deparsed;
  if (comparable(columnOid, typeOid)) {
    const parameter =
      node.node === 'PARAM'
        ? statement.addParameter({ kind: 'client', number: node.paramid, typeOid })
        : statement.addParameter({ kind: 'evaluate', ...deparsed });
    return { operand: { parameter, typeOid }, exact: true };
  }
  const converted = CONVERSIONS.get(`${columnOid} ${typeOid}`);
  if (converted === undefined) return undefined;
  const sql = `CAST(${deparsed.sql} AS ${postgresType(columnOid)!})`;
  const volatility = converted.stable ? 'stable' : deparsed.volatility;
  const parameter = statement.addParameter({ kind: 'evaluate', sql, typeOid: columnOid, volatility });
  return { operand: { parameter, typeOid: columnOid }, exact: converted.exact };
}

/** Column and operand type; a timestamp is cut to its day, which is no more than a bound. */
const CONVERSIONS: ReadonlyMap<string, { readonly exact: boolean; readonly stable: boolean }> = new Map([
  [`${OID.date} ${OID.timestamp}`, { exact: false, stable: false }],
  [`${OID.timestamp} ${OID.date}`, { exact: true, stable: false }],
  [`${OID.timestamptz} ${OID.date}`, { exact: true, stable: true }],
  [`${OID.timestamptz} ${OID.timestamp}`, { exact: true, stable: true }],
]);

function comparable(columnOid: number, operandOid: number): boolean {
  if (columnOid === operandOid) return columnOid !== OID.bpchar;
  return [EXACT_NUMBERS, FLOATS, TEXTS].some((family) => family.has(columnOid) && family.has(operandOid));
}

import { OID } from '../../pgtype/oid.ts';
import type { Comparison } from '../../plan/plan.ts';
import type { BooleanTest, Expression, OpExpr, ScalarArrayOpExpr } from '../../tree/expression.ts';
import type { Query, RangeTblEntry } from '../../tree/tree.ts';
import { operatorByOid } from '../catalog/built-in-operator.ts';
import { foldedConstant } from '../folded-constant.ts';
import type { Statement } from '../statement.ts';
import type { MirroredRelation, Operand, PredicateTemplate } from '../translate.ts';
import { operandOf } from './operand-of.ts';
import { resolveColumn } from './resolve-column.ts';
import type { ResolvedColumn } from './resolve-column.ts';

/** What a condition says of one scan's rows alone; whatever it also says is widened away. */
export function predicateOf(
  node: Expression,
  query: Query,
  entry: RangeTblEntry,
  relation: MirroredRelation,
  statement: Statement,
): PredicateTemplate {
  const column = (part: Expression): ResolvedColumn | undefined => resolveColumn(part, query, entry, relation);
  return build(node, false, { column, statement });
}

type Context = {
  readonly column: (part: Expression) => ResolvedColumn | undefined;
  readonly statement: Statement;
};

function build(part: Expression, negated: boolean, context: Context): PredicateTemplate {
  const unknown: PredicateTemplate = { kind: negated ? 'false' : 'true' };
  switch (part.node) {
    case 'BOOLEXPR':
      if (part.boolop === 'not') return simplified({ kind: 'not', of: build(part.args[0]!, !negated, context) });
      return simplified({ kind: part.boolop, of: part.args.map((arg) => build(arg, negated, context)) });
    case 'OPEXPR':
      return comparison(part, negated, context) ?? unknown;
    case 'SCALARARRAYOPEXPR':
      return list(part, context) ?? unknown;
    case 'NULLTEST': {
      const tested = part.argisrow ? undefined : context.column(part.arg);
      return tested === undefined
        ? unknown
        : { kind: part.nulltesttype === 0 ? 'isNull' : 'isNotNull', field: tested.fieldId };
    }
    case 'BOOLEANTEST':
      return truth(part, context) ?? unknown;
    case 'VAR':
    case 'FIELDSELECT': {
      const tested = context.column(part);
      return tested?.typeOid === OID.bool ? isBoolean(tested, true) : unknown;
    }
    case 'CONST': {
      const folded = foldedConstant(part);
      if (folded?.typeOid !== OID.bool) return unknown;
      // Null is not true, and its negation is neither.
      return { kind: folded.value === true ? 'true' : 'false' };
    }
    default:
      return unknown;
  }
}

function comparison(part: OpExpr, negated: boolean, context: Context): PredicateTemplate | undefined {
  const operator = operatorByOid(part.opno);
  const [left, right] = part.args;
  if (operator === undefined || left === undefined || right === undefined) return undefined;
  if (operator.name === '~~' || operator.name === '^@') return prefix(operator.name, left, right, negated, context);
  if (operator.name === '!~~') {
    const like = prefix('~~', left, right, !negated, context);
    return like && { kind: 'not', of: like };
  }
  const op = COMPARISONS[operator.name];
  if (op === undefined) return undefined;
  const [field, other, direction] =
    context.column(left) === undefined
      ? [context.column(right), left, COMMUTED[op]]
      : [context.column(left), right, op];
  if (field === undefined || field.typeOid === OID.bpchar) return undefined;
  const compared = operandOf(other, field.typeOid, context.statement);
  if (compared === undefined) return undefined;
  if (compared.exact) return { kind: 'compare', field: field.fieldId, op: direction, operand: compared.operand };
  // Only a bound: it may let more through, so it must not stand under NOT.
  const widened = WIDENED[direction];
  if (negated || widened === undefined) return undefined;
  return { kind: 'compare', field: field.fieldId, op: widened, operand: compared.operand };
}

function list(part: ScalarArrayOpExpr, context: Context): PredicateTemplate | undefined {
  const operator = operatorByOid(part.opno);
  const wanted = part.useOr ? '=' : '<>';
  const field = context.column(part.args[0]);
  if (operator?.name !== wanted || field === undefined || field.typeOid === OID.bpchar) return undefined;
  const operands = listOperands(part.args[1], field, context);
  if (operands === undefined) return undefined;
  const among: PredicateTemplate = { kind: 'in', field: field.fieldId, operands };
  return part.useOr ? among : { kind: 'not', of: among };
}

function listOperands(array: Expression, field: ResolvedColumn, context: Context): readonly Operand[] | undefined {
  if (array.node === 'ARRAYEXPR' && !array.multidims) {
    const operands = (array.elements ?? []).map((element) => operandOf(element, field.typeOid, context.statement));
    return operands.every((operand) => operand?.exact === true)
      ? operands.map((operand) => operand!.operand)
      : undefined;
  }
  const folded = foldedConstant(array)?.value;
  if (typeof folded !== 'object' || folded === null || !('kind' in folded) || folded.kind !== 'array') return undefined;
  if (folded.elementOid !== field.typeOid) return undefined;
  return folded.elements.map((value) => ({ value, typeOid: folded.elementOid }));
}

/** LIKE and ^@: exactly a prefix, or a text that begins with what stands before the first wildcard. */
function prefix(
  operator: string,
  left: Expression,
  right: Expression,
  negated: boolean,
  context: Context,
): PredicateTemplate | undefined {
  const field = context.column(left);
  const pattern = foldedConstant(right)?.value;
  if (field === undefined || typeof pattern !== 'string' || !TEXTUAL.has(field.typeOid)) return undefined;
  const literal = operator === '^@' ? pattern : /^[^%_\\]*/.exec(pattern)![0];
  const exact = operator === '^@' || pattern === `${literal}%`;
  const operand = { value: literal, typeOid: OID.text };
  if (pattern === literal && operator === '~~') return { kind: 'compare', field: field.fieldId, op: '=', operand };
  if ((negated && !exact) || literal === '') return undefined;
  return { kind: 'startsWith', field: field.fieldId, prefix: operand };
}

function truth(part: BooleanTest, context: Context): PredicateTemplate | undefined {
  const field = context.column(part.arg);
  if (field === undefined || field.typeOid !== OID.bool) return undefined;
  const isNull: PredicateTemplate = { kind: 'isNull', field: field.fieldId };
  switch (part.booltesttype) {
    case 0:
    case 2:
      return {
        kind: 'and',
        of: [isBoolean(field, part.booltesttype === 0), { kind: 'isNotNull', field: field.fieldId }],
      };
    case 1:
    case 3:
      return { kind: 'or', of: [isBoolean(field, part.booltesttype === 3), isNull] };
    case 4:
      return isNull;
    default:
      return { kind: 'isNotNull', field: field.fieldId };
  }
}

const TEXTUAL: ReadonlySet<number> = new Set([OID.text, OID.varchar]);

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  '=': '=',
  '<>': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};
const COMMUTED: Readonly<Record<Comparison, Comparison>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};
const WIDENED: Readonly<Partial<Record<Comparison, Comparison>>> = {
  '=': '=',
  '<': '<=',
  '<=': '<=',
  '>': '>=',
  '>=': '>=',
};

function isBoolean(field: ResolvedColumn, value: boolean): PredicateTemplate {
  return { kind: 'compare', field: field.fieldId, op: '=', operand: { value, typeOid: OID.bool } };
}

/** Without parts that say nothing. */
function simplified(predicate: PredicateTemplate): PredicateTemplate {
  if (predicate.kind === 'not') {
    if (predicate.of.kind === 'true') return { kind: 'false' };
    return predicate.of.kind === 'false' ? { kind: 'true' } : predicate;
  }
  if (predicate.kind !== 'and' && predicate.kind !== 'or') return predicate;
  const [neutral, decisive] = predicate.kind === 'and' ? ['true', 'false'] : ['false', 'true'];
  if (predicate.of.some(({ kind }) => kind === decisive)) return { kind: decisive as 'true' | 'false' };
  const parts = predicate.of.filter(({ kind }) => kind !== neutral);
  if (parts.length === 0) return { kind: neutral as 'true' | 'false' };
  return parts.length === 1 ? parts[0]! : { kind: predicate.kind, of: parts };
}

import type { Expression } from '../tree/expression.ts';
import { translateAggregate, translateGrouping } from './translate-aggregate.ts';
import { translateArray, translateArrayCoerce, translateScalarArrayOp, translateSubscript } from './translate-array.ts';
import { translateBool, translateBooleanTest, translateNullTest } from './translate-bool.ts';
import {
  translateCase,
  translateCoalesce,
  translateDistinct,
  translateMinMax,
  translateNullIf,
} from './translate-case.ts';
import { constantValue } from './constant.ts';
import { evaluated, isConstantExpression } from './evaluate.ts';
import { unsupported } from './errors.ts';
import { foldedConstant } from './folded-constant.ts';
import { translateCoerceViaIO, translateFunction, translateOperator, translateRelabel } from './translate-function.ts';
import { translateParam } from './translate-param.ts';
import { translateRowCompare } from './row-compare.ts';
import type { Scope, Value } from './scope.ts';
import { translateSubLink } from './sublink.ts';
import { translateFieldSelect, translateVar } from './translate-var.ts';
import { translateWindowFunction } from './translate-window-function.ts';
import { translateNextValue } from './translate-next-value.ts';

/** An expression of the tree as SQL of DuckDB with exactly Postgres' value, or 0A000. */
export function translateExpression(node: Expression, scope: Scope): Value {
  if (node.node === 'CONST' || isConstantExpression(node)) {
    const folded = foldedConstant(node);
    if (folded !== undefined) return constantValue(folded.value, folded.typeOid, folded.typmod, node.location);
    const value = evaluated(node, scope);
    if (value !== undefined) return value;
  }
  switch (node.node) {
    case 'VAR':
      return translateVar(node, scope);
    case 'PARAM':
      return translateParam(node, scope);
    case 'FUNCEXPR':
      return translateFunction(node, scope);
    case 'OPEXPR':
      return translateOperator(node, scope);
    case 'DISTINCTEXPR':
      return translateDistinct(node, scope);
    case 'NULLIFEXPR':
      return translateNullIf(node, scope);
    case 'AGGREF':
      return translateAggregate(node, scope);
    case 'GROUPINGFUNC':
      return translateGrouping(node, scope);
    case 'WINDOWFUNC':
      return translateWindowFunction(node, scope);
    case 'SUBLINK':
      return translateSubLink(node, scope);
    case 'BOOLEXPR':
      return translateBool(node, scope);
    case 'NULLTEST':
      return translateNullTest(node, scope);
    case 'BOOLEANTEST':
      return translateBooleanTest(node, scope);
    case 'CASEEXPR':
      return translateCase(node, scope);
    case 'CASETESTEXPR':
      return translateCaseTest(scope);
    case 'COALESCEEXPR':
      return translateCoalesce(node, scope);
    case 'MINMAXEXPR':
      return translateMinMax(node, scope);
    case 'SCALARARRAYOPEXPR':
      return translateScalarArrayOp(node, scope);
    case 'ARRAYEXPR':
      return translateArray(node, scope);
    case 'ARRAYCOERCEEXPR':
      return translateArrayCoerce(node, scope);
    case 'SUBSCRIPTINGREF':
      return translateSubscript(node, scope);
    case 'ROWCOMPAREEXPR':
      return translateRowCompare(node, scope);
    case 'RELABELTYPE':
      return translateRelabel(node, scope);
    case 'COERCEVIAIO':
      return translateCoerceViaIO(node, scope);
    case 'COLLATEEXPR':
      return translateCollate(node, scope);
    case 'FIELDSELECT':
      return translateFieldSelect(node, scope);
    case 'MERGESUPPORTFUNC':
      return translateMergeAction(node, scope);
    case 'RETURNINGEXPR':
      return translateExpression(node.retexpr, scope);
    case 'NEXTVALUEEXPR':
      return translateNextValue(node.seqid, node.typeId, scope);
    default:
      throw unsupportedExpression(node);
  }
}

function unsupportedExpression(node: Expression): Error {
  if (node.node === 'ROWEXPR') return unsupported('a row value in an expression', node.location);
  return unsupported(describe(node), (node as { readonly location?: number }).location);
}

/** default, C, POSIX, pg_c_utf8, ucs_basic: text compares by code point. */
const BINARY_COLLATIONS: ReadonlySet<number> = new Set([100, 950, 951, 811, 962]);

function translateCollate(node: Extract<Expression, { node: 'COLLATEEXPR' }>, scope: Scope): Value {
  if (!BINARY_COLLATIONS.has(node.collOid)) throw unsupported('this collation', node.location);
  return translateExpression(node.arg, scope);
}

function translateMergeAction(node: Extract<Expression, { node: 'MERGESUPPORTFUNC' }>, scope: Scope): Value {
  if (scope.mergeAction === undefined) throw unsupported('merge_action() here', node.location);
  return { sql: scope.mergeAction, typeOid: node.msftype, typmod: -1 };
}

function translateCaseTest(scope: Scope): Value {
  if (scope.caseTest === undefined) throw unsupported('this use of a coerced value');
  return scope.caseTest;
}

function describe(node: { readonly node: string }): string {
  return `expression ${node.node.toLowerCase()}`;
}

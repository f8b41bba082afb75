import { OID } from '../pgtype/oid.ts';
import type { RowCompareExpr } from '../tree/expression.ts';
import { booleanValue } from './translate-bool.ts';
import { operatorByName, operatorByOid } from './catalog/built-in-operator.ts';
import { unsupported } from './errors.ts';
import { callTemplate } from './translate-function.ts';
import type { Scope, Value } from './scope.ts';

/**
 * `(a, b) < (c, d)` and its kind: the first pair that is not equal decides, a NULL before that makes it NULL
 * (ExecEvalExpr, EEOP_ROWCOMPARE_STEP).
 */
export function translateRowCompare(node: RowCompareExpr, scope: Scope): Value {
  const { expression } = scope.statement.recursion;
  const lefts = node.largs.map((arg) => expression(arg, scope));
  const rights = node.rargs.map((arg) => expression(arg, scope));
  let sql = '';
  for (let index = node.opnos.length - 1; index >= 0; index--) {
    const pair = [lefts[index]!, rights[index]!];
    const operator = operatorByOid(node.opnos[index]!);
    const equality = operator && operatorByName('=', operator.left, operator.right);
    if (operator === undefined || equality === undefined) throw unsupported('this comparison of rows', node.location);
    const call = { resultOid: OID.bool, location: node.location ?? -1 };
    const decided = callTemplate(operator.functionOid, pair, call, scope).sql;
    if (sql === '') sql = decided;
    else {
      const equal = callTemplate(equality.functionOid, pair, call, scope).sql;
      sql = `(CASE WHEN ${equal} THEN ${sql} WHEN NOT ${equal} THEN ${decided} END)`;
    }
  }
  return booleanValue(sql);
}

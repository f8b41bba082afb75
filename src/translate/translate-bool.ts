import { OID } from '../pgtype/oid.ts';
import type { BoolExpr, BooleanTest, NullTest } from '../tree/expression.ts';
import { unsupported } from './errors.ts';
import type { Scope, Value } from './scope.ts';

export function booleanValue(sql: string): Value {
  return { sql, typeOid: OID.bool, typmod: -1 };
}

export function translateBool(node: BoolExpr, scope: Scope): Value {
  const parts = node.args.map((arg) => scope.statement.recursion.expression(arg, scope).sql);
  if (node.boolop === 'not') return booleanValue(`(NOT ${parts[0]!})`);
  return booleanValue(`(${parts.join(node.boolop === 'and' ? ' AND ' : ' OR ')})`);
}

/** For rows: IS NULL where all fields are, IS NOT NULL where none is. */
export function translateNullTest(node: NullTest, scope: Scope): Value {
  const test = node.nulltesttype === 0 ? 'IS NULL' : 'IS NOT NULL';
  const { expression } = scope.statement.recursion;
  if (node.argisrow) {
    if (node.arg.node !== 'ROWEXPR') throw unsupported('IS NULL of a composite value', node.location);
    const fields = (node.arg.args ?? []).map((field) => `${expression(field, scope).sql} ${test}`);
    return booleanValue(fields.length === 0 ? 'true' : `(${fields.join(' AND ')})`);
  }
  return booleanValue(`(${expression(node.arg, scope).sql} ${test})`);
}

export function translateBooleanTest(node: BooleanTest, scope: Scope): Value {
  const { sql } = scope.statement.recursion.expression(node.arg, scope);
  switch (node.booltesttype) {
    case 0:
      return booleanValue(`coalesce(${sql}, false)`);
    case 1:
      return booleanValue(`(NOT coalesce(${sql}, false))`);
    case 2:
      return booleanValue(`(NOT coalesce(${sql}, true))`);
    case 3:
      return booleanValue(`coalesce(${sql}, true)`);
    case 4:
      return booleanValue(`(${sql} IS NULL)`);
    default:
      return booleanValue(`(${sql} IS NOT NULL)`);
  }
}

import { OID, arrayOidOf, elementOidOf } from '../pgtype/oid.ts';
import type { SubLink } from '../tree/expression.ts';
import { booleanValue } from './translate-bool.ts';
import { unsupported, unsupportedType } from './errors.ts';
import { duckdbTypeOf } from './constant.ts';
import type { Scope, Selected, Value } from './scope.ts';
import { columnOf } from './scope.ts';

/** A subquery in an expression. */
export function translateSubLink(node: SubLink, scope: Scope): Value {
  const { statement } = scope;
  const selected = statement.recursion.select(node.subselect, scope, statement);
  switch (node.subLinkType) {
    case 0:
      return booleanValue(`(EXISTS (${selected.sql}))`);
    case 1:
      return quantified(node, selected, scope, 'all');
    case 2:
      return quantified(node, selected, scope, 'any');
    case 3:
      throw unsupported('a comparison of a row with a subquery', node.location);
    case 4:
      return scalar(selected, scope);
    case 6:
      return arrayOf(node, selected, scope);
    default:
      throw unsupported('this kind of subquery', node.location);
  }
}

/** The one row's value, or NULL; more rows raise 21000 in the engine. */
function scalar(selected: Selected, scope: Scope): Value {
  const column = selected.columns[0]!;
  const alias = `s${scope.statement.nextNumber()}`;
  const read = (name: string): string => `(SELECT ${alias}.${name} FROM (${selected.sql}) AS ${alias})`;
  const value: Value = { ...columnOf(alias, 0, column), sql: read('c1') };
  if (column.decimal === undefined || typeof column.decimal.displayScale === 'number') return value;
  return { ...value, decimal: { ...column.decimal, displayScale: read('c1s') } };
}

/** IN, op ANY and op ALL, in three values. */
function quantified(node: SubLink, selected: Selected, scope: Scope, quantifier: 'any' | 'all'): Value {
  if (node.testexpr === null) throw unsupported('this kind of subquery', node.location);
  const alias = `s${scope.statement.nextNumber()}`;
  const columns = selected.columns.map((column, index) => columnOf(alias, index, column));
  const test = scope.statement.recursion.expression(node.testexpr, { ...scope, subselect: columns });
  const member = quantifier === 'any' ? plainMember(node, test, columns, selected, scope) : undefined;
  if (member !== undefined) return booleanValue(member);
  const from = `FROM (${selected.sql}) AS ${alias}`;
  if (quantifier === 'any')
    return booleanValue(
      `(SELECT CASE WHEN bool_or(${test.sql}) THEN true WHEN bool_or(${test.sql} IS NULL) THEN NULL ELSE false END ${from})`,
    );
  return booleanValue(
    `(SELECT CASE WHEN bool_or(NOT ${test.sql}) THEN false WHEN bool_or(${test.sql} IS NULL) THEN NULL ELSE true END ${from})`,
  );
}

/** `x IN (subquery)` where the operator is DuckDB's own `=`. */
function plainMember(
  node: SubLink,
  test: Value,
  columns: readonly Value[],
  selected: Selected,
  scope: Scope,
): string | undefined {
  if (columns.length !== 1 || node.testexpr?.node !== 'OPEXPR') return undefined;
  const column = columns[0]!;
  const left = scope.statement.recursion.expression(node.testexpr.args[0]!, { ...scope, subselect: columns });
  if (test.sql !== `(${left.sql} = ${column.sql})`) return undefined;
  const alias = `s${scope.statement.nextNumber()}`;
  return `(${left.sql} IN (SELECT ${alias}.c1 FROM (${selected.sql}) AS ${alias}))`;
}

/** ARRAY(subquery): an empty array where there is no row. */
function arrayOf(node: SubLink, selected: Selected, scope: Scope): Value {
  const column = selected.columns[0]!;
  if (column.typeOid === OID.numeric) throw unsupportedType('numeric[]', node.location);
  const typeOid = arrayOidOf(column.typeOid);
  if (typeOid === undefined || elementOidOf(column.typeOid) !== undefined)
    throw unsupportedType('of this array', node.location);
  const alias = `s${scope.statement.nextNumber()}`;
  const type = duckdbTypeOf(typeOid, node.location);
  return { sql: `CAST(ARRAY(SELECT ${alias}.c1 FROM (${selected.sql}) AS ${alias}) AS ${type})`, typeOid, typmod: -1 };
}

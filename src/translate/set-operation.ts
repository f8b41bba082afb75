import { OID } from '../pgtype/oid.ts';
import type { RangeTblRef, SetOperation } from '../tree/tree.ts';
import { castFunctionOid } from './catalog/cast-function-oid.ts';
import { typeName } from './catalog/type-names.ts';
import { castDecimal, unifiedDecimal } from './unified-decimal.ts';
import { isNumericText, textForm } from './numeric-text.ts';
import { unsupported, unsupportedType } from './errors.ts';
import { callTemplate } from './translate-function.ts';
import { duckdbType } from './function/duckdb-type.ts';
import type { Column, Scope, Selected, Value } from './scope.ts';
import { columnOf } from './scope.ts';
import { equalityKey } from './comparison-key.ts';

const WORDS = ['', 'UNION', 'INTERSECT', 'EXCEPT'];

/** UNION, INTERSECT, EXCEPT; leaves keep their own types in the tree, the casts to the common ones are ours. */
export function translateSetOperation(node: SetOperation | RangeTblRef, scope: Scope): Selected {
  if (node.node === 'RANGETBLREF') {
    const leaf = scope.query.rtable?.[node.rtindex - 1]?.subquery;
    if (!leaf) throw new Error('a leaf of a set operation is no subquery');
    return scope.statement.recursion.select(leaf, scope, scope.statement);
  }
  const left = translateSetOperation(node.larg, scope);
  const right = translateSetOperation(node.rarg, scope);
  return combineArms(left, right, node, scope);
}

export function combineArms(left: Selected, right: Selected, node: SetOperation, scope: Scope): Selected {
  const arms = [left, right].map((arm) => {
    const alias = `u${scope.statement.nextNumber()}`;
    const values = arm.columns.map((column, index) =>
      coerceTo(columnOf(alias, index, column), node.colTypes?.[index] ?? column.typeOid, scope),
    );
    return { alias, values, sql: arm.sql };
  });
  const width = arms[0]!.values.length;
  const columns: Column[] = Array.from({ length: width }, (_, index) => {
    const values = arms.map((arm) => arm.values[index]!);
    const isText = values.some(isNumericText);
    const decimal = isText ? undefined : unifiedDecimal(values.map((value) => value.decimal));
    const typmod = node.colTypmods?.[index] ?? -1;
    return { typeOid: values[0]!.typeOid, typmod, nested: isText ? 'string' : values[0]!.nested, decimal };
  });
  const perRow = columns.some((column) => typeof column.decimal?.displayScale === 'string');
  const compares = node.op !== 1 || !node.all;
  const keyed = compares && columns.some((column) => equalityKey({ ...column, sql: 'x' }) !== 'x');
  if (node.op !== 1) checkComparable(perRow, keyed);
  const word = `${WORDS[node.op]!}${node.all ? ' ALL' : ''}`;
  if ((!perRow && !keyed) || node.all)
    return { sql: arms.map((arm) => armSql(arm, columns)).join(` ${word} `), columns };
  // Rows that differ in their display scale, or in blanks at the end, are equal: Postgres shows the first one it meets.
  const alias = `u${scope.statement.nextNumber()}`;
  const all = arms.map((arm, index) => armSql(arm, columns, `${index} AS arm`)).join(' UNION ALL ');
  const visible = columns.map((column, index) => equalityKey(columnOf(alias, index, column))).join(', ');
  const sql = `SELECT DISTINCT ON (${visible}) * EXCLUDE (arm) FROM (${all}) AS ${alias} ORDER BY arm`;
  return { sql, columns };
}

function armSql(
  arm: { readonly alias: string; readonly values: readonly Value[]; readonly sql: string },
  columns: readonly Column[],
  ...further: readonly string[]
): string {
  const items = arm.values.flatMap((value, index) => {
    const { decimal } = columns[index]!;
    const plain = isNumericText(columns[index]!) ? textForm(value) : value.sql;
    const sql = decimal === undefined ? plain : castDecimal(value, decimal);
    const visible = `${sql} AS c${index + 1}`;
    return typeof decimal?.displayScale === 'string'
      ? [visible, `CAST(${value.decimal?.displayScale ?? 0} AS INTEGER) AS c${index + 1}s`]
      : [visible];
  });
  items.push(...further);
  return `(SELECT ${items.length === 0 ? '1 AS c1' : items.join(', ')} FROM (${arm.sql}) AS ${arm.alias})`;
}

function checkComparable(perRow: boolean, keyed: boolean): void {
  if (perRow) throw unsupported('INTERSECT and EXCEPT of numeric values of several scales');
  if (keyed) throw unsupported('INTERSECT and EXCEPT over character(n) or interval values');
}

/** An implicit cast as the planner adds it. */
export function coerceTo(value: Value, typeOid: number, scope: Scope): Value {
  if (value.typeOid === typeOid) return value;
  const functionOid = castFunctionOid(typeName(value.typeOid) ?? '', typeName(typeOid) ?? '');
  if (functionOid === undefined) {
    if (value.typeOid === OID.unknown && typeOid === OID.text) return { ...value, typeOid };
    throw unsupportedType(typeName(typeOid) ?? String(typeOid));
  }
  if (functionOid !== 0) return callTemplate(functionOid, [value], { resultOid: typeOid, location: -1 }, scope);
  if (duckdbType(value.typeOid) !== duckdbType(typeOid) || value.typeOid === OID.cidr)
    throw unsupportedType(typeName(typeOid) ?? String(typeOid));
  return { ...value, typeOid };
}

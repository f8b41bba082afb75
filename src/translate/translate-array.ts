import { OID, arrayOidOf, elementOidOf } from '../pgtype/oid.ts';
import type { ArrayCoerceExpr, ArrayExpr, Expression, ScalarArrayOpExpr, SubscriptingRef } from '../tree/expression.ts';
import { refuseDimensions } from './array-depth.ts';
import { booleanValue } from './translate-bool.ts';
import { constantValue, duckdbTypeOf } from './constant.ts';
import { unsupported, unsupportedType } from './errors.ts';
import { foldedConstant } from './folded-constant.ts';
import { callTemplate } from './translate-function.ts';
import { numericTexts, textForm } from './numeric-text.ts';
import { once } from './function/once.ts';
import type { Scope, Value } from './scope.ts';

/** Lists that are written out as comparisons rather than looked through. */
const MAX_WRITTEN_OUT = 64;

/** `x op ANY (array)`, `x op ALL (array)`, and so IN lists. */
export function translateScalarArrayOp(node: ScalarArrayOpExpr, scope: Scope): Value {
  const [leftNode, arrayNode] = node.args;
  const left = scope.statement.recursion.expression(leftNode, scope);
  const compare = (right: Value): string =>
    callTemplate(node.opfuncid, [left, right], { resultOid: OID.bool, location: node.location }, scope).sql;
  const elements = elementsOf(arrayNode, scope);
  if (elements === undefined) return throughList(node, arrayNode, compare, scope);
  if (elements.length === 0) return booleanValue(node.useOr ? 'false' : 'true');
  const plain = elements.every((element) => compare(element) === `(${left.sql} = ${element.sql})`);
  if (node.useOr && plain) return booleanValue(`(${left.sql} IN (${elements.map(({ sql }) => sql).join(', ')}))`);
  const differs = elements.every((element) => compare(element) === `(${left.sql} <> ${element.sql})`);
  if (!node.useOr && differs)
    return booleanValue(`(${left.sql} NOT IN (${elements.map(({ sql }) => sql).join(', ')}))`);
  if (elements.length > MAX_WRITTEN_OUT && !plain) checkLength(elements.length, node.location);
  return booleanValue(`(${elements.map(compare).join(node.useOr ? ' OR ' : ' AND ')})`);
}

const MAX_COMPARISONS = 2_000;

function checkLength(count: number, location: number): void {
  if (count > MAX_COMPARISONS) throw unsupported(`a list of more than ${MAX_COMPARISONS} values here`, location);
}

/** The elements of a written-out array; undefined for an array that is known only when running, or is NULL. */
function elementsOf(node: Expression, scope: Scope): readonly Value[] | undefined {
  if (node.node === 'ARRAYEXPR' && !node.multidims)
    return (node.elements ?? []).map((element) => scope.statement.recursion.expression(element, scope));
  if (node.node === 'ARRAYCOERCEEXPR' && node.arg.node === 'ARRAYEXPR' && !node.arg.multidims) {
    const { elements } = node.arg;
    return (elements ?? []).map((element) =>
      coerced(node, scope.statement.recursion.expression(element, scope), scope),
    );
  }
  const folded = foldedConstant(node);
  if (folded === undefined || folded.value === null || typeof folded.value !== 'object' || !('kind' in folded.value))
    return undefined;
  if (folded.value.kind !== 'array') return undefined;
  const { elementOid, elements } = folded.value;
  return elements.map((element) => constantValue(element, elementOid, -1));
}

/** NULL for a NULL array; otherwise the OR (AND) of the comparisons, in three values. */
function throughList(
  node: ScalarArrayOpExpr,
  arrayNode: Expression,
  compare: (right: Value) => string,
  scope: Scope,
): Value {
  const array = scope.statement.recursion.expression(arrayNode, scope);
  const elementOid = elementOidOf(array.typeOid);
  refuseDimensions(array, node.location);
  if (elementOid === undefined) throw unsupportedType('of this array', node.location);
  const element: Value = { sql: 'e', typeOid: elementOid, typmod: -1, ...listElement(array) };
  if (elementOid === OID.numeric && element.nested === undefined) throw unsupportedType('numeric[]', node.location);
  const results = `list_transform(${array.sql}, lambda e: ${compare(element)})`;
  return booleanValue(
    once([results], (list) => {
      const decisive = node.useOr ? 'true' : 'false';
      return `CASE WHEN ${list} IS NULL THEN NULL WHEN list_contains(${list}, ${decisive}) THEN ${decisive} WHEN list_count(${list}) < len(${list}) THEN NULL ELSE ${node.useOr ? 'false' : 'true'} END`;
    }),
  );
}

export function translateArray(node: ArrayExpr, scope: Scope): Value {
  if (node.multidims) throw unsupported('an array of several dimensions', node.location);
  const values = (node.elements ?? []).map((element) => scope.statement.recursion.expression(element, scope));
  if (node.element_typeid === OID.numeric)
    return numericTexts(`CAST([${values.map(textForm).join(', ')}] AS VARCHAR[])`);
  const elements = values.map(({ sql }) => sql);
  const sql = `CAST([${elements.join(', ')}] AS ${duckdbTypeOf(node.array_typeid, node.location)})`;
  return { sql, typeOid: node.array_typeid, typmod: -1 };
}

/** `array[i]`: NULL outside of the array. */
export function translateSubscript(node: SubscriptingRef, scope: Scope): Value {
  const { expression } = scope.statement.recursion;
  const indexes = node.refupperindexpr ?? [];
  const [index] = indexes;
  const lower = (node.reflowerindexpr ?? []).length > 0;
  if (indexes.length === 1 && lower && node.refassgnexpr === null) return slice(node, scope);
  if (indexes.length !== 1 || index === null || index === undefined || lower || node.refassgnexpr !== null)
    throw unsupported('a slice of an array', node.location);
  const array = expression(node.refexpr, scope);
  if (elementOidOf(node.refcontainertype) === undefined) throw unsupported('this subscript', node.location);
  const position = expression(index, scope).sql;
  refuseDimensions(array, node.location);
  const { nested, decimal } = listElement(array);
  if (node.refrestype === OID.numeric && nested === undefined) throw unsupportedType('numeric[]', node.location);
  return {
    sql: `(CASE WHEN ${position} >= 1 THEN ${array.sql}[${position}] END)`,
    typeOid: node.refrestype,
    typmod: node.reftypmod,
    nested,
    decimal,
  };
}

/** What is known of an array's elements from the Iceberg type of its column. */
export function listElement({ nested }: Value): Pick<Value, 'nested' | 'decimal'> {
  const element = typeof nested === 'object' && nested.kind === 'list' ? nested.element : undefined;
  const decimal =
    typeof element === 'object' && element.kind === 'decimal'
      ? { precision: element.precision, scale: element.scale, displayScale: element.scale }
      : undefined;
  return { nested: element, decimal };
}

/** `array[l:u]`: what is outside of the array is left out; NULL where a bound is. */
function slice(node: SubscriptingRef, scope: Scope): Value {
  const { expression } = scope.statement.recursion;
  const array = expression(node.refexpr, scope);
  refuseDimensions(array, node.location);
  if (elementOidOf(node.refcontainertype) === undefined) throw unsupported('this subscript', node.location);
  const bound = (index: Expression | null | undefined): string | undefined =>
    index === null || index === undefined ? undefined : expression(index, scope).sql;
  const [low, high] = [bound(node.reflowerindexpr?.[0]), bound(node.refupperindexpr?.[0])];
  const sql = once([array.sql, low ?? '1', high ?? 'NULL'], (x, l, h) => {
    const last = high === undefined ? `len(${x})` : `least(${h}, len(${x}))`;
    const given = [low === undefined ? [] : [`${l} IS NULL`], high === undefined ? [] : [`${h} IS NULL`]].flat();
    const empty = `${last} < 1 OR ${l} > ${last}`;
    const nulls = [`${x} IS NULL`, ...given].join(' OR ');
    return `CASE WHEN ${nulls} THEN NULL WHEN ${empty} THEN list_slice(${x}, 2, 1) ELSE list_slice(${x}, greatest(${l}, 1), ${last}) END`;
  });
  return { ...array, sql, typeOid: node.refrestype, typmod: node.reftypmod, constant: undefined };
}

/** A cast of every element. */
export function translateArrayCoerce(node: ArrayCoerceExpr, scope: Scope): Value {
  const array = scope.statement.recursion.expression(node.arg, scope);
  refuseDimensions(array, node.location);
  const elementOid = elementOidOf(array.typeOid);
  if (
    elementOid === undefined ||
    elementOid === OID.numeric ||
    arrayOidOf(elementOidOf(node.resulttype) ?? 0) === undefined
  )
    throw unsupportedType('of this array', node.location);
  const element = coerced(node, { sql: 'e', typeOid: elementOid, typmod: -1 }, scope);
  if (element.sql === 'e') return { ...array, typeOid: node.resulttype, typmod: node.resulttypmod };
  return {
    sql: `list_transform(${array.sql}, lambda e: ${element.sql})`,
    typeOid: node.resulttype,
    typmod: node.resulttypmod,
  };
}

function coerced(node: ArrayCoerceExpr, element: Value, scope: Scope): Value {
  return scope.statement.recursion.expression(node.elemexpr, { ...scope, caseTest: element });
}

import type { FieldSelect, Var } from '../tree/expression.ts';
import { RTE } from '../tree/tree.ts';
import { equalityKey } from './comparison-key.ts';
import { unsupported } from './errors.ts';
import { decimalOfTypmod } from './decimal-of-typmod.ts';
import { OID } from '../pgtype/oid.ts';
import type { Scope, Value } from './scope.ts';
import { ancestor } from './scope.ts';
import { sqlText } from '../base/sql-text.ts';

/** A column: join aliases and group keys stand for expressions of their own level. */
export function translateVar(node: Var, scope: Scope): Value {
  const level = ancestor(scope, node.varlevelsup);
  if (node.varreturningtype !== 0 && level.returning !== undefined) {
    const row = node.varreturningtype === 1 ? level.returning.old : level.returning.new;
    return row.column(node.varattno, node.location);
  }
  const entry = level.query.rtable?.[node.varno - 1];
  if (entry === undefined) throw new Error(`the tree names range table entry ${node.varno}, which there is none`);
  if (node.varattno === 0) throw unsupported('a whole row as a value', node.location);
  if (entry.rtekind === RTE.join) {
    const aliased = entry.joinaliasvars?.[node.varattno - 1];
    if (!aliased) throw unsupported('a dropped column', node.location);
    return scope.statement.recursion.expression(aliased, owned(level, scope, node));
  }
  if (entry.rtekind === RTE.group) {
    const key = entry.groupexprs?.[node.varattno - 1];
    if (key === undefined) throw new Error('the tree names a group key that there is none');
    const value = scope.statement.recursion.expression(key, owned(level, scope, node));
    return { ...groupedValue(value, scope, node), leaving: undefined, ...groupedDecimal(value, scope, node) };
  }
  const source = level.entries.get(node.varno);
  if (source === undefined) throw unsupported('this reference to another part of FROM', node.location);
  return source.column(node.varattno, node.location);
}

/** The scope in which what a Var of `level` stands for is translated. */
function owned(level: Scope, scope: Scope, node: Var): Scope {
  return node.varlevelsup === 0 ? scope : level;
}

/** Where equal keys may look different (character(n), interval) Postgres shows one of the group's. */
function groupedValue(value: Value, scope: Scope, node: Var): Value {
  if (scope.insideAggregate === true || equalityKey(value) === value.sql) return value;
  if (node.varlevelsup > 0) throw unsupported('this group key in a subquery', node.location);
  return { ...value, sql: `first(${value.sql})` };
}

/** Equal group keys may show different digits; Postgres shows those of the first row it meets. */
function groupedDecimal(value: Value, scope: Scope, node: Var): Pick<Value, 'decimal'> {
  if (value.decimal === undefined || typeof value.decimal.displayScale === 'number') return { decimal: value.decimal };
  if (scope.insideAggregate === true || node.varlevelsup > 0) return { decimal: value.decimal };
  return { decimal: { ...value.decimal, displayScale: `max(${value.decimal.displayScale})` } };
}

/** `(struct).field` */
export function translateFieldSelect(node: FieldSelect, scope: Scope): Value {
  const value = scope.statement.recursion.expression(node.arg, scope);
  const { nested } = value;
  if (typeof nested !== 'object' || nested.kind !== 'struct')
    throw unsupported('a field of a composite value that is no struct column', node.location);
  const field = nested.fields[node.fieldnum - 1];
  if (field === undefined) throw unsupported('a field that the struct does not have', node.location);
  return {
    sql: `struct_extract(${value.sql}, ${sqlText(field.name)})`,
    typeOid: node.resulttype,
    typmod: node.resulttypmod,
    nested: field.type,
    decimal: node.resulttype === OID.numeric ? decimalOf(field.type, node.resulttypmod) : undefined,
  };
}

function decimalOf(type: NonNullable<Value['nested']>, typmod: number): Value['decimal'] {
  if (typeof type === 'object' && type.kind === 'decimal')
    return { precision: type.precision, scale: type.scale, displayScale: type.scale };
  return decimalOfTypmod(typmod);
}

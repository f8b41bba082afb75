import type { IcebergValue, NestedField, Schema, Transform, Type } from '../iceberg/iceberg.ts';
import type { Comparison, Predicate } from './plan.ts';
import type { Comparable } from './compare-values.ts';
import { comparableValue, compareValues } from './compare-values.ts';

/** A column that a predicate speaks of. */
export type BoundField = {
  readonly id: number;
  readonly type: Type;
  /** Inside a struct, where a null of the struct is a null of the field. */
  readonly nested: boolean;
  /** Literals under partition transforms, kept since every file asks for the same ones. */
  readonly transformed: Map<Transform, Map<Comparable, Comparable>>;
};

/**
 * A predicate against a schema, without `not`: negations are pushed into the leaves, which three-valued logic allows
 * since PostgreSQL's order is total. Literals are comparable and never null. A leaf that says nothing (no
 * such column, a literal of another type) is `true`.
 */
export type BoundPredicate =
  | { readonly kind: 'true' | 'false' }
  | { readonly kind: 'and' | 'or'; readonly of: readonly BoundPredicate[] }
  | { readonly kind: 'compare'; readonly field: BoundField; readonly op: Comparison; readonly value: Comparable }
  /** Values sorted, without repetition. */
  | { readonly kind: 'in' | 'notIn'; readonly field: BoundField; readonly values: readonly Comparable[] }
  | { readonly kind: 'startsWith' | 'notStartsWith'; readonly field: BoundField; readonly prefix: Uint8Array }
  | { readonly kind: 'isNull' | 'isNotNull'; readonly field: BoundField };

/** Resolves a predicate's fields in the schema that rows are read with. */
export function boundPredicate(predicate: Predicate, schema: Schema): BoundPredicate {
  return bind(predicate, false, fieldsOf(schema));
}

function bind(predicate: Predicate, negated: boolean, fields: ReadonlyMap<number, BoundField>): BoundPredicate {
  switch (predicate.kind) {
    case 'true':
    case 'false':
      return { kind: (predicate.kind === 'true') === negated ? 'false' : 'true' };
    case 'not':
      return bind(predicate.of, !negated, fields);
    case 'and':
    case 'or': {
      const kind = (predicate.kind === 'and') === negated ? 'or' : 'and';
      return joined(
        kind,
        predicate.of.map((part) => bind(part, negated, fields)),
      );
    }
    default: {
      const field = fields.get(predicate.field);
      const usable = field !== undefined && literalsOf(predicate).every((value) => isOfType(field.type, value));
      return usable ? bindLeaf(predicate, negated, field) : { kind: 'true' };
    }
  }
}

type Leaf = Exclude<Predicate, { kind: 'true' | 'false' | 'and' | 'or' | 'not' }>;

function bindLeaf(leaf: Leaf, negated: boolean, field: BoundField): BoundPredicate {
  switch (leaf.kind) {
    case 'isNull':
    case 'isNotNull':
      return { kind: (leaf.kind === 'isNull') === negated ? 'isNotNull' : 'isNull', field };
    case 'startsWith':
      return {
        kind: negated ? 'notStartsWith' : 'startsWith',
        field,
        prefix: Buffer.from(leaf.prefix, 'utf8'),
      };
    case 'compare':
      if (leaf.value === null) return { kind: 'false' };
      return {
        kind: 'compare',
        field,
        op: negated ? opposite[leaf.op] : leaf.op,
        value: comparableValue(field.type, leaf.value),
      };
    case 'in': {
      const values = leaf.values.filter((value) => value !== null);
      // `x not in (..., null)` is never true.
      if (negated && values.length < leaf.values.length) return { kind: 'false' };
      const sorted = values.map((value) => comparableValue(field.type, value)).sort(compareValues);
      const distinct = sorted.filter((value, at) => at === 0 || compareValues(sorted[at - 1]!, value) !== 0);
      if (distinct.length === 0) return { kind: negated ? 'true' : 'false' };
      return { kind: negated ? 'notIn' : 'in', field, values: distinct };
    }
  }
}

function literalsOf(leaf: Leaf): readonly IcebergValue[] {
  if (leaf.kind === 'startsWith') return [leaf.prefix];
  if (leaf.kind === 'in') return leaf.values;
  return leaf.kind === 'compare' ? [leaf.value] : [];
}

function isOfType(type: Type, value: IcebergValue): boolean {
  if (value === null) return true;
  switch (typeof type === 'object' ? type.kind : type) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'float':
    case 'double':
      return typeof value === 'number';
    case 'string':
      return typeof value === 'string';
    case 'uuid':
    case 'fixed':
    case 'binary':
      return value instanceof Uint8Array;
    case 'int':
    case 'date':
    case 'long':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'timestamp_ns':
    case 'timestamptz_ns':
    case 'decimal':
      return typeof value === 'bigint' || Number.isInteger(value);
    default:
      return false;
  }
}

const opposite: Readonly<Record<Comparison, Comparison>> = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};

function joined(kind: 'and' | 'or', parts: readonly BoundPredicate[]): BoundPredicate {
  const neutral = kind === 'and' ? 'true' : 'false';
  const decisive = kind === 'and' ? 'false' : 'true';
  if (parts.some((part) => part.kind === decisive)) return { kind: decisive };
  const of = parts.filter((part) => part.kind !== neutral);
  if (of.length === 0) return { kind: neutral };
  return of.length === 1 ? of[0]! : { kind, of };
}

/** Columns and struct leaves. What is inside lists and maps has no one value a row. */
function fieldsOf(schema: Schema): ReadonlyMap<number, BoundField> {
  const found = new Map<number, BoundField>();
  const visit = (fields: readonly NestedField[], nested: boolean) => {
    for (const { id, type } of fields) {
      found.set(id, { id, type, nested, transformed: new Map() });
      if (typeof type === 'object' && type.kind === 'struct') visit(type.fields, true);
    }
  };
  visit(schema.fields, false);
  return found;
}

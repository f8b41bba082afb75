import type { NestedField, PrimitiveType, Schema, Type } from '../iceberg/iceberg.ts';
import type { IcebergValue } from '../iceberg/iceberg.ts';
import { TIMESTAMP_INFINITY } from '../pgtype/pgtype.ts';
import type { PgNumeric, PgValue } from '../pgtype/pgtype.ts';
import type { Predicate } from '../plan/plan.ts';
import type { Operand, PredicateTemplate } from '../translate/translate.ts';

/**
 * The pruning predicate of one execution: operands become Iceberg values of their field's type. What cannot be
 * expressed exactly is widened, never narrowed: `true` outside a negation, `false` inside one.
 * `parameters` are the engine parameters' values, by index.
 */
export function bindPredicate(template: PredicateTemplate, schema: Schema, parameters: readonly PgValue[]): Predicate {
  const types = leafTypes(schema.fields);
  return bind(template, false);

  function bind(node: PredicateTemplate, negated: boolean): Predicate {
    const unknown: Predicate = { kind: negated ? 'false' : 'true' };
    switch (node.kind) {
      case 'and':
      case 'or':
        return { kind: node.kind, of: node.of.map((part) => bind(part, negated)) };
      case 'not':
        return { kind: 'not', of: bind(node.of, !negated) };
      case 'compare': {
        const value = operandValue(node.operand, node.field);
        if (value === undefined) return unknown;
        return value === null ? { kind: 'false' } : { kind: 'compare', field: node.field, op: node.op, value };
      }
      case 'in': {
        const values = node.operands.map((operand) => operandValue(operand, node.field));
        if (values.includes(undefined)) return unknown;
        return {
          kind: 'in',
          field: node.field,
          values: values.filter((value) => value !== null && value !== undefined) as IcebergValue[],
        };
      }
      case 'startsWith': {
        const prefix = operandValue(node.prefix, node.field);
        if (prefix === null) return { kind: 'false' };
        return typeof prefix === 'string' ? { kind: 'startsWith', field: node.field, prefix } : unknown;
      }
      default:
        return node;
    }
  }

  function operandValue(operand: Operand, field: number): IcebergValue | undefined {
    const value = 'value' in operand ? operand.value : parameters[operand.parameter];
    if (value === null) return null;
    const type = types.get(field);
    return type === undefined || value === undefined ? undefined : icebergValue(value, type);
  }
}

/** The value in the field's own form, or undefined where it has none that compares exactly alike. */
function icebergValue(value: Exclude<PgValue, null>, type: PrimitiveType): IcebergValue | undefined {
  if (typeof type === 'object') {
    if (type.kind === 'decimal') return unscaledAt(value, type.scale);
    return type.kind === 'fixed' && value instanceof Uint8Array ? value : undefined;
  }
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'int': {
      const integer = unscaledAt(value, 0);
      return integer !== undefined && BigInt.asIntN(32, integer) === integer ? Number(integer) : undefined;
    }
    case 'long': {
      const integer = unscaledAt(value, 0);
      return integer !== undefined && BigInt.asIntN(64, integer) === integer ? integer : undefined;
    }
    case 'float':
    case 'double':
      return typeof value === 'number' ? value : undefined;
    case 'date':
      return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
    case 'time':
      return typeof value === 'bigint' ? value : undefined;
    case 'timestamp':
    case 'timestamptz':
      return typeof value === 'bigint' && value !== TIMESTAMP_INFINITY && value !== -TIMESTAMP_INFINITY
        ? value
        : undefined;
    case 'string':
      return typeof value === 'string' ? value : undefined;
    case 'binary':
      return value instanceof Uint8Array ? value : undefined;
    case 'uuid':
      return typeof value === 'string' && value.length === 36
        ? Uint8Array.from(Buffer.from(value.replaceAll('-', ''), 'hex'))
        : undefined;
    default:
      return undefined;
  }
}

/** An exact number times 10^scale, or undefined where that is no integer. */
function unscaledAt(value: Exclude<PgValue, null>, scale: number): bigint | undefined {
  const numeric = asNumeric(value);
  if (numeric === undefined || 'special' in numeric) return undefined;
  if (numeric.scale <= scale) return numeric.unscaled * 10n ** BigInt(scale - numeric.scale);
  const divisor = 10n ** BigInt(numeric.scale - scale);
  return numeric.unscaled % divisor === 0n ? numeric.unscaled / divisor : undefined;
}

function asNumeric(value: Exclude<PgValue, null>): PgNumeric | undefined {
  if (typeof value === 'bigint') return { kind: 'numeric', unscaled: value, scale: 0 };
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? { kind: 'numeric', unscaled: BigInt(value), scale: 0 } : undefined;
  return typeof value === 'object' && 'kind' in value && value.kind === 'numeric' ? value : undefined;
}

function leafTypes(fields: readonly NestedField[]): ReadonlyMap<number, PrimitiveType> {
  const types = new Map<number, PrimitiveType>();
  const visit = (id: number, type: Type): void => {
    if (typeof type === 'object' && type.kind === 'struct')
      for (const field of type.fields) visit(field.id, field.type);
    else if (typeof type !== 'object' || (type.kind !== 'list' && type.kind !== 'map')) types.set(id, type);
  };
  for (const field of fields) visit(field.id, field.type);
  return types;
}

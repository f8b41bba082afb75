import type { IcebergValue } from '../../src/iceberg/iceberg.ts';
import type { Predicate } from '../../src/plan/plan.ts';

/** What PostgreSQL makes of a predicate over a row, told independently of the planner: true, false or null. */
export function threeValued(predicate: Predicate, row: ReadonlyMap<number, IcebergValue>): boolean | null {
  switch (predicate.kind) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'not':
      return negated(threeValued(predicate.of, row));
    case 'and': {
      const parts = predicate.of.map((part) => threeValued(part, row));
      return parts.includes(false) ? false : parts.includes(null) ? null : true;
    }
    case 'or': {
      const parts = predicate.of.map((part) => threeValued(part, row));
      return parts.includes(true) ? true : parts.includes(null) ? null : false;
    }
    case 'isNull':
      return row.get(predicate.field) === null;
    case 'isNotNull':
      return row.get(predicate.field) !== null;
    case 'startsWith': {
      const value = row.get(predicate.field) as string | null;
      return value === null ? null : value.startsWith(predicate.prefix);
    }
    case 'in': {
      const equals = predicate.values.map((value) => compared(row.get(predicate.field)!, '=', value));
      return equals.includes(true) ? true : equals.includes(null) ? null : false;
    }
    case 'compare':
      return compared(row.get(predicate.field)!, predicate.op, predicate.value);
  }
}

/** Negative, zero or positive, as PostgreSQL orders values of one type. */
export function compareAsPostgres(left: NonNullable<IcebergValue>, right: NonNullable<IcebergValue>): number {
  if (typeof left === 'string') return compareLists(codePoints(left), codePoints(right as string));
  if (left instanceof Uint8Array) return compareLists([...left], [...(right as Uint8Array)]);
  if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
  return left < right ? -1 : left > right ? 1 : 0;
}

function compared(left: IcebergValue, op: string, right: IcebergValue): boolean | null {
  if (left === null || right === null) return null;
  const order = compareAsPostgres(left, right);
  switch (op) {
    case '=':
      return order === 0;
    case '<>':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    default:
      return order >= 0;
  }
}

function compareLists(left: readonly number[], right: readonly number[]): number {
  const at = left.findIndex((part, index) => part !== right[index]);
  if (at < 0) return left.length - right.length;
  return at >= right.length ? 1 : left[at]! - right[at]!;
}

function codePoints(text: string): readonly number[] {
  return Array.from(text, (part) => part.codePointAt(0)!);
}

function negated(value: boolean | null): boolean | null {
  return value === null ? null : !value;
}

import type { Type } from '../iceberg/iceberg.ts';
import type { Comparable } from './compare-values.ts';
import { compareValues } from './compare-values.ts';

/**
 * What is known of a column's values in a file, or in all files of a manifest. Every fact is an upper limit of what
 * may be there; values are null, NaN or *ordinary*.
 */
export type FieldFacts = {
  readonly mayBeNull: boolean;
  readonly mayBeNan: boolean;
  readonly mayBeOrdinary: boolean;
  /** Inclusive limits of the ordinary values. */
  readonly lower: Comparable | undefined;
  readonly upper: Comparable | undefined;
  /** False where no row can equal the value, by partition transforms that keep no order. */
  readonly mayEqual: readonly ((value: Comparable) => boolean)[];
};

/** Nothing is known but the type. */
export function unknownFacts(type: Type): FieldFacts {
  return { ...anything, mayBeNan: isFloating(type) };
}

/** What holds if both hold. */
export function bothFacts(left: FieldFacts, right: FieldFacts): FieldFacts {
  return {
    mayBeNull: left.mayBeNull && right.mayBeNull,
    mayBeNan: left.mayBeNan && right.mayBeNan,
    mayBeOrdinary: left.mayBeOrdinary && right.mayBeOrdinary,
    lower: tighter(left.lower, right.lower, 1),
    upper: tighter(left.upper, right.upper, -1),
    mayEqual: left.mayEqual.length === 0 ? right.mayEqual : [...left.mayEqual, ...right.mayEqual],
  };
}

export function isFloating(type: Type): boolean {
  return type === 'float' || type === 'double';
}

const anything: FieldFacts = {
  mayBeNull: true,
  mayBeNan: true,
  mayBeOrdinary: true,
  lower: undefined,
  upper: undefined,
  mayEqual: [],
};

function tighter(left: Comparable | undefined, right: Comparable | undefined, sign: 1 | -1): Comparable | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return compareValues(left, right) * sign >= 0 ? left : right;
}

import type { BoundField, BoundPredicate } from './bound-predicate.ts';
import type { FieldFacts } from './field-facts.ts';
import type { Comparison } from './plan.ts';
import type { Comparable } from './compare-values.ts';
import { compareValues } from './compare-values.ts';

/** Whether a row may exist for which the predicate is true. On any doubt: true. */
export function mayMatch(predicate: BoundPredicate, factsOf: (field: BoundField) => FieldFacts): boolean {
  switch (predicate.kind) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'and':
      return predicate.of.every((part) => mayMatch(part, factsOf));
    case 'or':
      return predicate.of.some((part) => mayMatch(part, factsOf));
    case 'isNull':
      return factsOf(predicate.field).mayBeNull;
    case 'isNotNull': {
      const facts = factsOf(predicate.field);
      return facts.mayBeOrdinary || facts.mayBeNan;
    }
    case 'compare':
      return mayCompare(factsOf(predicate.field), predicate.op, predicate.value);
    case 'in':
      return mayBeAmong(factsOf(predicate.field), predicate.values);
    case 'notIn': {
      const facts = factsOf(predicate.field);
      return predicate.values.every((value) => mayCompare(facts, '<>', value));
    }
    case 'startsWith':
      return mayStartWith(factsOf(predicate.field), predicate.prefix);
    case 'notStartsWith':
      return mayStartOtherwise(factsOf(predicate.field), predicate.prefix);
  }
}

function mayCompare(facts: FieldFacts, op: Comparison, value: Comparable): boolean {
  if (Number.isNaN(value)) return mayCompareWithNan(facts, op);
  const { lower, upper } = facts;
  // NaN is above every value.
  if (facts.mayBeNan && (op === '>' || op === '>=' || op === '<>')) return true;
  if (!facts.mayBeOrdinary) return false;
  switch (op) {
    case '=':
      return mayEqual(facts, value);
    case '<>':
      return !(isValue(lower, value) && isValue(upper, value));
    case '<':
      return lower === undefined || compareValues(lower, value) < 0;
    case '<=':
      return lower === undefined || compareValues(lower, value) <= 0;
    case '>':
      return upper === undefined || compareValues(upper, value) > 0;
    case '>=':
      return upper === undefined || compareValues(upper, value) >= 0;
  }
}

function mayCompareWithNan(facts: FieldFacts, op: Comparison): boolean {
  switch (op) {
    case '=':
    case '>=':
      return facts.mayBeNan;
    case '<>':
    case '<':
      return facts.mayBeOrdinary;
    case '<=':
      return facts.mayBeNan || facts.mayBeOrdinary;
    case '>':
      return false;
  }
}

function mayEqual({ lower, upper, mayEqual: tests }: FieldFacts, value: Comparable): boolean {
  if (lower !== undefined && compareValues(lower, value) > 0) return false;
  if (upper !== undefined && compareValues(upper, value) < 0) return false;
  return tests.every((test) => test(value));
}

/** `values` are sorted: only those within the limits are looked at. NaN, the greatest, is the last. */
function mayBeAmong(facts: FieldFacts, values: readonly Comparable[]): boolean {
  const count = Number.isNaN(values.at(-1)) ? values.length - 1 : values.length;
  if (count < values.length && facts.mayBeNan) return true;
  if (!facts.mayBeOrdinary) return false;
  let at = facts.lower === undefined ? 0 : firstNotBelow(values, count, facts.lower);
  for (; at < count; at++) {
    if (facts.upper !== undefined && compareValues(values[at]!, facts.upper) > 0) return false;
    if (mayEqual(facts, values[at]!)) return true;
  }
  return false;
}

function firstNotBelow(values: readonly Comparable[], count: number, limit: Comparable): number {
  let [from, to] = [0, count];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (compareValues(values[middle]!, limit) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

function mayStartWith({ mayBeOrdinary, lower, upper }: FieldFacts, prefix: Uint8Array): boolean {
  if (!mayBeOrdinary) return false;
  return compareStart(lower, prefix) <= 0 && compareStart(upper, prefix) >= 0;
}

function mayStartOtherwise({ mayBeOrdinary, lower, upper }: FieldFacts, prefix: Uint8Array): boolean {
  if (!mayBeOrdinary) return false;
  const settled = lower instanceof Uint8Array && upper instanceof Uint8Array;
  return !settled || compareStart(lower, prefix) !== 0 || compareStart(upper, prefix) !== 0;
}

/** How a limit's first bytes compare with the prefix; 0 where there is no limit. */
function compareStart(limit: Comparable | undefined, prefix: Uint8Array): number {
  return limit instanceof Uint8Array ? compareValues(limit.subarray(0, prefix.length), prefix) : 0;
}

function isValue(limit: Comparable | undefined, value: Comparable): boolean {
  return limit !== undefined && compareValues(limit, value) === 0;
}

import type { FieldSummary, IcebergValue, PartitionField, PartitionSpec, Transform, Type } from '../iceberg/iceberg.ts';
import { applyTransform, transformAccepts, transformResultType } from '../iceberg/transform.ts';
import type { BoundField } from './bound-predicate.ts';
import type { FieldFacts } from './field-facts.ts';
import { bothFacts, isFloating, unknownFacts } from './field-facts.ts';
import { sourceRange } from './source-range.ts';
import type { SourceRange } from './source-range.ts';
import type { Comparable } from './compare-values.ts';
import { comparableBound, comparableValue, compareValues } from './compare-values.ts';

/** What a file's partition values, positional in its spec, say of a column. */
export function partitionFacts(field: BoundField, spec: PartitionSpec, partition: readonly IcebergValue[]): FieldFacts {
  return gathered(field, spec, (position, partitionField) => valueFacts(field, partitionField, partition[position]));
}

/** What a manifest's summaries, positional in its own spec, say of a column in all of its files. */
export function summaryFacts(field: BoundField, spec: PartitionSpec, summaries: readonly FieldSummary[]): FieldFacts {
  return gathered(field, spec, (position, partitionField) => {
    const summary = summaries[position];
    return summary && rangeFacts(field, partitionField, summary);
  });
}

function gathered(
  field: BoundField,
  spec: PartitionSpec,
  factsAt: (position: number, partitionField: PartitionField) => FieldFacts | undefined,
): FieldFacts {
  let gatheredFacts: FieldFacts | undefined;
  for (const [position, partitionField] of spec.fields.entries()) {
    const { sourceId, transform } = partitionField;
    if (sourceId !== field.id || transform.kind === 'void' || !transformAccepts(transform, field.type)) continue;
    const facts = factsAt(position, partitionField);
    if (facts !== undefined) gatheredFacts = gatheredFacts ? bothFacts(gatheredFacts, facts) : facts;
  }
  return gatheredFacts ?? unknownFacts(field.type);
}

function valueFacts(field: BoundField, { transform }: PartitionField, value?: IcebergValue): FieldFacts | undefined {
  const { type } = field;
  if (value === undefined) return undefined;
  if (value === null) return { ...unknownFacts(type), mayBeNan: false, mayBeOrdinary: false };
  const partition = comparableValue(transformResultType(transform, type), value);
  const nan = Number.isNaN(partition);
  const range = { lower: partition, upper: partition };
  return {
    mayBeNull: false,
    mayBeNan: nan,
    mayBeOrdinary: !nan,
    ...sourceRange(transform, type, range),
    mayEqual: equalityTests(transform, field, range),
  };
}

function rangeFacts(field: BoundField, { transform }: PartitionField, summary: FieldSummary): FieldFacts {
  const { type } = field;
  const resultType = transformResultType(transform, type);
  const mayBeNan = isFloating(type) && summary.containsNan !== false;
  const absent = summary.lowerBound === undefined && summary.upperBound === undefined;
  const range = ordered(resultType, {
    lower: comparableBound(resultType, summary.lowerBound),
    upper: comparableBound(resultType, summary.upperBound),
  });
  return {
    mayBeNull: summary.containsNull,
    mayBeNan,
    // Bounds are left out where all values are null or NaN; a list that says neither says nothing.
    mayBeOrdinary: !(absent && (summary.containsNull || mayBeNan)),
    ...sourceRange(transform, type, range),
    mayEqual: equalityTests(transform, field, range),
  };
}

/** Java sorts uuids as signed halves, so bounds of several uuids are no limits in PostgreSQL's order. */
function ordered(type: Type, range: SourceRange): SourceRange {
  if (type !== 'uuid' || (range.lower && range.upper && compareValues(range.lower, range.upper) === 0)) return range;
  return { lower: undefined, upper: undefined };
}

/** Where the transform loses more than the range can say, equal values are told by their transform. */
function equalityTests(transform: Transform, field: BoundField, { lower, upper }: SourceRange): FieldFacts['mayEqual'] {
  if (transform.kind !== 'bucket' && transform.kind !== 'truncate') return [];
  return [
    (value: Comparable) => {
      const partition = transformed(transform, field, value);
      if (lower !== undefined && compareValues(partition, lower) < 0) return false;
      return upper === undefined || compareValues(partition, upper) <= 0;
    },
  ];
}

function transformed(transform: Transform, { type, transformed: kept }: BoundField, value: Comparable): Comparable {
  const values = kept.get(transform) ?? new Map<Comparable, Comparable>();
  kept.set(transform, values);
  const known = values.get(value);
  if (known !== undefined) return known;
  const source = type === 'string' ? Buffer.from(value as Uint8Array).toString('utf8') : value;
  const partition = comparableValue(transformResultType(transform, type), applyTransform(transform, type, source)!);
  values.set(value, partition);
  return partition;
}

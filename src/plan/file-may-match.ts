import type { DataFile, PartitionSpec } from '../iceberg/iceberg.ts';
import type { BoundField, BoundPredicate } from './bound-predicate.ts';
import { columnFacts } from './column-facts.ts';
import type { FieldFacts } from './field-facts.ts';
import { bothFacts } from './field-facts.ts';
import { mayMatch } from './may-match.ts';
import { partitionFacts } from './partition-facts.ts';
import { compareValues } from './compare-values.ts';

/** Whether a data file may hold a matching row, by its partition values and its column metrics. */
export function fileMayMatch(predicate: BoundPredicate, spec: PartitionSpec, file: DataFile): boolean {
  if (predicate.kind === 'true') return true;
  // Partition values first: metrics are costly to come by.
  if (!mayMatch(predicate, (field) => partitionFacts(field, spec, file.partition))) return false;
  const known = new Map<number, FieldFacts>();
  return mayMatch(predicate, (field: BoundField) => {
    const found = known.get(field.id);
    if (found !== undefined) return found;
    const byPartition = partitionFacts(field, spec, file.partition);
    const facts = isSettled(byPartition) ? byPartition : bothFacts(byPartition, columnFacts(field, file));
    known.set(field.id, facts);
    return facts;
  });
}

/** Whether the partition says all there is to say: one value, or nothing but nulls. */
function isSettled({ mayBeNull, mayBeNan, mayBeOrdinary, lower, upper }: FieldFacts): boolean {
  if (!mayBeOrdinary) return mayBeNull !== mayBeNan;
  const single = lower !== undefined && upper !== undefined && compareValues(lower, upper) === 0;
  return single && !mayBeNull && !mayBeNan;
}

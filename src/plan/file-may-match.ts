import type { DataFile, PartitionSpec } from '../iceberg/iceberg.ts';
import type { BoundField, BoundPredicate } from './bound-predicate.ts';
import { columnFacts } from './column-facts.ts';
import { columnMetrics } from './column-metrics.ts';
import type { FieldFacts } from './field-facts.ts';
import { bothFacts } from './field-facts.ts';
import { mayMatch } from './may-match.ts';
import { partitionFacts } from './partition-facts.ts';

/** Whether a data file may hold a matching row, by its partition values and its column metrics. */
export function fileMayMatch(predicate: BoundPredicate, spec: PartitionSpec, file: DataFile): boolean {
  if (predicate.kind === 'true') return true;
  // Partition values first: metrics are costly to come by.
  if (!mayMatch(predicate, (field) => partitionFacts(field, spec, file.partition))) return false;
  const metrics = columnMetrics(file);
  const known = new Map<number, FieldFacts>();
  return mayMatch(predicate, (field: BoundField) => {
    const found = known.get(field.id);
    if (found !== undefined) return found;
    const facts = bothFacts(partitionFacts(field, spec, file.partition), columnFacts(field, metrics));
    known.set(field.id, facts);
    return facts;
  });
}

import type { NestedField } from '../../iceberg/iceberg.ts';
import type { EqualityDelete, ScanPlan } from '../../plan/plan.ts';
import { partitionKey } from '../../plan/partition-key.ts';

/**
 * Equality deletes of one set of key fields. A delete applies to rows of lower data sequence, everywhere if it is under
 * the unpartitioned spec, else in its own partition; so of equal keys only the highest sequence per scope matters.
 */
export type EqualityDeleteSet = {
  readonly fields: readonly NestedField[];
  /** Indexes into the plan's equality deletes. */
  readonly deletes: readonly number[];
};

/** The sets that apply to any file of the plan. The first definition of a key field found in the table's schema wins. */
export function equalityDeleteSets(plan: ScanPlan): readonly EqualityDeleteSet[] {
  const used = [...new Set(plan.files.flatMap(({ equalityDeletes }) => equalityDeletes))].toSorted((a, b) => a - b);
  const sets = Map.groupBy(used, (index) =>
    plan.equalityDeletes[index]!.fields.map(({ id }) => id)
      .toSorted((a, b) => a - b)
      .join(','),
  );
  return [...sets.values()].map((deletes) => ({
    fields: plan.equalityDeletes[deletes[0]!]!.fields.map(
      (field) => plan.schema.fields.find(({ id }) => id === field.id) ?? latest(plan, deletes, field),
    ),
    deletes,
  }));
}

/** A dropped field as the youngest delete knows it: types only ever widen. */
function latest(plan: ScanPlan, deletes: readonly number[], field: NestedField): NestedField {
  const known = deletes
    .map((index) => plan.equalityDeletes[index]!)
    .toSorted((a, b) => Number(a.dataSequenceNumber - b.dataSequenceNumber))
    .at(-1)!;
  return known.fields.find(({ id }) => id === field.id) ?? field;
}

/** Scope of rows that a delete reaches: '' for all partitions. */
export function deleteScope(plan: ScanPlan, index: number): string {
  const { file }: EqualityDelete = plan.equalityDeletes[index]!;
  const isGlobal =
    file.partition.length === 0 ||
    plan.files.some((data) => data.equalityDeletes.includes(index) && data.file.specId !== file.specId);
  return isGlobal ? '' : partitionKey(file.specId, file.partition);
}

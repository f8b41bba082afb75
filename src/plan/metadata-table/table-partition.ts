import type { DataFile, PartitionField, TableMetadata, Type } from '../../iceberg/iceberg.ts';
import { partitionTypes } from '../../iceberg/partition-type.ts';
import { findField } from '../../iceberg/partition-type.ts';
import { structOf } from './metadata-columns.ts';
import type { MetadataValue } from './metadata-table.ts';

/**
 * One struct for the partitions of all specs: every partition field whose source column still exists, by field id. A
 * field has the name of the newest spec, and its type from a spec that has not dropped it (void).
 */
export type TablePartition = {
  readonly type: Type;
  valueOf(file: DataFile): readonly MetadataValue[];
};

/** Undefined for a table without partition fields. */
export function tablePartition(metadata: TableMetadata): TablePartition | undefined {
  const fields = partitionFields(metadata);
  if (fields.length === 0) return undefined;
  const positions = new Map(metadata.partitionSpecs.map((spec) => [spec.specId, positionsIn(spec.fields, fields)]));
  return {
    type: structOf(fields.map(({ name, type }) => [name, type])),
    valueOf: (file) =>
      (positions.get(file.specId) ?? fields.map(() => -1)).map((position) => file.partition[position] ?? null),
  };
}

type UnionField = { readonly fieldId: number; readonly name: string; readonly type: Type };

function partitionFields(metadata: TableMetadata): readonly UnionField[] {
  const current = metadata.schemas.find(({ schemaId }) => schemaId === metadata.currentSchemaId)?.fields ?? [];
  const found = new Map<number, UnionField & { readonly isVoid: boolean }>();
  for (const spec of metadata.partitionSpecs.toSorted((left, right) => right.specId - left.specId)) {
    const types = partitionTypes(spec, metadata);
    for (const [position, { fieldId, name, sourceId, transform }] of spec.fields.entries()) {
      if (findField(current, sourceId) === undefined) continue;
      const known = found.get(fieldId);
      if (known !== undefined && !known.isVoid) continue;
      const type = types[position] ?? 'string';
      found.set(fieldId, { fieldId, name: known?.name ?? name, type, isVoid: transform.kind === 'void' });
    }
  }
  return [...found.values()].sort((left, right) => left.fieldId - right.fieldId);
}

function positionsIn(specFields: readonly PartitionField[], fields: readonly UnionField[]): readonly number[] {
  return fields.map(({ fieldId }) => specFields.findIndex((field) => field.fieldId === fieldId));
}

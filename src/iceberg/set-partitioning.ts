import { applyUpdates } from './apply-updates.ts';
import { transformText } from './transform-text.ts';
import type { PartitionField, PartitionSpec, TableMetadata } from './iceberg.ts';

export type WantedPartitionField = Omit<PartitionField, 'fieldId'>;

/**
 * Makes these fields the default spec (spec: Partition Evolution): equivalent fields keep the ids that they ever had,
 * an equal spec is used again, other fields get new ids. In v1, where readers go by position, fields of the current
 * spec that are not wanted stay as void and new ones follow them.
 */
export function setPartitioning(metadata: TableMetadata, wanted: readonly WantedPartitionField[]): TableMetadata {
  const current = metadata.partitionSpecs.find((spec) => spec.specId === metadata.defaultSpecId)!;
  const fields = metadata.formatVersion === 1 ? positional(metadata, current, wanted) : withIds(metadata, wanted);
  return applyUpdates(metadata, [
    { action: 'add-spec', spec: { specId: -1, fields } },
    { action: 'set-default-spec', specId: -1 },
  ]);
}

function withIds(metadata: TableMetadata, wanted: readonly WantedPartitionField[]): readonly PartitionField[] {
  const known = metadata.partitionSpecs.flatMap((spec) => spec.fields);
  let lastId = metadata.lastPartitionId;
  return wanted.map((field) => {
    const before = known.find((candidate) => isSame(candidate, field) && candidate.name === field.name);
    return { ...field, fieldId: before?.fieldId ?? ++lastId };
  });
}

function positional(
  metadata: TableMetadata,
  current: PartitionSpec,
  wanted: readonly WantedPartitionField[],
): readonly PartitionField[] {
  const kept = current.fields.map((field): PartitionField => {
    const stays = wanted.find((candidate) => isSame(candidate, field));
    return stays === undefined ? { ...field, transform: { kind: 'void' } } : { ...field, name: stays.name };
  });
  const added = wanted.filter((field) => !current.fields.some((candidate) => isSame(candidate, field)));
  let lastId = metadata.lastPartitionId;
  // A void field may have the name that a new one wants.
  const taken = new Set(added.map((field) => field.name));
  return [
    ...kept.map((field) => (taken.has(field.name) ? { ...field, name: `${field.name}_${field.fieldId}` } : field)),
    ...added.map((field) => ({ ...field, fieldId: ++lastId })),
  ];
}

function isSame(a: WantedPartitionField, b: WantedPartitionField): boolean {
  return a.sourceId === b.sourceId && transformText(a.transform) === transformText(b.transform);
}

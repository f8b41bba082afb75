import type { FieldSummary, ManifestFile, PartitionSpec, TableMetadata, Type } from '../../iceberg/iceberg.ts';
import { partitionTypes } from '../../iceberg/partition-type.ts';
import { decodeSingleValue } from '../../iceberg/single-value.ts';
import { humanPartition } from './human-partition.ts';
import { listOf, structOf } from './metadata-columns.ts';
import type { MetadataRow, MetadataValue } from './metadata-table.ts';

/** The columns of `manifests`, shared by `all_manifests`. */
export const manifestColumns: readonly (readonly [name: string, type: Type])[] = [
  ['content', 'int'],
  ['path', 'string'],
  ['length', 'long'],
  ['partition_spec_id', 'int'],
  ['added_snapshot_id', 'long'],
  ['added_data_files_count', 'int'],
  ['existing_data_files_count', 'int'],
  ['deleted_data_files_count', 'int'],
  ['added_delete_files_count', 'int'],
  ['existing_delete_files_count', 'int'],
  ['deleted_delete_files_count', 'int'],
  [
    'partition_summaries',
    listOf(
      structOf([
        ['contains_null', 'boolean'],
        ['contains_nan', 'boolean'],
        ['lower_bound', 'string'],
        ['upper_bound', 'string'],
      ]),
    ),
  ],
];

export function manifestRow(metadata: TableMetadata, manifest: ManifestFile): MetadataRow {
  const { addedFilesCount, existingFilesCount, deletedFilesCount } = manifest;
  const counts = [addedFilesCount, existingFilesCount, deletedFilesCount];
  const none = counts.map(() => 0);
  const isData = manifest.content === 'data';
  return [
    isData ? 0 : 1,
    manifest.path,
    BigInt(manifest.lengthBytes),
    manifest.specId,
    manifest.addedSnapshotId,
    ...(isData ? [...counts, ...none] : [...none, ...counts]),
    summaries(metadata, manifest),
  ];
}

function summaries(metadata: TableMetadata, manifest: ManifestFile): MetadataValue {
  const spec = metadata.partitionSpecs.find(({ specId }) => specId === manifest.specId);
  if (manifest.partitions === undefined || spec === undefined) return null;
  const types = partitionTypes(spec, metadata);
  return manifest.partitions.map((summary, position) => summaryRow(spec, position, types[position], summary));
}

function summaryRow(
  spec: PartitionSpec,
  position: number,
  type: Type | undefined,
  { containsNull, containsNan, lowerBound, upperBound }: FieldSummary,
): MetadataRow {
  const transform = spec.fields[position]?.transform ?? { kind: 'void' };
  const bound = (bytes: Uint8Array | undefined): string => {
    const value = bytes && type && decodeSingleValue(type, bytes);
    return humanPartition(transform, type, value ?? null);
  };
  return [containsNull, containsNan ?? null, bound(lowerBound), bound(upperBound)];
}

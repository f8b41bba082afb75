import { AvroWriter, avroCodec } from './avro-writer.ts';
import { manifestListSchema } from './manifest-schema.ts';
import { metadataFolder } from './metadata-location.ts';
import { UNASSIGNED } from './write-manifest.ts';
import type { ManifestTarget } from './write-manifest.ts';
import type { FieldSummary, ManifestFile } from './iceberg.ts';

/** Writes the manifest list of a new snapshot and returns its URI; manifests of this commit get its sequence number. */
export async function writeManifestList(
  { store, metadata, attempt }: ManifestTarget,
  parentSnapshotId: bigint | undefined,
  sequenceNumber: bigint,
  manifests: readonly ManifestFile[],
): Promise<string> {
  const { formatVersion } = metadata;
  const { snapshotId, uuid } = attempt.state;
  const header = {
    'snapshot-id': String(snapshotId),
    'parent-snapshot-id': parentSnapshotId === undefined ? 'null' : String(parentSnapshotId),
    ...(formatVersion >= 2 && { 'sequence-number': String(sequenceNumber) }),
    'format-version': String(formatVersion),
  };
  const writer = new AvroWriter(manifestListSchema(formatVersion), header, avroCodec(metadata.properties));
  for (const manifest of manifests) await writer.add(manifestRecord(manifest, sequenceNumber));
  const path = `${metadataFolder(metadata)}/snap-${snapshotId}-${attempt.number}-${uuid}.avro`;
  attempt.written(path);
  await store.create(path, await writer.finish());
  return path;
}

function manifestRecord(manifest: ManifestFile, sequenceNumber: bigint): unknown {
  return {
    manifest_path: manifest.path,
    manifest_length: BigInt(manifest.lengthBytes),
    partition_spec_id: manifest.specId,
    content: manifest.content === 'deletes' ? 1 : 0,
    sequence_number: manifest.sequenceNumber === UNASSIGNED ? sequenceNumber : manifest.sequenceNumber,
    min_sequence_number: manifest.minSequenceNumber === UNASSIGNED ? sequenceNumber : manifest.minSequenceNumber,
    added_snapshot_id: manifest.addedSnapshotId,
    added_files_count: manifest.addedFilesCount,
    existing_files_count: manifest.existingFilesCount,
    deleted_files_count: manifest.deletedFilesCount,
    added_rows_count: manifest.addedRowsCount,
    existing_rows_count: manifest.existingRowsCount,
    deleted_rows_count: manifest.deletedRowsCount,
    partitions: manifest.partitions?.map(summaryRecord) ?? null,
    key_metadata: manifest.keyMetadata === undefined ? null : Buffer.from(manifest.keyMetadata),
  };
}

function summaryRecord(summary: FieldSummary): unknown {
  return {
    contains_null: summary.containsNull,
    contains_nan: summary.containsNan ?? null,
    lower_bound: summary.lowerBound === undefined ? null : Buffer.from(summary.lowerBound),
    upper_bound: summary.upperBound === undefined ? null : Buffer.from(summary.upperBound),
  };
}

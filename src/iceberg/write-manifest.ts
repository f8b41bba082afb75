import { AvroWriter, avroCodec } from './avro-writer.ts';
import { fixedTwosComplement, decimalBytes } from './decimal-bytes.ts';
import { malformed } from './errors.ts';
import { formatJson } from './json.ts';
import { avroName, manifestSchema } from './manifest-schema.ts';
import { metadataFolder } from './metadata-location.ts';
import { specFieldsJson } from './spec-json.ts';
import { PartitionSummaries } from './partition-summaries.ts';
import { partitionTypes } from './partition-type.ts';
import { schemaJson } from './schema-json.ts';
import { integerProperty } from './integer-property.ts';
import type { RowDeltaAttempt } from './commit-state.ts';
import type {
  DataFile,
  IcebergValue,
  ManifestEntry,
  ManifestFile,
  PartitionSpec,
  TableMetadata,
  Type,
} from './iceberg.ts';
import type { Store } from '../storage/storage.ts';

/**
 * An entry to write. Sequence numbers are undefined for what this commit adds: they are written null and inherited
 * from the manifest list, so that a retry with another sequence number leaves the manifest as it is.
 */
export type NewEntry = {
  readonly status: ManifestEntry['status'];
  readonly snapshotId: bigint;
  readonly dataSequenceNumber: bigint | undefined;
  readonly fileSequenceNumber: bigint | undefined;
  readonly file: DataFile;
};

/** Sequence numbers of a manifest that get theirs when the manifest list is written. */
export const UNASSIGNED = -1n;

export type ManifestTarget = {
  readonly store: Store;
  readonly metadata: TableMetadata;
  readonly attempt: RowDeltaAttempt;
};

/** Writes entries of one spec and one content as one manifest, or several where they would be too long. */
export async function writeManifests(
  target: ManifestTarget,
  specId: number,
  content: ManifestFile['content'],
  entries: Iterable<NewEntry>,
): Promise<readonly ManifestFile[]> {
  const { metadata } = target;
  const spec = metadata.partitionSpecs.find((candidate) => candidate.specId === specId);
  if (spec === undefined) throw malformed('data file', `partition spec ${specId} is not in the table's metadata`);
  const types = partitionTypes(spec, metadata);
  // Metrics compress to about a third.
  const longest = integerProperty(metadata.properties, 'commit.manifest.target-size-bytes', 8 * 1024 * 1024, 1) * 3;
  const manifests: ManifestFile[] = [];
  let open: OpenManifest | undefined;
  for (const entry of entries) {
    open ??= openManifest(target, spec, types, content);
    await open.add(entry);
    if (open.writer.rawBytes >= longest) {
      manifests.push(await open.finish());
      open = undefined;
    }
  }
  if (open !== undefined) manifests.push(await open.finish());
  return manifests;
}

type OpenManifest = {
  readonly writer: AvroWriter;
  readonly add: (entry: NewEntry) => Promise<void>;
  readonly finish: () => Promise<ManifestFile>;
};

function openManifest(
  { store, metadata, attempt }: ManifestTarget,
  spec: PartitionSpec,
  types: readonly (Type | undefined)[],
  content: ManifestFile['content'],
): OpenManifest {
  const { formatVersion } = metadata;
  const writer = new AvroWriter(
    manifestSchema(formatVersion, spec, types),
    manifestHeader(metadata, spec, content),
    avroCodec(metadata.properties),
  );
  const record = entryRecord(formatVersion, spec, types);
  const summaries = new PartitionSummaries(types);
  const files = { added: 0, existing: 0, deleted: 0 };
  const rows = { added: 0n, existing: 0n, deleted: 0n };
  let lowest: bigint | undefined;
  return {
    writer,
    add: async (entry) => {
      await writer.add(record(entry));
      summaries.add(entry.file.partition);
      files[entry.status] += 1;
      rows[entry.status] += BigInt(entry.file.recordCount);
      const sequence = entry.status === 'deleted' ? undefined : entry.dataSequenceNumber;
      if (sequence !== undefined && (lowest === undefined || sequence < lowest)) lowest = sequence;
    },
    finish: async () => {
      const bytes = await writer.finish();
      const path = `${metadataFolder(metadata)}/${attempt.state.uuid}-m${attempt.state.nextManifest++}.avro`;
      attempt.written(path);
      await store.create(path, bytes);
      return {
        path,
        lengthBytes: bytes.length,
        specId: spec.specId,
        content,
        sequenceNumber: UNASSIGNED,
        minSequenceNumber: lowest ?? UNASSIGNED,
        addedSnapshotId: attempt.state.snapshotId,
        addedFilesCount: files.added,
        existingFilesCount: files.existing,
        deletedFilesCount: files.deleted,
        addedRowsCount: rows.added,
        existingRowsCount: rows.existing,
        deletedRowsCount: rows.deleted,
        partitions: summaries.summaries(),
      };
    },
  };
}

/** Spec: Manifests, metadata of the Avro file. */
function manifestHeader(
  metadata: TableMetadata,
  spec: PartitionSpec,
  content: ManifestFile['content'],
): Record<string, string> {
  const schema = metadata.schemas.find((candidate) => candidate.schemaId === metadata.currentSchemaId)!;
  return {
    schema: formatJson(schemaJson(schema)),
    'schema-id': String(schema.schemaId),
    'partition-spec': formatJson(specFieldsJson(spec)),
    'partition-spec-id': String(spec.specId),
    'format-version': String(metadata.formatVersion),
    ...(metadata.formatVersion >= 2 && { content }),
  };
}

const STATUS = { existing: 0, added: 1, deleted: 2 } as const;
const CONTENT = { data: 0, 'position-deletes': 1, 'equality-deletes': 2 } as const;

/** What v1 readers expect of a field that was never used. */
const V1_BLOCK_SIZE_BYTES = 64n * 1024n * 1024n;

function entryRecord(
  formatVersion: number,
  spec: PartitionSpec,
  types: readonly (Type | undefined)[],
): (entry: NewEntry) => unknown {
  const partitionFields = spec.fields.map((field, index) => ({
    name: avroName(field.name),
    value: partitionValue(types[index]),
  }));
  return ({ status, snapshotId, dataSequenceNumber, fileSequenceNumber, file }) => ({
    status: STATUS[status],
    snapshot_id: snapshotId,
    sequence_number: dataSequenceNumber ?? null,
    file_sequence_number: fileSequenceNumber ?? null,
    data_file: {
      content: CONTENT[file.content],
      file_path: file.path,
      file_format: file.format.toUpperCase(),
      partition: Object.fromEntries(
        partitionFields.map(({ name, value }, index) => [name, value(file.partition[index] ?? null)]),
      ),
      record_count: BigInt(file.recordCount),
      file_size_in_bytes: BigInt(file.sizeBytes),
      ...(formatVersion === 1 && { block_size_in_bytes: V1_BLOCK_SIZE_BYTES }),
      column_sizes: pairs(file.columnSizes, BigInt),
      value_counts: pairs(file.valueCounts, BigInt),
      null_value_counts: pairs(file.nullCounts, BigInt),
      nan_value_counts: pairs(file.nanCounts, BigInt),
      lower_bounds: pairs(file.lowerBounds, asBuffer),
      upper_bounds: pairs(file.upperBounds, asBuffer),
      key_metadata: file.keyMetadata === undefined ? null : asBuffer(file.keyMetadata),
      split_offsets: file.splitOffsets ?? null,
      equality_ids: file.equalityIds ?? null,
      sort_order_id: file.sortOrderId ?? null,
      referenced_data_file: file.referencedDataFile ?? null,
    },
  });
}

function partitionValue(type: Type | undefined): (value: IcebergValue) => unknown {
  if (typeof type === 'object' && type.kind === 'decimal') {
    const length = decimalBytes(type.precision);
    return (value) => (value === null ? null : Buffer.from(fixedTwosComplement(value as bigint, length)));
  }
  return (value) => (value instanceof Uint8Array ? asBuffer(value) : value);
}

function pairs<V, T>(
  map: ReadonlyMap<number, V> | undefined,
  convert: (value: V) => T,
): readonly { key: number; value: T }[] | null {
  return map === undefined ? null : Array.from(map, ([key, value]) => ({ key, value: convert(value) }));
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

import type { DataFile, FileContent, Snapshot } from '../../iceberg/iceberg.ts';
import { liveEntries } from '../../iceberg/read-manifest.ts';
import { partitionKey } from '../partition-key.ts';
import { manifestEntries, manifestsOf } from './manifest-entries.ts';
import { metadataColumns } from './metadata-columns.ts';
import type { MetadataRow, MetadataTable, MetadataValue } from './metadata-table.ts';
import type { TablePartition } from './table-partition.ts';
import { tablePartition } from './table-partition.ts';

/** The partitions of a snapshot, over all specs, with what they hold; one row for an unpartitioned table. */
export const partitionsTable: MetadataTable = {
  columns(metadata) {
    const partition = tablePartition(metadata);
    return metadataColumns([
      ...(partition === undefined
        ? []
        : ([
            ['partition', partition.type],
            ['spec_id', 'int'],
          ] as const)),
      ['record_count', 'long'],
      ['file_count', 'int'],
      ['total_data_file_size_in_bytes', 'long'],
      ['position_delete_record_count', 'long'],
      ['position_delete_file_count', 'int'],
      ['equality_delete_record_count', 'long'],
      ['equality_delete_file_count', 'int'],
      ['last_updated_at', 'timestamptz'],
      ['last_updated_snapshot_id', 'long'],
    ]);
  },
  async rows(source) {
    const { metadata } = source;
    const partition = tablePartition(metadata);
    const snapshots = new Map(metadata.snapshots.map((snapshot) => [snapshot.snapshotId, snapshot]));
    const totals = new Map<string, PartitionTotals>();
    const entries = liveEntries(await manifestEntries(source, await manifestsOf(source, source.snapshot)));
    for (const { file, snapshotId } of entries) {
      add(totalsOf(totals, partition, file), file, snapshots.get(snapshotId));
    }
    return [...totals.values()].map((total) => rowOf(total, partition !== undefined));
  },
};

type PartitionTotals = {
  readonly value: readonly MetadataValue[];
  readonly of: Record<FileContent, { recordCount: number; fileCount: number; sizeBytes: number }>;
  specId: number;
  last: Snapshot | undefined;
};

function totalsOf(
  totals: Map<string, PartitionTotals>,
  partition: TablePartition | undefined,
  file: DataFile,
): PartitionTotals {
  const value = partition?.valueOf(file) ?? [];
  // Files without partition values are not those of the null partition.
  const key = partitionKey(file.partition.length === 0 ? 0 : 1, value as DataFile['partition']);
  const none = () => ({ recordCount: 0, fileCount: 0, sizeBytes: 0 });
  const found = totals.get(key) ?? {
    value,
    of: { data: none(), 'position-deletes': none(), 'equality-deletes': none() },
    specId: 0,
    last: undefined,
  };
  totals.set(key, found);
  return found;
}

/** The spec is that of the file that changed the partition last, as far as its snapshot is still known. */
function add(totals: PartitionTotals, file: DataFile, snapshot: Snapshot | undefined): void {
  if (snapshot !== undefined && (totals.last === undefined || snapshot.timestampMs > totals.last.timestampMs)) {
    totals.last = snapshot;
    totals.specId = file.specId;
  }
  const total = totals.of[file.content];
  total.recordCount += file.recordCount;
  total.fileCount += 1;
  total.sizeBytes += file.sizeBytes;
}

function rowOf({ value, of, specId, last }: PartitionTotals, partitioned: boolean): MetadataRow {
  return [
    ...(partitioned ? [value, specId] : []),
    BigInt(of.data.recordCount),
    of.data.fileCount,
    BigInt(of.data.sizeBytes),
    BigInt(of['position-deletes'].recordCount),
    of['position-deletes'].fileCount,
    BigInt(of['equality-deletes'].recordCount),
    of['equality-deletes'].fileCount,
    last === undefined ? null : BigInt(last.timestampMs) * 1000n,
    last?.snapshotId ?? null,
  ];
}

import { metadataColumns } from './metadata-columns.ts';
import type { MetadataTable } from './metadata-table.ts';

/** The metadata files that are known, the current one last, each with the snapshot that was current then. */
export const metadataLogEntriesTable: MetadataTable = {
  columns: () =>
    metadataColumns([
      ['timestamp', 'timestamptz'],
      ['file', 'string'],
      ['latest_snapshot_id', 'long'],
      ['latest_schema_id', 'int'],
      ['latest_sequence_number', 'long'],
    ]),
  async rows({ metadata, metadataLocation }) {
    const files = [...metadata.metadataLog, { timestampMs: metadata.lastUpdatedMs, metadataFile: metadataLocation }];
    return files.map(({ timestampMs, metadataFile }) => {
      const id = metadata.snapshotLog.findLast((logged) => logged.timestampMs <= timestampMs)?.snapshotId;
      const snapshot = metadata.snapshots.find(({ snapshotId }) => snapshotId === id);
      return [
        BigInt(timestampMs) * 1000n,
        metadataFile,
        id ?? null,
        snapshot?.schemaId ?? null,
        snapshot?.sequenceNumber ?? null,
      ];
    });
  },
};

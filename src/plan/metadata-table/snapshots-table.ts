import { metadataColumns, mapOf } from './metadata-columns.ts';
import type { MetadataTable } from './metadata-table.ts';

/** Every snapshot that the table has. */
export const snapshotsTable: MetadataTable = {
  columns: () =>
    metadataColumns([
      ['committed_at', 'timestamptz'],
      ['snapshot_id', 'long'],
      ['parent_id', 'long'],
      ['operation', 'string'],
      ['manifest_list', 'string'],
      ['summary', mapOf('string', 'string')],
    ]),
  async rows({ metadata }) {
    return metadata.snapshots.map(({ timestampMs, snapshotId, parentSnapshotId, manifestList, summary }) => {
      const { operation, ...rest } = summary;
      return [
        BigInt(timestampMs) * 1000n,
        snapshotId,
        parentSnapshotId ?? null,
        operation ?? null,
        manifestList ?? null,
        new Map(Object.entries(rest)),
      ];
    });
  },
};

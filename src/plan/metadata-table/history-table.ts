import type { TableMetadata } from '../../iceberg/iceberg.ts';
import { metadataColumns } from './metadata-columns.ts';
import type { MetadataTable } from './metadata-table.ts';

/** The snapshot log: which snapshot was current from when on. */
export const historyTable: MetadataTable = {
  columns: () =>
    metadataColumns([
      ['made_current_at', 'timestamptz'],
      ['snapshot_id', 'long'],
      ['parent_id', 'long'],
      ['is_current_ancestor', 'boolean'],
    ]),
  async rows({ metadata }) {
    const parents = parentsOf(metadata);
    const ancestors = new Set<bigint>();
    for (
      let id = metadata.currentSnapshotId ?? undefined;
      id !== undefined && !ancestors.has(id);
      id = parents.get(id)
    ) {
      ancestors.add(id);
    }
    return metadata.snapshotLog.map(({ timestampMs, snapshotId }) => [
      BigInt(timestampMs) * 1000n,
      snapshotId,
      parents.get(snapshotId) ?? null,
      ancestors.has(snapshotId),
    ]);
  },
};

function parentsOf(metadata: TableMetadata): ReadonlyMap<bigint, bigint | undefined> {
  return new Map(metadata.snapshots.map(({ snapshotId, parentSnapshotId }) => [snapshotId, parentSnapshotId]));
}

import { metadataColumns } from './metadata-columns.ts';
import type { MetadataTable } from './metadata-table.ts';

/** Branches and tags. */
export const refsTable: MetadataTable = {
  columns: () =>
    metadataColumns([
      ['name', 'string'],
      ['type', 'string'],
      ['snapshot_id', 'long'],
      ['max_reference_age_in_ms', 'long'],
      ['min_snapshots_to_keep', 'int'],
      ['max_snapshot_age_in_ms', 'long'],
    ]),
  async rows({ metadata }) {
    return Object.entries(metadata.refs).map(([name, ref]) => [
      name,
      ref.type.toUpperCase(),
      ref.snapshotId,
      ref.maxRefAgeMs === undefined ? null : BigInt(ref.maxRefAgeMs),
      ref.minSnapshotsToKeep ?? null,
      ref.maxSnapshotAgeMs === undefined ? null : BigInt(ref.maxSnapshotAgeMs),
    ]);
  },
};

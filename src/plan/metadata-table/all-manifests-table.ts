import { mapBounded } from '../../base/map-bounded.ts';
import { manifestColumns, manifestRow } from './manifest-columns.ts';
import { manifestsOf } from './manifest-entries.ts';
import { metadataColumns } from './metadata-columns.ts';
import type { MetadataTable } from './metadata-table.ts';

/** Manifest lists read at a time. */
const listsAtOnce = 16;

/** The manifests of all snapshots, once for each snapshot that has them. */
export const allManifestsTable: MetadataTable = {
  columns: () => metadataColumns([...manifestColumns, ['reference_snapshot_id', 'long'], ['key_metadata', 'binary']]),
  async rows(source) {
    const { metadata } = source;
    const rows = await mapBounded(metadata.snapshots, listsAtOnce, async (snapshot) => {
      const manifests = await manifestsOf(source, snapshot);
      return manifests.map((manifest) => [
        ...manifestRow(metadata, manifest),
        snapshot.snapshotId,
        manifest.keyMetadata ?? null,
      ]);
    });
    return rows.flat();
  },
};

import { manifestsOf } from './manifest-entries.ts';
import { manifestColumns, manifestRow } from './manifest-columns.ts';
import { metadataColumns } from './metadata-columns.ts';
import type { MetadataTable } from './metadata-table.ts';

/** The manifests of a snapshot. */
export const manifestsTable: MetadataTable = {
  columns: () => metadataColumns(manifestColumns),
  async rows(source) {
    const manifests = await manifestsOf(source, source.snapshot);
    return manifests.map((manifest) => manifestRow(source.metadata, manifest));
  },
};

import { fileColumns } from './file-columns.ts';
import { liveFiles, manifestsOf } from './manifest-entries.ts';
import { metadataColumns } from './metadata-columns.ts';
import type { MetadataTable } from './metadata-table.ts';

/** The data and delete files of a snapshot. */
export const filesTable: MetadataTable = {
  columns: (metadata) => metadataColumns(fileColumns(metadata).columns),
  async rows(source) {
    const manifests = await manifestsOf(source, source.snapshot);
    return (await liveFiles(source, manifests)).map(fileColumns(source.metadata).rowOf);
  },
};

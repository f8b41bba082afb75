import { fileColumns } from './file-columns.ts';
import { liveFiles, allManifests } from './manifest-entries.ts';
import { metadataColumns } from './metadata-columns.ts';
import type { MetadataTable } from './metadata-table.ts';

/** The data files of all snapshots; those that several manifests hold come several times. */
export const allDataFilesTable: MetadataTable = {
  columns: (metadata) => metadataColumns(fileColumns(metadata).columns),
  async rows(source) {
    const manifests = (await allManifests(source)).filter(({ content }) => content === 'data');
    return (await liveFiles(source, manifests)).map(fileColumns(source.metadata).rowOf);
  },
};

import type { ManifestEntry } from '../../iceberg/iceberg.ts';
import { fileColumns } from './file-columns.ts';
import { manifestEntries, manifestsOf } from './manifest-entries.ts';
import { metadataColumns, structOf } from './metadata-columns.ts';
import type { MetadataTable } from './metadata-table.ts';

/** The manifest entries of a snapshot, those of deleted files too, with inheritance applied. */
export const entriesTable: MetadataTable = {
  columns: (metadata) =>
    metadataColumns([
      ['status', 'int'],
      ['snapshot_id', 'long'],
      ['sequence_number', 'long'],
      ['file_sequence_number', 'long'],
      ['data_file', structOf(fileColumns(metadata).columns)],
    ]),
  async rows(source) {
    const { rowOf } = fileColumns(source.metadata);
    const entries = await manifestEntries(source, await manifestsOf(source, source.snapshot));
    return entries.map(({ status, snapshotId, dataSequenceNumber, fileSequenceNumber, file }) => [
      statusNumbers[status],
      snapshotId,
      dataSequenceNumber,
      fileSequenceNumber,
      rowOf(file),
    ]);
  },
};

/** As in manifests. */
const statusNumbers: Readonly<Record<ManifestEntry['status'], number>> = { existing: 0, added: 1, deleted: 2 };

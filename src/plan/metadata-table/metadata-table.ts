import type { IcebergValue, NestedField, Snapshot, TableMetadata } from '../../iceberg/iceberg.ts';
import type { ManifestCache } from '../../iceberg/manifest-cache.ts';
import { allDataFilesTable } from './all-data-files-table.ts';
import { allManifestsTable } from './all-manifests-table.ts';
import { dataFilesTable } from './data-files-table.ts';
import { deleteFilesTable } from './delete-files-table.ts';
import { entriesTable } from './entries-table.ts';
import { filesTable } from './files-table.ts';
import { historyTable } from './history-table.ts';
import { manifestsTable } from './manifests-table.ts';
import { metadataLogEntriesTable } from './metadata-log-entries-table.ts';
import { partitionsTable } from './partitions-table.ts';
import { refsTable } from './refs-table.ts';
import { snapshotsTable } from './snapshots-table.ts';

/**
 * A table about a table, with the columns that Spark gives it (`readable_metrics` left out). Columns follow from the
 * metadata alone; their field ids count from 1 and mean nothing elsewhere.
 */
export type MetadataTable = {
  columns(metadata: TableMetadata): readonly NestedField[];
  /** In no particular order. */
  rows(source: MetadataSource): Promise<readonly MetadataRow[]>;
};

export type MetadataSource = {
  readonly metadata: TableMetadata;
  /** Where the metadata was read. */
  readonly metadataLocation: string;
  /** For the tables that describe one snapshot. */
  readonly snapshot: Snapshot | null;
  readonly manifests: ManifestCache;
};

/** Values in the order of the columns. */
export type MetadataRow = readonly MetadataValue[];

/** A struct is a list of its fields' values, a map a Map. */
export type MetadataValue = IcebergValue | readonly MetadataValue[] | ReadonlyMap<IcebergValue, MetadataValue>;

/** The metadata table that is called `name` (as in `t$name`), undefined if there is none. */
export function metadataTable(name: string): MetadataTable | undefined {
  return Object.hasOwn(tables, name) ? tables[name] : undefined;
}

/** Names of all metadata tables. */
export function metadataTableNames(): readonly string[] {
  return Object.keys(tables);
}

const tables: Readonly<Record<string, MetadataTable>> = {
  all_data_files: allDataFilesTable,
  all_manifests: allManifestsTable,
  data_files: dataFilesTable,
  delete_files: deleteFilesTable,
  entries: entriesTable,
  files: filesTable,
  history: historyTable,
  manifests: manifestsTable,
  metadata_log_entries: metadataLogEntriesTable,
  partitions: partitionsTable,
  refs: refsTable,
  snapshots: snapshotsTable,
};

import type { DataFile, FileContent, TableMetadata, Type } from '../../iceberg/iceberg.ts';
import { listOf, mapOf } from './metadata-columns.ts';
import type { MetadataRow } from './metadata-table.ts';
import { tablePartition } from './table-partition.ts';

/** The columns of `files` and its kin, and of `data_file` in `entries`. */
export type FileColumns = {
  readonly columns: readonly (readonly [name: string, type: Type])[];
  readonly rowOf: (file: DataFile) => MetadataRow;
};

export function fileColumns(metadata: TableMetadata): FileColumns {
  const partition = tablePartition(metadata);
  return {
    columns: [...head, ...(partition === undefined ? [] : [['partition', partition.type] as const]), ...tail],
    rowOf: (file) => [
      contentNumbers[file.content],
      file.path,
      file.format.toUpperCase(),
      file.specId,
      ...(partition === undefined ? [] : [partition.valueOf(file)]),
      BigInt(file.recordCount),
      BigInt(file.sizeBytes),
      file.columnSizes ?? null,
      file.valueCounts ?? null,
      file.nullCounts ?? null,
      file.nanCounts ?? null,
      file.lowerBounds ?? null,
      file.upperBounds ?? null,
      file.keyMetadata ?? null,
      file.splitOffsets ?? null,
      file.equalityIds ?? null,
      file.sortOrderId ?? null,
      file.firstRowId ?? null,
      file.referencedDataFile ?? null,
      file.contentOffset ?? null,
      file.contentSizeBytes ?? null,
    ],
  };
}

/** As in manifests. */
const contentNumbers: Readonly<Record<FileContent, number>> = {
  data: 0,
  'position-deletes': 1,
  'equality-deletes': 2,
};

const head: FileColumns['columns'] = [
  ['content', 'int'],
  ['file_path', 'string'],
  ['file_format', 'string'],
  ['spec_id', 'int'],
];

const tail: FileColumns['columns'] = [
  ['record_count', 'long'],
  ['file_size_in_bytes', 'long'],
  ['column_sizes', mapOf('int', 'long')],
  ['value_counts', mapOf('int', 'long')],
  ['null_value_counts', mapOf('int', 'long')],
  ['nan_value_counts', mapOf('int', 'long')],
  ['lower_bounds', mapOf('int', 'binary')],
  ['upper_bounds', mapOf('int', 'binary')],
  ['key_metadata', 'binary'],
  ['split_offsets', listOf('long')],
  ['equality_ids', listOf('int')],
  ['sort_order_id', 'int'],
  ['first_row_id', 'long'],
  ['referenced_data_file', 'string'],
  ['content_offset', 'long'],
  ['content_size_in_bytes', 'long'],
];

import { parquetSchema } from 'hyparquet';
import type { ColumnChunk, FileMetaData, SchemaTree } from 'hyparquet';
import type { ByteRange } from './storage.ts';

/** Columns of a Parquet file by Iceberg field id; a column is wanted with everything inside it. */
export type WantedColumns = 'all' | ReadonlySet<number>;

/**
 * Where the bytes are that a reader of the wanted columns may ask for: whole column chunks with their bloom filters
 * and page indexes, in the order of the file, near ones joined. A file with a column that has no field id is wanted
 * whole: its columns go by other rules. So is one that DuckDB cannot read as it is, since whoever rewrites it reads
 * everything. The footer, from `footerOffset` on, is not among them.
 */
export function parquetRanges(
  metadata: FileMetaData,
  wanted: WantedColumns,
  footerOffset: number,
): readonly ByteRange[] {
  const tree = parquetSchema(metadata);
  const chunks = metadata.row_groups.flatMap((group) => group.columns);
  const isWhole =
    wanted === 'all' || tree.children.some((column) => column.element.field_id === undefined) || chunks.some(isForeign);
  if (isWhole) return [{ offset: 0, length: footerOffset }];
  const leaves = new Map(wantedLeaves(tree, wanted, false).map((path) => [path, true]));
  const ends = [...chunks.flatMap(landmarks), footerOffset].toSorted((a, b) => a - b);
  const parts = chunks
    .filter((chunk) => leaves.has(pathText(chunk.meta_data?.path_in_schema ?? [])))
    .flatMap((chunk) => chunkRanges(chunk, ends));
  return joined([{ offset: 0, length: MAGIC_BYTES }, ...parts]);
}

/** `PAR1`, at both ends of a file. */
const MAGIC_BYTES = 4;

/** Ranges with at most this many bytes between them are one request. */
const JOINED_GAP_BYTES = 256 * 1024;

function wantedLeaves(tree: SchemaTree, wanted: ReadonlySet<number>, inside: boolean): readonly string[] {
  return tree.children.flatMap((child) => {
    const hit = inside || (child.element.field_id !== undefined && wanted.has(child.element.field_id));
    if (child.children.length > 0) return wantedLeaves(child, wanted, hit);
    return hit ? [pathText(child.path)] : [];
  });
}

/** Hadoop's LZ4, and BYTE_STREAM_SPLIT of other types than floats. */
function isForeign({ meta_data: column }: ColumnChunk): boolean {
  if (column === undefined) return false;
  const isFloat = column.type === 'FLOAT' || column.type === 'DOUBLE';
  return column.codec === 'LZ4' || (column.encodings.includes('BYTE_STREAM_SPLIT') && !isFloat);
}

function pathText(path: readonly string[]): string {
  return JSON.stringify(path);
}

/** Offsets where something of a chunk begins. */
function landmarks(chunk: ColumnChunk): readonly number[] {
  const { meta_data: column } = chunk;
  const offsets = [chunk.offset_index_offset, chunk.column_index_offset, column?.bloom_filter_offset];
  return [
    ...offsets.flatMap((offset) => (offset === undefined ? [] : [Number(offset)])),
    ...(column ? [chunkStart(chunk)] : []),
  ];
}

function chunkStart({ meta_data: column }: ColumnChunk): number {
  const dictionary = Number(column?.dictionary_page_offset ?? 0n);
  const pages = Number(column?.data_page_offset ?? 0n);
  return dictionary > 0 ? Math.min(dictionary, pages) : pages;
}

function chunkRanges(chunk: ColumnChunk, ends: readonly number[]): readonly ByteRange[] {
  const { meta_data: column } = chunk;
  const ranges: ByteRange[] = [{ offset: chunkStart(chunk), length: Number(column?.total_compressed_size ?? 0n) }];
  const add = (offset: bigint | undefined, length: number | undefined): void => {
    if (offset === undefined) return;
    const start = Number(offset);
    // Older writers leave out the length of bloom filters: they end before whatever comes next.
    ranges.push({ offset: start, length: length ?? (ends.find((end) => end > start) ?? start) - start });
  };
  add(column?.bloom_filter_offset, column?.bloom_filter_length);
  add(chunk.offset_index_offset, chunk.offset_index_length);
  add(chunk.column_index_offset, chunk.column_index_length);
  return ranges;
}

function joined(ranges: readonly ByteRange[]): readonly ByteRange[] {
  const whole: ByteRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.offset - b.offset)) {
    const last = whole.at(-1);
    if (last !== undefined && range.offset <= last.offset + last.length + JOINED_GAP_BYTES) {
      const end = Math.max(last.offset + last.length, range.offset + range.length);
      whole[whole.length - 1] = { offset: last.offset, length: end - last.offset };
    } else whole.push(range);
  }
  return whole;
}

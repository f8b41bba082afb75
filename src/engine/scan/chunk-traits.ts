import { textListValue } from './list-value.ts';
import type { RunQuery } from './physical-schemas.ts';

/** What a file's column chunks say of how it can be read. */
export type ChunkTraits = {
  /** Uses a codec or encoding that DuckDB cannot read: Hadoop's LZ4, BYTE_STREAM_SPLIT of other types than floats. */
  readonly isForeign: boolean;
  readonly hasFloatBloom: boolean;
  /** Of strings or bytes: the footer's physical type is the same. */
  readonly hasBytesBloom: boolean;
};

/** Files that are remembered. */
const MAX_FILES = 200_000;

const QUERY = `SELECT file_name,
    bool_or(compression = 'LZ4' OR (encodings LIKE '%BYTE_STREAM_SPLIT%' AND NOT type IN ('FLOAT', 'DOUBLE'))),
    bool_or(bloom_filter_offset IS NOT NULL AND type IN ('FLOAT', 'DOUBLE')),
    bool_or(bloom_filter_offset IS NOT NULL AND type IN ('BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY'))
  FROM parquet_metadata(getvariable('bw_chunk_files')) GROUP BY file_name`;

/** A file without row groups has no column chunks. */
const NONE: ChunkTraits = { isForeign: false, hasFloatBloom: false, hasBytesBloom: false };

/** Traits by path. Files are immutable, so each footer is asked once: some 60 us for a file of twenty chunks. */
export class ChunkTraitsByPath {
  readonly #byPath = new Map<string, ChunkTraits>();

  async of(paths: readonly string[], query: RunQuery): Promise<readonly ChunkTraits[]> {
    const missing = [...new Set(paths.filter((path) => !this.#byPath.has(path)))];
    const found = new Map(paths.map((path) => [path, this.#byPath.get(path)]));
    if (missing.length > 0) {
      const read = await readTraits(missing, query);
      if (this.#byPath.size + missing.length > MAX_FILES) this.#byPath.clear();
      for (const path of missing) {
        const traits = read.get(path) ?? NONE;
        found.set(path, traits);
        this.#byPath.set(path, traits);
      }
    }
    return paths.map((path) => found.get(path) ?? NONE);
  }
}

async function readTraits(paths: readonly string[], query: RunQuery): Promise<ReadonlyMap<string, ChunkTraits>> {
  const rows = await query(QUERY, [{ sql: 'SET VARIABLE bw_chunk_files = $1', parameters: [textListValue(paths)] }]);
  return new Map(
    rows.map(([path, isForeign, hasFloatBloom, hasBytesBloom]) => [
      path as string,
      { isForeign: isForeign === true, hasFloatBloom: hasFloatBloom === true, hasBytesBloom: hasBytesBloom === true },
    ]),
  );
}

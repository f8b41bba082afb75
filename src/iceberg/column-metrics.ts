import type { DataFile } from './iceberg.ts';
import { ManifestDataFile } from './manifest-data-file.ts';

/** What a file's metrics say of one column. Bounds are single-value bytes, good until the file is let go. */
export type ColumnMetrics = {
  readonly valueCount: bigint | undefined;
  readonly nullCount: bigint | undefined;
  readonly nanCount: bigint | undefined;
  readonly lowerBound: Uint8Array | undefined;
  readonly upperBound: Uint8Array | undefined;
};

/** The metrics of one column; of a file that was read from a manifest without decoding those of other columns. */
export function columnMetrics(file: DataFile, id: number): ColumnMetrics {
  if (file instanceof ManifestDataFile) return file.metricsOf(id);
  return {
    valueCount: file.valueCounts?.get(id),
    nullCount: file.nullCounts?.get(id),
    nanCount: file.nanCounts?.get(id),
    lowerBound: file.lowerBounds?.get(id),
    upperBound: file.upperBounds?.get(id),
  };
}

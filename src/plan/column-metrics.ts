import type { DataFile } from '../iceberg/iceberg.ts';

/** What `columnFacts` needs of a file. */
export type ColumnMetrics = Pick<
  DataFile,
  'format' | 'valueCounts' | 'nullCounts' | 'nanCounts' | 'lowerBounds' | 'upperBounds'
>;

/** The metrics of a file, each decoded at most once: a file from a manifest decodes them at every access. */
export function columnMetrics(file: DataFile): ColumnMetrics {
  return {
    format: file.format,
    get valueCounts() {
      return keep(this, 'valueCounts', file.valueCounts);
    },
    get nullCounts() {
      return keep(this, 'nullCounts', file.nullCounts);
    },
    get nanCounts() {
      return keep(this, 'nanCounts', file.nanCounts);
    },
    get lowerBounds() {
      return keep(this, 'lowerBounds', file.lowerBounds);
    },
    get upperBounds() {
      return keep(this, 'upperBounds', file.upperBounds);
    },
  } as ColumnMetrics;
}

/** Replaces the accessor by what it gave. */
function keep<T>(owner: object, name: keyof ColumnMetrics, value: T): T {
  Object.defineProperty(owner, name, { value });
  return value;
}

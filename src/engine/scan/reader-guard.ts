import { columnMetrics } from '../../iceberg/column-metrics.ts';
import type { ColumnMetrics } from '../../iceberg/column-metrics.ts';
import type { DataFile, Type } from '../../iceberg/iceberg.ts';
import type { ChunkTraits } from './chunk-traits.ts';
import { duckdbType } from './duckdb-type.ts';

/** A file, and which of its columns have Bloom filters. */
type GuardedFile = { readonly file: DataFile } & Pick<ChunkTraits, 'hasFloatBloom' | 'hasBytesBloom'>;

/**
 * The expression that keeps a column, named by type and field id, from the Parquet reader's own filters; undefined
 * where the reader may filter it.
 */
export type ReaderGuard = (type: Type, fieldId: number) => ((source: string) => string) | undefined;

/**
 * Guards columns whose rows the reader's filters may lose. Floats: Parquet's statistics leave NaN out, which is above
 * everything in SQL, and a Bloom filter knows the bits of -0 and 0 apart, which are equal; unknown counts and bounds
 * count as yes. Bytes: of a bytes constant, DuckDB 1.5 asks the Bloom filter for its printed form, `\x00\xFF`, so
 * that `=` finds nothing but printable ASCII.
 */
export function readerGuard(files: readonly GuardedFile[]): ReaderGuard {
  const hasBytesBloom = files.some((file) => file.hasBytesBloom);
  const floats = new Map<number, boolean>();
  const isGuardedFloat = (fieldId: number): boolean => {
    const known = floats.get(fieldId);
    if (known !== undefined) return known;
    const isGuarded = files.some(({ file, hasFloatBloom }) => {
      const metrics = columnMetrics(file, fieldId);
      return mayHoldNaN(metrics) || (hasFloatBloom && mayHoldZero(metrics));
    });
    floats.set(fieldId, isGuarded);
    return isGuarded;
  };
  return (type, fieldId) => {
    if (type === 'float' || type === 'double')
      return isGuardedFloat(fieldId) ? (source) => guardedFloat(source, duckdbType(type)) : undefined;
    return hasBytesBloom && isBytes(type) ? guardedBytes : undefined;
  };
}

/**
 * A float that neither statistics nor filters see through; NaN, infinities, the sign of zero and null stay as they
 * are. The engine does not simplify negation of floats.
 */
function guardedFloat(source: string, type: string): string {
  return `(-(-${source}))::${type}`;
}

/** The same bytes: the engine does not simplify a concatenation with nothing. */
function guardedBytes(source: string): string {
  return `(${source}::BLOB || ''::BLOB)`;
}

function isBytes(type: Type): boolean {
  return type === 'binary' || (typeof type === 'object' && type.kind === 'fixed');
}

function mayHoldNaN({ nanCount }: ColumnMetrics): boolean {
  return nanCount === undefined || nanCount > 0n;
}

function mayHoldZero({ lowerBound, upperBound }: ColumnMetrics): boolean {
  return !(bound(lowerBound) > 0 || bound(upperBound) < 0);
}

/** Bounds of a column that was widened since are still floats of four bytes. */
function bound(bytes: Uint8Array | undefined): number {
  if (bytes === undefined) return Number.NaN;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength === 4) return view.getFloat32(0, true);
  return bytes.byteLength === 8 ? view.getFloat64(0, true) : Number.NaN;
}

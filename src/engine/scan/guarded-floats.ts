import { columnMetrics } from '../../iceberg/column-metrics.ts';
import type { ColumnMetrics } from '../../iceberg/column-metrics.ts';
import type { DataFile } from '../../iceberg/iceberg.ts';

/** A file, and whether its float columns have Bloom filters. */
export type FloatFile = { readonly file: DataFile; readonly hasFloatBloom: boolean };

/**
 * Tells for the field id of a float or double whether its files may lose rows where the Parquet reader filters:
 * Parquet's statistics leave NaN out, which is above everything in SQL, and a Bloom filter knows the bits of -0 and 0
 * apart, which are equal. Unknown counts and bounds count as yes.
 */
export function guardedFloats(files: readonly FloatFile[]): (fieldId: number) => boolean {
  const known = new Map<number, boolean>();
  return (fieldId) => {
    const before = known.get(fieldId);
    if (before !== undefined) return before;
    const isGuarded = files.some(({ file, hasFloatBloom }) => {
      const metrics = columnMetrics(file, fieldId);
      return mayHoldNaN(metrics) || (hasFloatBloom && mayHoldZero(metrics));
    });
    known.set(fieldId, isGuarded);
    return isGuarded;
  };
}

/**
 * A float that neither statistics nor filters see through; NaN, infinities, the sign of zero and null stay as they
 * are. The engine does not simplify negation of floats.
 */
export function guardedFloat(source: string, duckdbType: string): string {
  return `(-(-${source}))::${duckdbType}`;
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

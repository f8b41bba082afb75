import { notSupported } from '../../base/sql-error.ts';
import { integerProperty } from '../../iceberg/integer-property.ts';

const CODECS = ['zstd', 'snappy', 'gzip', 'lz4_raw', 'uncompressed'];
/** Rows of a row group: what the engine itself writes by default. */
const ROW_GROUP_ROWS = 122_880;
const DEFAULT_TARGET_BYTES = 512 * 1024 * 1024;

/** Options of COPY from the table's `write.parquet.*` properties. */
export function copyOptions(properties: Readonly<Record<string, string>>): string {
  const codec = (properties['write.parquet.compression-codec'] ?? 'zstd').toLowerCase();
  const known = codec === 'none' ? 'uncompressed' : codec === 'lz4' ? 'lz4_raw' : codec;
  if (!CODECS.includes(known))
    throw notSupported(`write.parquet.compression-codec ${codec}`, `Use one of ${CODECS.join(', ')}.`);
  return `FORMAT parquet, COMPRESSION ${known}, ROW_GROUP_SIZE ${ROW_GROUP_ROWS}, RETURN_STATS`;
}

/** `write.target-file-size-bytes`; 512 MiB by default. */
export function targetFileBytes(properties: Readonly<Record<string, string>>): number {
  return integerProperty(properties, 'write.target-file-size-bytes', DEFAULT_TARGET_BYTES, 1024);
}

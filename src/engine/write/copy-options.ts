import { notSupported } from '../../base/sql-error.ts';
import { integerProperty } from '../../iceberg/integer-property.ts';

const CODECS = ['zstd', 'snappy', 'gzip', 'lz4_raw', 'uncompressed'];
/** Rows of a row group: what the engine itself writes by default. */
const ROW_GROUP_ROWS = 122_880;
const DEFAULT_TARGET_BYTES = 512 * 1024 * 1024;
const MAX_ZSTD_LEVEL = 22;

type Properties = Readonly<Record<string, string>>;

/** Options of COPY for data files, from the table's `write.parquet.*` properties. */
export function copyOptions(properties: Properties): string {
  return options(
    'write.parquet',
    properties['write.parquet.compression-codec'],
    properties['write.parquet.compression-level'],
  );
}

/** Options of COPY for delete files: `write.delete.parquet.*`, and what these leave open as for data files. */
export function deleteCopyOptions(properties: Properties): string {
  const own = properties['write.delete.parquet.compression-codec'];
  return options(
    'write.delete.parquet',
    own ?? properties['write.parquet.compression-codec'],
    properties['write.delete.parquet.compression-level'] ??
      (own === undefined ? properties['write.parquet.compression-level'] : undefined),
  );
}

/** `write.target-file-size-bytes`; 512 MiB by default. */
export function targetFileBytes(properties: Properties): number {
  return integerProperty(properties, 'write.target-file-size-bytes', DEFAULT_TARGET_BYTES, 1024);
}

function options(prefix: string, codecText = 'zstd', levelText?: string): string {
  const codec = codecText.toLowerCase();
  const known = codec === 'none' ? 'uncompressed' : codec === 'lz4' ? 'lz4_raw' : codec;
  if (!CODECS.includes(known))
    throw notSupported(`${prefix}.compression-codec ${codec}`, `Use one of ${CODECS.join(', ')}.`);
  return `FORMAT parquet, COMPRESSION ${known}, ROW_GROUP_SIZE ${ROW_GROUP_ROWS}, RETURN_STATS${level(prefix, known, levelText)}`;
}

function level(prefix: string, codec: string, text: string | undefined): string {
  if (text === undefined || /^\s*(null)?\s*$/i.test(text)) return '';
  const number = Number(text);
  if (codec !== 'zstd' || !Number.isInteger(number) || number < 1 || number > MAX_ZSTD_LEVEL)
    throw notSupported(
      `${prefix}.compression-level ${text} for ${codec}`,
      `Levels are those of zstd, 1 to ${MAX_ZSTD_LEVEL}.`,
    );
  return `, COMPRESSION_LEVEL ${number}`;
}

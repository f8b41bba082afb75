import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { snappyUncompress } from 'hysnappy';
import { dataCorrupted, unsupportedParquet } from '../errors.ts';
import { decompressHadoopLz4, decompressLz4 } from './decompress-hadoop-lz4.ts';

/** Parquet's CompressionCodec. */
export const UNCOMPRESSED = 0;
export const LZ4 = 5;

const CODECS: ReadonlyMap<number, (input: Uint8Array, size: number) => Uint8Array> = new Map([
  [UNCOMPRESSED, (input) => input],
  [1, (input, size) => (size === 0 ? new Uint8Array(0) : snappyUncompress(input, size))],
  [2, (input, size) => gunzipSync(input, { maxOutputLength: Math.max(1, size) })],
  [4, (input, size) => brotliDecompressSync(input, { maxOutputLength: Math.max(1, size) })],
  [LZ4, decompressHadoopLz4],
  [6, (input, size) => zstdDecompressSync(input, { maxOutputLength: Math.max(1, size) })],
  [7, decompressLz4],
]);

/** The `size` bytes that a page's bytes stand for. 0A000 for an unknown codec, XX001 for damaged bytes. */
export function decompressed(codec: number, input: Uint8Array, size: number): Uint8Array {
  const decompress = CODECS.get(codec);
  if (decompress === undefined) throw unsupportedParquet(`codec ${codec}`);
  if (size === 0) return new Uint8Array(0);
  let output: Uint8Array;
  try {
    output = decompress(input, size);
  } catch (error) {
    throw dataCorrupted('a page of a data file cannot be decompressed', error);
  }
  if (output.length !== size) throw dataCorrupted(`a page of a data file has ${output.length} bytes, not ${size}`);
  return output;
}

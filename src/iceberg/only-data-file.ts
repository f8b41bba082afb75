import type { DataFile } from './iceberg.ts';

/** Field id of `file_path` in position-delete files (spec: Reserved Field IDs). */
const DELETE_FILE_PATH = 2147483546;

/** The path of the one data file that a position-delete file is about, where its metadata say so. */
export function onlyDataFile(file: DataFile): string | undefined {
  if (file.content !== 'position-deletes') return undefined;
  if (file.referencedDataFile !== undefined) return file.referencedDataFile;
  const low = file.lowerBounds?.get(DELETE_FILE_PATH);
  const high = file.upperBounds?.get(DELETE_FILE_PATH);
  // Bounds may be cut, and then differ.
  if (low === undefined || high === undefined || Buffer.compare(low, high) !== 0) return undefined;
  return Buffer.from(low).toString('utf8');
}

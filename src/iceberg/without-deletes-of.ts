import type { DataFile } from './iceberg.ts';

/** Delete files without those that are about one data file, and that is among the removed ones. */
export function withoutDeletesOf(removed: ReadonlySet<string>, deletes: readonly DataFile[]): readonly DataFile[] {
  if (removed.size === 0) return deletes;
  return deletes.filter((file) => {
    const path = onlyDataFileOf(file);
    return path === undefined || !removed.has(path);
  });
}

/** Field id of `file_path` in position-delete files (spec: Reserved Field IDs). */
const DELETE_FILE_PATH = 2147483546;

/** The one data file that a position-delete file is about, where its metadata say so. */
function onlyDataFileOf(file: DataFile): string | undefined {
  if (file.content !== 'position-deletes') return undefined;
  if (file.referencedDataFile !== undefined) return file.referencedDataFile;
  const low = file.lowerBounds?.get(DELETE_FILE_PATH);
  const high = file.upperBounds?.get(DELETE_FILE_PATH);
  // Bounds may be cut, and then differ.
  if (low === undefined || high === undefined || Buffer.compare(low, high) !== 0) return undefined;
  return Buffer.from(low).toString('utf8');
}

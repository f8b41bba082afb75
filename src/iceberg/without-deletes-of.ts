import type { DataFile } from './iceberg.ts';
import { onlyDataFile } from './only-data-file.ts';

/** Delete files without those that are about one data file, and that is among the removed ones. */
export function withoutDeletesOf(removed: ReadonlySet<string>, deletes: readonly DataFile[]): readonly DataFile[] {
  if (removed.size === 0) return deletes;
  return deletes.filter((file) => {
    const path = onlyDataFile(file);
    return path === undefined || !removed.has(path);
  });
}

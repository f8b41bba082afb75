import { partitionKeyOf } from './snapshot-summary.ts';
import type { DataFile, ManifestFile, Snapshot } from './iceberg.ts';
import type { RowDelta } from './commit-row-delta.ts';

/**
 * Why the change cannot follow what was committed since its snapshot was read, or undefined if it can (spec: Commit
 * Conflict Resolution and Retry). Data files that the change removes, or that its position deletes refer to, must
 * still be live and have no new deletes; with `delta.conflicts` no row may have been added that it would have seen.
 */
export async function findConflict(delta: RowDelta, current: Snapshot | undefined): Promise<string | undefined> {
  const appends = delta.addedDeletes.length === 0 && delta.removedData.length === 0;
  if (appends && delta.conflicts === undefined && (delta.removedDeletes ?? []).length === 0) return undefined;
  if ((current?.snapshotId ?? null) === delta.readSnapshotId) return undefined;
  const since = snapshotsSince(delta, current);
  if (since === undefined) return 'the snapshot that was read is no longer part of the history';
  const touched = [...delta.removedData.map(exactly), ...delta.addedDeletes.map(rangeOf)];
  for (const snapshot of since) {
    const reason = await conflictWith(delta, snapshot, touched);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Ancestors of the current snapshot down to the one that was read, itself not included. */
function snapshotsSince(
  { metadata, readSnapshotId }: RowDelta,
  current: Snapshot | undefined,
): readonly Snapshot[] | undefined {
  const byId = new Map(metadata.snapshots.map((snapshot) => [snapshot.snapshotId, snapshot]));
  const since: Snapshot[] = [];
  let snapshot = current;
  while (snapshot !== undefined && snapshot.snapshotId !== readSnapshotId) {
    since.push(snapshot);
    if (snapshot.parentSnapshotId === undefined) return readSnapshotId === null ? since : undefined;
    const parent = byId.get(snapshot.parentSnapshotId);
    if (parent === undefined) return undefined;
    snapshot = parent;
  }
  return snapshot === undefined && readSnapshotId !== null ? undefined : since;
}

async function conflictWith(
  delta: RowDelta,
  snapshot: Snapshot,
  touched: readonly PathRange[],
): Promise<string | undefined> {
  const { manifests, metadata } = delta;
  const own = (await manifests.manifests(snapshot, metadata)).filter(
    (manifest) => manifest.addedSnapshotId === snapshot.snapshotId,
  );
  const addsData = own.some((manifest) => manifest.content === 'data' && manifest.addedFilesCount > 0);
  const onlyDeletes = delta.addedData.length === 0 && delta.removedData.length === 0;
  for (const manifest of own) {
    for (const entry of await manifests.entries(manifest, metadata)) {
      if (entry.snapshotId !== snapshot.snapshotId) continue;
      const { file } = entry;
      if (entry.status === 'deleted') {
        if (manifest.content === 'data' && touched.some((range) => overlaps(range, exactly(file.path)))) {
          return `data file "${file.path}" was removed by snapshot ${snapshot.snapshotId}`;
        }
      } else if (entry.status === 'added' && isDeletes(manifest)) {
        // Deletes of the same rows are no conflict as long as neither side puts rows in their place.
        if (onlyDeletes && !addsData) continue;
        if (touched.some((range) => overlaps(range, rangeOf(file)))) {
          return `rows of the same data files were deleted by snapshot ${snapshot.snapshotId}`;
        }
      } else if (entry.status === 'added' && delta.conflicts?.(file) === true) {
        return `snapshot ${snapshot.snapshotId} added rows that the statement would have seen`;
      }
    }
  }
  return undefined;
}

/** Paths of data files that something is about; bounds inclusive, compared as bytes, undefined means any. */
type PathRange = {
  readonly low: Uint8Array | undefined;
  readonly high: Uint8Array | undefined;
  readonly partition: string | undefined;
};

/** Field id of `file_path` in position-delete files (spec: Reserved Field IDs). */
const DELETE_FILE_PATH = 2147483546;

function rangeOf(file: DataFile): PathRange {
  if (file.content === 'equality-deletes') return { low: undefined, high: undefined, partition: undefined };
  if (file.referencedDataFile !== undefined) return exactly(file.referencedDataFile);
  const low = file.lowerBounds?.get(DELETE_FILE_PATH);
  const high = file.upperBounds?.get(DELETE_FILE_PATH);
  return { low, high, partition: partitionKeyOf(file) };
}

function exactly(path: string): PathRange {
  const bytes = Buffer.from(path, 'utf8');
  return { low: bytes, high: bytes, partition: undefined };
}

function overlaps(a: PathRange, b: PathRange): boolean {
  if (a.partition !== undefined && b.partition !== undefined && a.partition !== b.partition) return false;
  return !isBelow(a.high, b.low) && !isBelow(b.high, a.low);
}

function isBelow(high: Uint8Array | undefined, low: Uint8Array | undefined): boolean {
  return high !== undefined && low !== undefined && Buffer.compare(high, low) < 0;
}

function isDeletes(manifest: ManifestFile): boolean {
  return manifest.content === 'deletes';
}

import { partitionKeyOf } from './snapshot-summary.ts';
import type { DataFile, ManifestEntry, Snapshot } from './iceberg.ts';
import type { RowDelta } from './commit-row-delta.ts';

/**
 * Why the change cannot follow what was committed since its snapshot was read, or undefined if it can (spec: Commit
 * Conflict Resolution and Retry). Data files that the change removes must still be live and have no new deletes; of
 * those that its position deletes refer to, none of the same rows may have been deleted. With `delta.conflicts` nothing
 * may have come or gone that it read.
 */
export async function findConflict(delta: RowDelta, current: Snapshot | undefined): Promise<string | undefined> {
  const appends = delta.addedDeletes.length === 0 && delta.removedData.length === 0;
  if (appends && delta.conflicts === undefined && (delta.removedDeletes ?? []).length === 0) return undefined;
  if ((current?.snapshotId ?? null) === delta.readSnapshotId) return undefined;
  const since = snapshotsSince(delta, current);
  if (since === undefined) return 'the snapshot that was read is no longer part of the history';
  const touched: Touched = { removed: delta.removedData.map(exactly), deleted: delta.addedDeletes.map(rangeOf) };
  const doubtful: DataFile[] = [];
  for (const snapshot of since) {
    const reason = await conflictWith(delta, snapshot, touched, doubtful);
    if (reason !== undefined) return reason;
  }
  if (doubtful.length === 0 || (await delta.deletesSameRows?.(doubtful)) === false) return undefined;
  return 'rows that the change deletes were deleted meanwhile';
}

/** Data files that the change removes, and those that its position deletes may be about. */
type Touched = { readonly removed: readonly PathRange[]; readonly deleted: readonly PathRange[] };

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

/** Position-delete files that may be about rows that the change deletes too are added to `doubtful`. */
async function conflictWith(
  delta: RowDelta,
  snapshot: Snapshot,
  touched: Touched,
  doubtful: DataFile[],
): Promise<string | undefined> {
  const { manifests, metadata } = delta;
  const own = (await manifests.manifests(snapshot, metadata)).filter(
    (manifest) => manifest.addedSnapshotId === snapshot.snapshotId,
  );
  for (const manifest of own) {
    for (const { snapshotId, status, file } of await manifests.entries(manifest, metadata)) {
      if (snapshotId !== snapshot.snapshotId || status === 'existing') continue;
      const about = file.content === 'data' ? exactly(file.path) : rangeOf(file);
      const touches = (ranges: readonly PathRange[]): boolean => ranges.some((range) => overlaps(range, about));
      if (status === 'deleted' && file.content === 'data' && (touches(touched.removed) || touches(touched.deleted)))
        return `data file "${file.path}" was removed by snapshot ${snapshotId}`;
      if (status === 'added' && file.content !== 'data') {
        if (touches(touched.removed) || (file.content === 'equality-deletes' && touches(touched.deleted)))
          return `rows of the same data files were deleted by snapshot ${snapshotId}`;
        if (touches(touched.deleted)) doubtful.push(file);
      }
      if (isChange(status, file) && delta.conflicts?.(file) === true)
        return `snapshot ${snapshotId} changed rows that the transaction may have read`;
    }
  }
  return undefined;
}

/** Delete files go with their data file or when they are merged: that alone changes no row. */
function isChange(status: ManifestEntry['status'], file: DataFile): boolean {
  return status === 'added' || file.content === 'data';
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

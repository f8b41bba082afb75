import { GATEWAY_VERSION } from '../base/gateway-version.ts';
import { notSupported } from '../base/sql-error.ts';
import { applyUpdates } from './apply-updates.ts';
import { danglingDeletes } from './dangling-deletes.ts';
import { findConflict } from './find-conflict.ts';
import { mergeManifests } from './merge-manifests.ts';
import { removeFiles } from './remove-files.ts';
import { operationOf, snapshotSummary } from './snapshot-summary.ts';
import { writeManifestList } from './write-manifest-list.ts';
import { writeManifests } from './write-manifest.ts';
import type { RowDeltaAttempt } from './commit-state.ts';
import type { DataFile, ManifestFile, Snapshot, TableMetadata } from './iceberg.ts';
import type { ManifestCache } from './manifest-cache.ts';
import type { Operation } from './snapshot-summary.ts';
import type { ManifestTarget, NewEntry } from './write-manifest.ts';
import type { Store } from '../storage/storage.ts';

/** Files that a change adds to a table and takes from it, to become one snapshot on the fresh base `metadata`. */
export type RowDelta = {
  readonly store: Store;
  readonly manifests: ManifestCache;
  /** The fresh base, with the transaction's changes of schema and properties applied. */
  readonly metadata: TableMetadata;
  /** The snapshot that the change was computed from; null if the table had none. */
  readonly readSnapshotId: bigint | null;
  readonly addedData: readonly DataFile[];
  readonly addedDeletes: readonly DataFile[];
  /** Paths of data files; each must still be live. */
  readonly removedData: readonly string[];
  /** Paths of delete files; each must still be live. What loses its last data file goes anyway. */
  readonly removedDeletes?: readonly string[];
  /**
   * Whether one of these position-delete files of others deletes a row that this change deletes too; without it, a
   * file that may be about the same data files does.
   */
  readonly deletesSameRows?: (others: readonly DataFile[]) => Promise<boolean>;
  /** Serializable: whether a file that came or went meanwhile may hold, or delete, rows that were read. */
  readonly conflicts?: (changed: DataFile) => boolean;
  /** By default what the files say. */
  readonly operation?: Operation;
  readonly summary?: Readonly<Record<string, string>>;
  /** The branch that moves; `main` by default. */
  readonly branch?: string;
  readonly attempt: RowDeltaAttempt;
};

export type RowDeltaOutcome =
  | { readonly kind: 'changed'; readonly metadata: TableMetadata }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'conflict'; readonly reason: string };

/**
 * Writes manifests and the manifest list of one snapshot and returns the metadata that has it. Manifests that do not
 * change are used again, so are those that an earlier attempt wrote. Nothing is visible before the catalog's swap.
 */
export async function commitRowDelta(delta: RowDelta): Promise<RowDeltaOutcome> {
  const { store, metadata, attempt, branch = 'main' } = delta;
  if (isEmpty(delta)) return { kind: 'unchanged' };
  refuseUnsupported(delta);
  // An attempt that was thought lost was not.
  if (metadata.snapshots.some((snapshot) => snapshot.snapshotId === attempt.state.snapshotId))
    return { kind: 'unchanged' };
  const parentId = metadata.refs[branch]?.snapshotId;
  const parent = metadata.snapshots.find((snapshot) => snapshot.snapshotId === parentId);
  const reason = await findConflict(delta, parent);
  if (reason !== undefined) return { kind: 'conflict', reason };

  const target: ManifestTarget = { store, metadata, attempt };
  const built = await buildManifests(delta, target, parent);
  if ('reason' in built) return { kind: 'conflict', reason: built.reason };
  const sequenceNumber = metadata.formatVersion === 1 ? 0n : metadata.lastSequenceNumber + 1n;
  const { files } = built;
  const snapshot: Snapshot = {
    snapshotId: attempt.state.snapshotId,
    ...(parentId !== undefined && { parentSnapshotId: parentId }),
    sequenceNumber,
    timestampMs: Math.max(Date.now(), metadata.lastUpdatedMs),
    manifestList: await writeManifestList(target, parentId, sequenceNumber, built.manifests),
    summary: snapshotSummary(delta.operation ?? operationOf(files), files, parent, {
      ...ENGINE,
      ...delta.summary,
      ...manifestCounts(built, attempt.state.snapshotId),
    }),
    schemaId: metadata.currentSchemaId,
  };
  const ref = { ...metadata.refs[branch], snapshotId: snapshot.snapshotId, type: 'branch' as const };
  const updates = [
    { action: 'add-snapshot', snapshot } as const,
    { action: 'set-snapshot-ref', name: branch, ref } as const,
  ];
  return { kind: 'changed', metadata: applyUpdates(metadata, updates, snapshot.timestampMs) };
}

const ENGINE = { 'engine-name': 'bergwire', 'engine-version': GATEWAY_VERSION };

/** What became of the manifests, as Iceberg's Java library counts them. */
function manifestCounts({ before, manifests }: BuiltManifests, snapshotId: bigint): Readonly<Record<string, string>> {
  const paths = new Set(manifests.map(({ path }) => path));
  const created = manifests.filter(({ addedSnapshotId }) => addedSnapshotId === snapshotId).length;
  return {
    'manifests-created': String(created),
    'manifests-kept': String(manifests.length - created),
    'manifests-replaced': String(before.filter(({ path }) => !paths.has(path)).length),
  };
}

function isEmpty(delta: RowDelta): boolean {
  const removedDeletes = delta.removedDeletes ?? [];
  return delta.addedData.length + delta.addedDeletes.length + delta.removedData.length + removedDeletes.length === 0;
}

function refuseUnsupported({ metadata, addedDeletes }: RowDelta): void {
  if (metadata.formatVersion === 3) {
    throw notSupported('writing to a table of format version 3', 'Tables of versions 1 and 2 can be written.');
  }
  if (metadata.formatVersion === 1 && addedDeletes.length > 0) {
    throw notSupported('deleting rows from a table of format version 1', 'Upgrade the table to version 2.');
  }
}

type BuiltManifests = {
  /** The parent's that still have live files. */
  readonly before: readonly ManifestFile[];
  readonly manifests: readonly ManifestFile[];
  readonly files: Parameters<typeof snapshotSummary>[1];
};

async function buildManifests(
  delta: RowDelta,
  target: ManifestTarget,
  parent: Snapshot | undefined,
): Promise<BuiltManifests | { readonly reason: string }> {
  const { manifests: cache, metadata, addedData } = delta;
  const before = parent === undefined ? [] : await cache.manifests(parent, metadata);
  const dataPaths = new Set(delta.removedData);
  const deletePaths = new Set(delta.removedDeletes);
  const dataBefore = ofContent(before, 'data');
  const keptData = await removeFiles(target, cache, dataBefore, dataPaths);
  const missingData = missingFile(dataPaths, keptData.removed);
  if (missingData !== undefined) return { reason: missingData };
  const deletesBefore = ofContent(before, 'deletes');
  const remaining = { metadata, manifests: cache, before: dataBefore, after: keptData.manifests, added: addedData };
  const dangling = await danglingDeletes(
    { ...remaining, removed: keptData.removed },
    deletesBefore,
    delta.addedDeletes,
  );
  const addedDeletes = delta.addedDeletes.filter(({ path }) => !dangling.added.has(path));
  for (const path of dangling.added) target.attempt.abandoned(path);
  const keptDeletes = await removeFiles(target, cache, deletesBefore, new Set([...deletePaths, ...dangling.known]));
  const missingDelete = missingFile(deletePaths, keptDeletes.removed);
  if (missingDelete !== undefined) return { reason: missingDelete };
  const newData = await addFiles(target, 'data', addedData);
  const newDeletes = await addFiles(target, 'deletes', addedDeletes);
  return {
    before: [...dataBefore, ...deletesBefore],
    manifests: [
      ...(await mergeManifests(target, cache, [...newData, ...keptData.manifests])),
      ...(await mergeManifests(target, cache, [...newDeletes, ...keptDeletes.manifests])),
    ],
    files: { addedData, addedDeletes, removedData: keptData.removed, removedDeletes: keptDeletes.removed },
  };
}

/** Manifests that still have live files; what only tells of deletions was of interest to its own snapshot. */
function ofContent(manifests: readonly ManifestFile[], content: ManifestFile['content']): readonly ManifestFile[] {
  return manifests.filter(
    (manifest) => manifest.content === content && manifest.addedFilesCount + manifest.existingFilesCount > 0,
  );
}

function missingFile(paths: ReadonlySet<string>, removed: readonly DataFile[]): string | undefined {
  if (paths.size === 0) return undefined;
  const found = new Set(removed.map((file) => file.path));
  const missing = [...paths].find((path) => !found.has(path));
  return missing === undefined ? undefined : `file "${missing}" is no longer part of the table`;
}

async function addFiles(
  target: ManifestTarget,
  content: ManifestFile['content'],
  files: readonly DataFile[],
): Promise<readonly ManifestFile[]> {
  const { state, written } = target.attempt;
  // On another base other delete files are left without data.
  const key = `added ${content} ${files.map(({ path }) => path).join(' ')}`;
  const known = state.manifests.get(key);
  if (known !== undefined) {
    for (const { path } of known) written(path);
    return known;
  }
  const manifests: ManifestFile[] = [];
  for (const [specId, ofSpec] of Map.groupBy(files, (file) => file.specId)) {
    manifests.push(
      ...(await writeManifests(
        target,
        specId,
        content,
        ofSpec.map((file) => added(file, state.snapshotId)),
      )),
    );
  }
  state.manifests.set(key, manifests);
  return manifests;
}

function added(file: DataFile, snapshotId: bigint): NewEntry {
  return { status: 'added', snapshotId, dataSequenceNumber: undefined, fileSequenceNumber: undefined, file };
}

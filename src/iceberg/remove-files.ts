import { mapBounded } from '../base/map-bounded.ts';
import { writeManifests } from './write-manifest.ts';
import type { ManifestCache } from './manifest-cache.ts';
import type { DataFile, ManifestEntry, ManifestFile } from './iceberg.ts';
import type { ManifestTarget, NewEntry } from './write-manifest.ts';

export type RemovedFiles = {
  /** The manifests in their order, those that held a removed file written anew. */
  readonly manifests: readonly ManifestFile[];
  readonly removed: readonly DataFile[];
};

/** Takes files out of manifests of one content: their entries become DELETED, their neighbours EXISTING. */
export async function removeFiles(
  target: ManifestTarget,
  cache: ManifestCache,
  manifests: readonly ManifestFile[],
  paths: ReadonlySet<string>,
): Promise<RemovedFiles> {
  if (paths.size === 0) return { manifests, removed: [] };
  const rewritten = new Map<string, readonly ManifestFile[]>();
  const removed: DataFile[] = [];
  const live = manifests.filter((manifest) => manifest.addedFilesCount + manifest.existingFilesCount > 0);
  // A file is live in one manifest only: the search ends with the last file.
  for (let start = 0; start < live.length && removed.length < paths.size; start += READ_AT_ONCE) {
    const group = live.slice(start, start + READ_AT_ONCE);
    const found = await mapBounded(group, READ_AT_ONCE, async (manifest) => {
      const entries = await cache.entries(manifest, target.metadata);
      return {
        manifest,
        entries,
        hits: entries.filter((entry) => entry.status !== 'deleted' && paths.has(entry.file.path)),
      };
    });
    for (const { manifest, entries, hits } of found) {
      if (hits.length === 0) continue;
      removed.push(...hits.map((entry) => entry.file));
      rewritten.set(manifest.path, await rewrite(target, manifest, entries, hits));
    }
  }
  return { manifests: manifests.flatMap((manifest) => rewritten.get(manifest.path) ?? [manifest]), removed };
}

const READ_AT_ONCE = 16;

async function rewrite(
  target: ManifestTarget,
  manifest: ManifestFile,
  entries: readonly ManifestEntry[],
  hits: readonly ManifestEntry[],
): Promise<readonly ManifestFile[]> {
  const { state, written } = target.attempt;
  const paths = new Set(hits.map(({ file }) => file.path));
  // Another base may leave other delete files behind.
  const key = `${manifest.path} without ${[...paths].join(' ')}`;
  const known = state.manifests.get(key);
  if (known !== undefined) {
    for (const { path } of known) written(path);
    return known;
  }
  const kept = entries
    .filter((entry) => entry.status !== 'deleted')
    .map((entry): NewEntry =>
      paths.has(entry.file.path)
        ? { ...entry, status: 'deleted', snapshotId: state.snapshotId }
        : { ...entry, status: 'existing' },
    );
  const manifests = await writeManifests(target, manifest.specId, manifest.content, kept);
  state.manifests.set(key, manifests);
  return manifests;
}

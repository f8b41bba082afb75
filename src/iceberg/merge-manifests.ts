import { readManifest } from './read-manifest.ts';
import { booleanProperty } from './boolean-property.ts';
import { integerProperty } from './integer-property.ts';
import { UNASSIGNED, writeManifests } from './write-manifest.ts';
import type { ManifestCache } from './manifest-cache.ts';
import type { ManifestEntry, ManifestFile } from './iceberg.ts';
import type { ManifestTarget, NewEntry } from './write-manifest.ts';

/**
 * Merges small manifests of one content, as `commit.manifest-merge.enabled`, `commit.manifest.target-size-bytes` and
 * `commit.manifest.min-count-to-merge` say: bins of one spec are filled from the oldest on, and the bin with the
 * newest manifest waits until it holds enough. `manifests` are newest first.
 */
export async function mergeManifests(
  target: ManifestTarget,
  cache: ManifestCache,
  manifests: readonly ManifestFile[],
): Promise<readonly ManifestFile[]> {
  const { properties } = target.metadata;
  if (!booleanProperty(properties, 'commit.manifest-merge.enabled', true)) return manifests;
  const targetBytes = integerProperty(properties, 'commit.manifest.target-size-bytes', 8 * 1024 * 1024, 1);
  const enough = integerProperty(properties, 'commit.manifest.min-count-to-merge', 100, 2);
  const newest = manifests[0];
  const merged: ManifestFile[] = [];
  for (const ofSpec of Map.groupBy(manifests, (manifest) => manifest.specId).values()) {
    for (const bin of binsFromEnd(ofSpec, targetBytes)) {
      const waits = newest !== undefined && bin.includes(newest) && bin.length < enough;
      if (bin.length === 1 || waits) merged.push(...bin);
      else merged.push(...(await mergeBin(target, cache, bin)));
    }
  }
  return merged;
}

/** Neighbours together up to `targetBytes`, full bins last; order is kept. */
function binsFromEnd(manifests: readonly ManifestFile[], targetBytes: number): readonly (readonly ManifestFile[])[] {
  const bins: ManifestFile[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const manifest of manifests.toReversed()) {
    if (bytes + manifest.lengthBytes > targetBytes) {
      bins.push([]);
      bytes = 0;
    }
    bins.at(-1)!.push(manifest);
    bytes += manifest.lengthBytes;
  }
  return bins.map((bin) => bin.toReversed()).toReversed();
}

async function mergeBin(
  target: ManifestTarget,
  cache: ManifestCache,
  bin: readonly ManifestFile[],
): Promise<readonly ManifestFile[]> {
  const { store, metadata, attempt } = target;
  const key = `merged ${bin.map((manifest) => manifest.path).join(' ')}`;
  let merged = attempt.state.manifests.get(key);
  if (merged === undefined) {
    const entries: NewEntry[] = [];
    for (const manifest of bin) {
      // What this commit wrote has no sequence number yet and must not be cached without.
      const own = manifest.sequenceNumber === UNASSIGNED;
      const read = own ? await readManifest(store, manifest, metadata) : await cache.entries(manifest, metadata);
      entries.push(...read.flatMap((entry) => carriedOver(entry, attempt.state.snapshotId)));
    }
    merged = await writeManifests(target, bin[0]!.specId, bin[0]!.content, entries);
    attempt.state.manifests.set(key, merged);
  } else {
    for (const { path } of merged) attempt.written(path);
  }
  for (const manifest of bin) if (manifest.sequenceNumber === UNASSIGNED) attempt.abandoned(manifest.path);
  return merged;
}

/** What this snapshot did stays as it is; the rest exists, and deletions of before are forgotten. */
function carriedOver(entry: ManifestEntry, snapshotId: bigint): readonly NewEntry[] {
  if (entry.status === 'deleted') return entry.snapshotId === snapshotId ? [entry] : [];
  if (entry.status === 'added' && entry.snapshotId === snapshotId) {
    return [{ ...entry, dataSequenceNumber: undefined, fileSequenceNumber: undefined }];
  }
  return [{ ...entry, status: 'existing' }];
}

import type { ManifestEntry, ManifestFile, Snapshot } from '../../iceberg/iceberg.ts';
import { liveEntries } from '../../iceberg/read-manifest.ts';
import { mapBounded } from '../../base/map-bounded.ts';
import type { MetadataSource } from './metadata-table.ts';

/** Manifests read at a time. */
const manifestsAtOnce = 16;

/** The manifests of a snapshot, none of no snapshot. */
export async function manifestsOf(
  { metadata, manifests }: MetadataSource,
  snapshot: Snapshot | null,
): Promise<readonly ManifestFile[]> {
  return snapshot === null ? [] : await manifests.manifests(snapshot, metadata);
}

/** The manifests of every snapshot, each once, as the first snapshot lists it (an upgrade to v3 adds row ids later). */
export async function allManifests(source: MetadataSource): Promise<readonly ManifestFile[]> {
  const lists = await mapBounded(source.metadata.snapshots, manifestsAtOnce, (each) => manifestsOf(source, each));
  return [
    ...new Map(
      lists
        .flat()
        .toReversed()
        .map((manifest) => [manifest.path, manifest]),
    ).values(),
  ];
}

/** The entries of manifests, DELETED ones included. */
export async function manifestEntries(
  { metadata, manifests }: MetadataSource,
  files: readonly ManifestFile[],
): Promise<readonly ManifestEntry[]> {
  return (await mapBounded(files, manifestsAtOnce, (file) => manifests.entries(file, metadata))).flat();
}

/** The files that manifests have as part of the table. */
export async function liveFiles(source: MetadataSource, files: readonly ManifestFile[]) {
  return liveEntries(await manifestEntries(source, files)).map(({ file }) => file);
}

import { boundedCache } from '../base/bounded-cache.ts';
import { partitionTypes } from './partition-type.ts';
import { readManifest } from './read-manifest.ts';
import { readManifestList } from './read-manifest-list.ts';
import { typeJson } from './type-json.ts';
import type { ManifestEntry, ManifestFile, Snapshot, TableMetadata } from './iceberg.ts';
import type { Store } from '../storage/storage.ts';

/** Manifest lists and manifests by path: they are immutable. Concurrent readers of one path share one read. */
export interface ManifestCache {
  /** The manifests of a snapshot. */
  manifests(snapshot: Snapshot, metadata: TableMetadata): Promise<readonly ManifestFile[]>;
  /** The entries of a manifest, DELETED ones included (see liveEntries). */
  entries(manifest: ManifestFile, metadata: TableMetadata): Promise<readonly ManifestEntry[]>;
}

/** Keeps what was read last, up to about `maxBytes` of memory. */
export function manifestCache(store: Store, maxBytes: number): ManifestCache {
  const lists = boundedCache<readonly ManifestFile[]>(maxBytes / 4, (list) => list.length * MANIFEST_FILE_BYTES);
  const manifests = boundedCache<KeptEntries>(maxBytes, (kept) => kept.entries.length * ENTRY_BYTES + kept.metricBytes);
  return {
    manifests: (snapshot, metadata) => {
      const read = () => readManifestList(store, snapshot, metadata);
      return snapshot.manifestList === undefined ? read() : lists.get(snapshot.manifestList, read);
    },
    entries: async (manifest, metadata) => {
      const kept = await manifests.get(
        `${manifest.path} ${manifest.firstRowId ?? ''} ${partitionKey(manifest, metadata)}`,
        async () => ({
          entries: await readManifest(store, manifest, metadata),
          // Metrics stay as bytes of the unpacked file, which was compressed several times.
          metricBytes: manifest.lengthBytes * 5,
        }),
      );
      return kept.entries;
    },
  };
}

type KeptEntries = { readonly entries: readonly ManifestEntry[]; readonly metricBytes: number };

/** What one row of a manifest list and one entry take in memory, roughly, in bytes. */
const MANIFEST_FILE_BYTES = 600;
const ENTRY_BYTES = 1400;

/** Partition values are read in the types that the spec has now, so these are part of the key. */
function partitionKey(manifest: ManifestFile, metadata: TableMetadata): string {
  const spec = metadata.partitionSpecs.find((candidate) => candidate.specId === manifest.specId);
  if (spec === undefined || spec.fields.length === 0) return '';
  return JSON.stringify(partitionTypes(spec, metadata).map((type) => (type === undefined ? null : typeJson(type))));
}

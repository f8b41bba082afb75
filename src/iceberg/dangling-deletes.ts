import { onlyDataFile } from './only-data-file.ts';
import { partitionKeyOf } from './snapshot-summary.ts';
import { UNASSIGNED } from './write-manifest.ts';
import type { DataFile, ManifestEntry, ManifestFile, PartitionSpec, TableMetadata } from './iceberg.ts';
import type { ManifestCache } from './manifest-cache.ts';

/** What a change leaves of a table's data files. */
export type FilesLeft = {
  readonly metadata: TableMetadata;
  readonly manifests: ManifestCache;
  /** Live data manifests of the parent snapshot, and what has become of them. */
  readonly before: readonly ManifestFile[];
  readonly after: readonly ManifestFile[];
  readonly removed: readonly DataFile[];
  readonly added: readonly DataFile[];
};

/** Delete files that apply to no data file any more. */
export type DanglingDeletes = {
  /** Paths of the table's. */
  readonly known: ReadonlySet<string>;
  /** Paths of those that this change adds. */
  readonly added: ReadonlySet<string>;
};

/**
 * Delete files that a change leaves without a data file, as far as metadata prove it: older than all data that remains;
 * about one data file that is removed; of a partition where nothing is left that they may be about.
 */
export async function danglingDeletes(
  data: FilesLeft,
  deletes: readonly ManifestFile[],
  addedDeletes: readonly DataFile[],
): Promise<DanglingDeletes> {
  const known = new Set<string>();
  if (data.removed.length === 0) return { known, added: known };
  const paths = new Set(data.removed.map(({ path }) => path));
  const specs = new Map(data.metadata.partitionSpecs.map((spec) => [spec.specId, spec]));
  const partitions = new Set(data.removed.map(partitionKeyOf));
  const specIds = new Set(data.removed.map(({ specId }) => specId));
  const oldest = oldestSequence(data.after);
  const doubtful: Doubtful[] = [];
  for (const manifest of deletes) {
    const mayBeOld = oldest === undefined || manifest.minSequenceNumber <= oldest;
    if (!mayBeOld && !specIds.has(manifest.specId)) continue;
    for (const entry of await data.manifests.entries(manifest, data.metadata)) {
      if (entry.status === 'deleted') continue;
      const { file, dataSequenceNumber } = entry;
      const only = onlyDataFile(file);
      if (isOlder(entry, oldest) || (only !== undefined && paths.has(only))) known.add(file.path);
      else if (only === undefined && isOfPartition(file, specs) && partitions.has(partitionKeyOf(file)))
        doubtful.push({ file, sequence: dataSequenceNumber, set: known });
    }
  }
  const added = new Set<string>();
  for (const file of addedDeletes)
    if (onlyDataFile(file) === undefined && partitions.has(partitionKeyOf(file)))
      doubtful.push({ file, sequence: undefined, set: added });
  for (const { file, set } of await unused(data, doubtful, paths)) set.add(file.path);
  return { known, added };
}

/** A delete file of a partition that lost data files; `sequence` is undefined for those of this very change. */
type Doubtful = { readonly file: DataFile; readonly sequence: bigint | undefined; readonly set: Set<string> };

/** The least data sequence number of what remains of before; undefined where nothing does. */
function oldestSequence(manifests: readonly ManifestFile[]): bigint | undefined {
  let oldest: bigint | undefined;
  for (const { minSequenceNumber, addedFilesCount, existingFilesCount } of manifests) {
    if (addedFilesCount + existingFilesCount === 0 || minSequenceNumber === UNASSIGNED) continue;
    if (oldest === undefined || minSequenceNumber < oldest) oldest = minSequenceNumber;
  }
  return oldest;
}

/** Position deletes apply to data of the same sequence number too, equality deletes to older data only. */
function isOlder({ file, dataSequenceNumber }: ManifestEntry, oldest: bigint | undefined): boolean {
  if (oldest === undefined || dataSequenceNumber < oldest) return true;
  return file.content === 'equality-deletes' && dataSequenceNumber === oldest;
}

/** Equality deletes under a spec without partitions apply everywhere. */
function isOfPartition(file: DataFile, specs: ReadonlyMap<number, PartitionSpec>): boolean {
  if (file.content === 'position-deletes') return true;
  return specs.get(file.specId)?.fields.some(({ transform }) => transform.kind !== 'void') === true;
}

/** Those that no remaining data file of their partition may be deleted by. */
async function unused(
  data: FilesLeft,
  doubtful: readonly Doubtful[],
  removed: ReadonlySet<string>,
): Promise<readonly Doubtful[]> {
  if (doubtful.length === 0) return [];
  const byPartition = Map.groupBy(doubtful, ({ file }) => partitionKeyOf(file));
  const used = new Set<Doubtful>();
  const meet = (file: DataFile, sequence: bigint | undefined): void => {
    for (const candidate of byPartition.get(partitionKeyOf(file)) ?? [])
      if (!used.has(candidate) && mayApply(candidate, file, sequence)) used.add(candidate);
  };
  for (const file of data.added) meet(file, undefined);
  const specIds = new Set(doubtful.map(({ file }) => file.specId));
  for (const manifest of data.before) {
    if (used.size === doubtful.length) break;
    if (!specIds.has(manifest.specId)) continue;
    for (const { status, file, dataSequenceNumber } of await data.manifests.entries(manifest, data.metadata))
      if (status !== 'deleted' && !removed.has(file.path)) meet(file, dataSequenceNumber);
  }
  return doubtful.filter((candidate) => !used.has(candidate));
}

/** Field id of `file_path` in position-delete files (spec: Reserved Field IDs). */
const DELETE_FILE_PATH = 2147483546;

function mayApply({ file, sequence }: Doubtful, data: DataFile, dataSequence: bigint | undefined): boolean {
  if (sequence !== undefined) {
    if (dataSequence === undefined || dataSequence > sequence) return false;
    if (file.content === 'equality-deletes') return dataSequence < sequence;
  }
  const path = Buffer.from(data.path, 'utf8');
  const low = file.lowerBounds?.get(DELETE_FILE_PATH);
  const high = file.upperBounds?.get(DELETE_FILE_PATH);
  return (
    (low === undefined || Buffer.compare(low, path) <= 0) && (high === undefined || Buffer.compare(high, path) >= 0)
  );
}

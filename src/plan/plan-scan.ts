import type { NestedField, PartitionSpec, Schema, Snapshot, TableMetadata } from '../iceberg/iceberg.ts';
import type { DataFile, ManifestEntry, ManifestFile } from '../iceberg/iceberg.ts';
import type { ManifestCache } from '../iceberg/manifest-cache.ts';
import { findField } from '../iceberg/partition-type.ts';
import { assignedDeletes } from './assigned-deletes.ts';
import type { BoundPredicate } from './bound-predicate.ts';
import { boundPredicate } from './bound-predicate.ts';
import { contradictoryMetadata, encryptionNotSupported } from './errors.ts';
import { manifestMayMatch } from './manifest-may-match.ts';
import { fileMayMatch } from './file-may-match.ts';
import { mapBounded } from '../base/map-bounded.ts';
import { nameMapping } from './name-mapping.ts';
import type { PendingChanges } from './pending-changes.ts';
import type { Predicate, ScanPlan } from './plan.ts';
import { refuseUnreadable } from './refuse-unreadable.ts';
import { timeSlice } from './time-slice.ts';

export type ScanInput = {
  /** For messages: `ns.table`. */
  readonly table: string;
  readonly metadata: TableMetadata;
  /** Null for a table without a snapshot. */
  readonly snapshot: Snapshot | null;
  /** The schema to read with. */
  readonly schema: Schema;
  readonly predicate: Predicate;
  readonly manifests: ManifestCache;
  readonly pending?: PendingChanges;
  /** Top-level columns that are read, by field id; all where it is undefined. Only they can be refused. */
  readonly fieldIds?: ReadonlySet<number>;
};

/** Manifests read at a time. */
const manifestsAtOnce = 16;
/** How long planning may hold the thread, in milliseconds. */
const sliceMs = 8;
/** Entries looked at between two looks at the clock. */
const entriesPerCheck = 128;

/**
 * Finds the data files of a snapshot that may hold rows for which the predicate is true, with the deletes that apply
 * to them. Reads the manifest list and the manifests that survive its summaries. Raises 0A000 for what can't be read:
 * other formats than Parquet, deletion vectors, encryption, types and defaults of format version 3.
 */
export async function planScan(input: ScanInput): Promise<ScanPlan> {
  const { table, metadata, snapshot, schema, manifests, pending } = input;
  const specs = new Map(metadata.partitionSpecs.map((spec) => [spec.specId, spec]));
  const predicate = boundPredicate(input.predicate, schema);
  const listed = snapshot === null ? [] : await manifests.manifests(snapshot, metadata);
  const chosen = chosenManifests(table, listed, predicate, specs);
  const breathe = timeSlice(sliceMs);
  const read = await mapBounded(chosen, manifestsAtOnce, async (manifest) => {
    const entries = await manifests.entries(manifest, metadata);
    return keptEntries(entries, mayBeRead(table, manifest, predicate, specs, pending), breathe);
  });
  const kept = [...read, ...pendingEntries(table, metadata, predicate, specs, pending)].flat();
  const assigned = assignedDeletes({
    table,
    data: kept.filter(({ file }) => file.content === 'data').toSorted(byAge),
    deletes: kept.filter(({ file }) => file.content !== 'data'),
    specs,
    fieldOf: (id) => fieldEverKnown(metadata, id),
  });
  refuseUnreadable(table, schema, assigned, input.fieldIds);
  const mapping = nameMapping(metadata, table);
  return {
    table,
    schema,
    snapshotId: snapshot?.snapshotId ?? null,
    ...assigned,
    ...(mapping && { nameMapping: mapping }),
    counts: {
      manifestsTotal: countOf(listed, 'data'),
      manifestsRead: countOf(chosen, 'data'),
      deleteManifestsTotal: countOf(listed, 'deletes'),
      deleteManifestsRead: countOf(chosen, 'deletes'),
      filesTotal: totalFiles(listed, pending),
      filesRead: assigned.files.length,
      deleteFilesApplied: assigned.positionDeletes.length + assigned.equalityDeletes.length,
      sizeBytes: sum([...assigned.files.map(({ file }) => file), ...deleteFiles(assigned)], (file) => file.sizeBytes),
      recordCount: sum(assigned.files, ({ file }) => file.recordCount),
    },
  };
}

/**
 * Oldest first, as a table of PostgreSQL gives its rows where nothing orders them: manifest lists begin with the newest
 * manifest. What one commit added stays in its order.
 */
function byAge(a: ManifestEntry, b: ManifestEntry): number {
  return a.dataSequenceNumber < b.dataSequenceNumber ? -1 : a.dataSequenceNumber > b.dataSequenceNumber ? 1 : 0;
}

type Specs = ReadonlyMap<number, PartitionSpec>;

/** Data manifests that may hold matching files, and delete manifests that may hold deletes for those. */
function chosenManifests(
  table: string,
  listed: readonly ManifestFile[],
  predicate: BoundPredicate,
  specs: Specs,
): readonly ManifestFile[] {
  const matching = listed.filter((manifest) => {
    if (manifest.addedFilesCount + manifest.existingFilesCount === 0) return false;
    return manifestMayMatch(predicate, specOf(table, specs, manifest.specId), manifest);
  });
  const sequences = matching
    .filter(({ content }) => content === 'data')
    .map(({ minSequenceNumber }) => minSequenceNumber);
  const oldest = sequences.reduce<bigint | undefined>(
    (least, number) => (least === undefined || number < least ? number : least),
    undefined,
  );
  const chosen = matching.filter(
    ({ content, sequenceNumber }) => content === 'data' || (oldest !== undefined && sequenceNumber >= oldest),
  );
  const encrypted = chosen.find(({ keyMetadata }) => keyMetadata !== undefined);
  if (encrypted !== undefined) throw encryptionNotSupported(encrypted.path, table);
  return chosen;
}

/** Whether a live entry is kept: of data files those that may match and that the transaction has not removed. */
function mayBeRead(
  table: string,
  manifest: ManifestFile,
  predicate: BoundPredicate,
  specs: Specs,
  pending: PendingChanges | undefined,
): (entry: ManifestEntry) => boolean {
  if (manifest.content === 'deletes') return () => true;
  const spec = specOf(table, specs, manifest.specId);
  const removed = pending?.removedData ?? new Set();
  return ({ file }) => !removed.has(file.path) && fileMayMatch(predicate, spec, file);
}

async function keptEntries(
  entries: readonly ManifestEntry[],
  isKept: (entry: ManifestEntry) => boolean,
  breathe: () => Promise<void> | undefined,
): Promise<readonly ManifestEntry[]> {
  const kept: ManifestEntry[] = [];
  for (const [index, entry] of entries.entries()) {
    if (entry.status !== 'deleted' && isKept(entry)) kept.push(entry);
    if (index % entriesPerCheck === 0) await breathe();
  }
  return kept;
}

/** What the transaction adds, with the sequence number that its commit would get now. */
function pendingEntries(
  table: string,
  metadata: TableMetadata,
  predicate: BoundPredicate,
  specs: Specs,
  pending: PendingChanges | undefined,
): readonly ManifestEntry[] {
  if (pending === undefined) return [];
  const sequenceNumber = metadata.lastSequenceNumber + 1n;
  const entry = (file: DataFile): ManifestEntry => ({
    status: 'added',
    snapshotId: -1n,
    dataSequenceNumber: sequenceNumber,
    fileSequenceNumber: sequenceNumber,
    file,
  });
  const added = pending.addedData.filter(
    (file) => !pending.removedData.has(file.path) && fileMayMatch(predicate, specOf(table, specs, file.specId), file),
  );
  return [...added, ...pending.addedDeletes].map(entry);
}

function specOf(table: string, specs: Specs, specId: number): PartitionSpec {
  const spec = specs.get(specId);
  if (spec === undefined) throw contradictoryMetadata(table, `there is no partition spec ${specId}`);
  return spec;
}

/** A field in the newest schema that has it: keys of equality deletes may have been dropped since. */
function fieldEverKnown(metadata: TableMetadata, id: number): NestedField | undefined {
  const current = metadata.schemas.find(({ schemaId }) => schemaId === metadata.currentSchemaId);
  const newestFirst = metadata.schemas.toSorted((left, right) => right.schemaId - left.schemaId);
  for (const schema of current === undefined ? newestFirst : [current, ...newestFirst]) {
    const field = findField(schema.fields, id);
    if (field !== undefined) return field;
  }
  return undefined;
}

function countOf(manifests: readonly ManifestFile[], content: ManifestFile['content']): number {
  return manifests.filter((manifest) => manifest.content === content).length;
}

function totalFiles(listed: readonly ManifestFile[], pending: PendingChanges | undefined): number {
  const live = listed
    .filter(({ content }) => content === 'data')
    .map(({ addedFilesCount, existingFilesCount }) => addedFilesCount + existingFilesCount);
  return sum(live, (count) => count) + (pending ? pending.addedData.length - pending.removedData.size : 0);
}

function deleteFiles({ positionDeletes, equalityDeletes }: Pick<ScanPlan, 'positionDeletes' | 'equalityDeletes'>) {
  return [...positionDeletes, ...equalityDeletes.map(({ file }) => file)];
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

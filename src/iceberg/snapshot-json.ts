import { malformed } from './errors.ts';
import { JsonReader } from './json-reader.ts';
import type { Snapshot, SnapshotRef } from './iceberg.ts';
import type { Json, JsonObject } from './json.ts';

export function parseSnapshot(value: Json): Snapshot {
  const reader = new JsonReader(value, 'snapshot');
  return present<Snapshot>({
    snapshotId: reader.long('snapshot-id'),
    parentSnapshotId: reader.optionalLong('parent-snapshot-id'),
    sequenceNumber: reader.optionalLong('sequence-number') ?? 0n,
    timestampMs: reader.number('timestamp-ms'),
    manifestList: reader.optionalString('manifest-list'),
    manifests: reader.optionalList('manifests')?.map(String),
    summary: reader.strings('summary'),
    schemaId: reader.optionalNumber('schema-id'),
    firstRowId: reader.optionalLong('first-row-id'),
    addedRows: reader.optionalLong('added-rows'),
    carried: reader.carried(),
  });
}

/** Snapshots of v1 have no sequence number; absent means 0 after an upgrade too. */
export function snapshotJson(snapshot: Snapshot, formatVersion: number): JsonObject {
  return present<JsonObject>({
    'snapshot-id': snapshot.snapshotId,
    'parent-snapshot-id': snapshot.parentSnapshotId,
    'sequence-number': formatVersion === 1 || snapshot.sequenceNumber === 0n ? undefined : snapshot.sequenceNumber,
    'timestamp-ms': snapshot.timestampMs,
    'manifest-list': snapshot.manifestList,
    manifests: snapshot.manifests,
    summary: Object.keys(snapshot.summary).length === 0 ? undefined : snapshot.summary,
    'schema-id': snapshot.schemaId,
    'first-row-id': snapshot.firstRowId,
    'added-rows': snapshot.addedRows,
    ...snapshot.carried,
  });
}

export function parseRef(value: Json): SnapshotRef {
  const reader = new JsonReader(value, 'snapshot reference');
  const type = reader.string('type').toLowerCase();
  if (type !== 'branch' && type !== 'tag') throw malformed('snapshot reference', `type "${type}" is not known`);
  return present<SnapshotRef>({
    snapshotId: reader.long('snapshot-id'),
    type,
    maxRefAgeMs: reader.optionalNumber('max-ref-age-ms'),
    maxSnapshotAgeMs: reader.optionalNumber('max-snapshot-age-ms'),
    minSnapshotsToKeep: reader.optionalNumber('min-snapshots-to-keep'),
    carried: reader.carried(),
  });
}

export function refJson(ref: SnapshotRef): JsonObject {
  return present<JsonObject>({
    'snapshot-id': ref.snapshotId,
    type: ref.type,
    'max-ref-age-ms': ref.maxRefAgeMs,
    'max-snapshot-age-ms': ref.maxSnapshotAgeMs,
    'min-snapshots-to-keep': ref.minSnapshotsToKeep,
    ...ref.carried,
  });
}

/** The object without its undefined properties. */
export function present<T extends object>(value: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}

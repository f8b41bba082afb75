import { SqlError } from '../base/sql-error.ts';
import { highestFieldId } from './highest-field-id.ts';
import type { Json, JsonObject } from './json.ts';
import type { MetadataUpdate } from './metadata-update.ts';
import type { PartitionSpec, Schema, Snapshot, SnapshotRef, SortOrder, TableMetadata } from './iceberg.ts';

/**
 * The metadata after all updates; pure. What exists already in an equal form is used again, ids only grow, and time
 * never goes back, so that the snapshot log stays in order even between machines whose clocks differ.
 */
export function applyUpdates(
  base: TableMetadata,
  updates: readonly MetadataUpdate[],
  nowMs: number = Date.now(),
): TableMetadata {
  const timestampMs = Math.max(nowMs, base.lastUpdatedMs);
  const state: State = { metadata: base, lastSchema: -1, lastSpec: -1, lastOrder: -1, timestampMs };
  const changed = updates.reduce(applyUpdate, state).metadata;
  const newest = changed.snapshotLog.at(-1)?.timestampMs ?? 0;
  return { ...changed, lastUpdatedMs: Math.max(timestampMs, newest) };
}

type State = {
  readonly metadata: TableMetadata;
  readonly lastSchema: number;
  readonly lastSpec: number;
  readonly lastOrder: number;
  readonly timestampMs: number;
};

function applyUpdate(state: State, update: MetadataUpdate): State {
  const { metadata } = state;
  const changed = (part: Partial<TableMetadata>): State => ({ ...state, metadata: { ...metadata, ...part } });
  switch (update.action) {
    case 'upgrade-format-version':
      return changed(upgraded(metadata, update.formatVersion));
    case 'add-schema':
      return addSchema(state, update.schema);
    case 'set-current-schema':
      return changed({ currentSchemaId: update.schemaId === -1 ? state.lastSchema : update.schemaId });
    case 'add-spec':
      return addSpec(state, update.spec);
    case 'set-default-spec':
      return changed({ defaultSpecId: update.specId === -1 ? state.lastSpec : update.specId });
    case 'add-sort-order':
      return addSortOrder(state, update.sortOrder);
    case 'set-default-sort-order':
      return changed({ defaultSortOrderId: update.sortOrderId === -1 ? state.lastOrder : update.sortOrderId });
    case 'set-properties':
      return changed({ properties: { ...metadata.properties, ...update.updates } });
    case 'remove-properties': {
      const removed = new Set(update.removals);
      return changed({ properties: filtered(metadata.properties, (key) => !removed.has(key)) });
    }
    case 'add-snapshot':
      return changed(withSnapshot(metadata, update.snapshot));
    case 'remove-snapshots':
      return changed(withoutSnapshots(metadata, new Set(update.snapshotIds)));
    case 'set-snapshot-ref':
      return changed(withRef(metadata, update.name, update.ref, state.timestampMs));
    case 'remove-snapshot-ref':
      return changed({
        refs: filtered(metadata.refs, (name) => name !== update.name),
        ...(update.name === 'main' && { currentSnapshotId: null }),
      });
    case 'set-location':
      return changed({ location: update.location.replace(/\/+$/, '') });
  }
}

function upgraded(metadata: TableMetadata, formatVersion: TableMetadata['formatVersion']): Partial<TableMetadata> {
  if (formatVersion < metadata.formatVersion)
    throw badUpdate(`format version ${metadata.formatVersion} cannot become ${formatVersion}`);
  return { formatVersion, ...(formatVersion >= 3 && { nextRowId: metadata.nextRowId ?? 0n }) };
}

function addSchema(state: State, schema: Schema): State {
  const { metadata } = state;
  const same = metadata.schemas.find((known) => sameContent(known, schema, 'schemaId'));
  if (same !== undefined) return { ...state, lastSchema: same.schemaId };
  const schemaId = Math.max(...metadata.schemas.map((known) => known.schemaId)) + 1;
  return {
    ...state,
    lastSchema: schemaId,
    metadata: {
      ...metadata,
      schemas: [...metadata.schemas, { ...schema, schemaId }],
      lastColumnId: Math.max(metadata.lastColumnId, highestFieldId(schema.fields)),
    },
  };
}

function addSpec(state: State, spec: PartitionSpec): State {
  const { metadata } = state;
  const same = metadata.partitionSpecs.find((known) => sameContent(known, spec, 'specId'));
  if (same !== undefined) return { ...state, lastSpec: same.specId };
  const specId = Math.max(...metadata.partitionSpecs.map((known) => known.specId)) + 1;
  return {
    ...state,
    lastSpec: specId,
    metadata: {
      ...metadata,
      partitionSpecs: [...metadata.partitionSpecs, { ...spec, specId }],
      lastPartitionId: Math.max(metadata.lastPartitionId, ...spec.fields.map((field) => field.fieldId)),
    },
  };
}

/** Order 0 is "unsorted" and nothing else (spec: Sorting). */
function addSortOrder(state: State, sortOrder: SortOrder): State {
  const { metadata } = state;
  if (sortOrder.fields.length === 0) {
    const known = metadata.sortOrders.some((order) => order.orderId === 0);
    const sortOrders = known ? metadata.sortOrders : [...metadata.sortOrders, { orderId: 0, fields: [] }];
    return { ...state, lastOrder: 0, metadata: { ...metadata, sortOrders } };
  }
  const same = metadata.sortOrders.find((known) => sameContent(known, sortOrder, 'orderId'));
  if (same !== undefined) return { ...state, lastOrder: same.orderId };
  const orderId = Math.max(0, ...metadata.sortOrders.map((known) => known.orderId)) + 1;
  const sortOrders = [...metadata.sortOrders, { ...sortOrder, orderId }];
  return { ...state, lastOrder: orderId, metadata: { ...metadata, sortOrders } };
}

function withSnapshot(metadata: TableMetadata, snapshot: Snapshot): Partial<TableMetadata> {
  if (metadata.snapshots.some((known) => known.snapshotId === snapshot.snapshotId)) {
    throw badUpdate(`snapshot ${snapshot.snapshotId} exists already`);
  }
  if (metadata.formatVersion >= 2 && snapshot.sequenceNumber <= metadata.lastSequenceNumber) {
    throw badUpdate(`sequence number ${snapshot.sequenceNumber} is not above ${metadata.lastSequenceNumber}`);
  }
  return {
    snapshots: [...metadata.snapshots, snapshot],
    lastSequenceNumber: metadata.formatVersion >= 2 ? snapshot.sequenceNumber : metadata.lastSequenceNumber,
    ...(metadata.nextRowId !== undefined && { nextRowId: metadata.nextRowId + (snapshot.addedRows ?? 0n) }),
  };
}

function withRef(metadata: TableMetadata, name: string, ref: SnapshotRef, nowMs: number): Partial<TableMetadata> {
  const snapshot = metadata.snapshots.find((known) => known.snapshotId === ref.snapshotId);
  if (snapshot === undefined) throw badUpdate(`snapshot ${ref.snapshotId} of reference "${name}" does not exist`);
  const refs = { ...metadata.refs, [name]: ref };
  if (name !== 'main' || metadata.currentSnapshotId === ref.snapshotId) return { refs };
  // A snapshot that becomes current for the first time does so at its own time.
  const isNew = snapshot === metadata.snapshots.at(-1) && snapshot.timestampMs >= metadata.lastUpdatedMs;
  const entry = { timestampMs: isNew ? snapshot.timestampMs : nowMs, snapshotId: ref.snapshotId };
  return { refs, currentSnapshotId: ref.snapshotId, snapshotLog: [...metadata.snapshotLog, entry] };
}

/** The log loses what precedes a removed snapshot: what was current then can't be told any more (spec: snapshot-log). */
function withoutSnapshots(metadata: TableMetadata, removed: ReadonlySet<bigint>): Partial<TableMetadata> {
  const snapshotLog = metadata.snapshotLog.slice(
    metadata.snapshotLog.findLastIndex((entry) => removed.has(entry.snapshotId)) + 1,
  );
  const carried = Object.entries(metadata.carried).map(([key, value]): [string, Json] =>
    key === 'statistics' || key === 'partition-statistics' ? [key, withoutStatistics(value, removed)] : [key, value],
  );
  return {
    snapshots: metadata.snapshots.filter((snapshot) => !removed.has(snapshot.snapshotId)),
    refs: filtered(metadata.refs, (_name, ref) => !removed.has(ref.snapshotId)),
    snapshotLog,
    carried: Object.fromEntries(carried),
    ...(metadata.currentSnapshotId !== null && removed.has(metadata.currentSnapshotId) && { currentSnapshotId: null }),
  };
}

function withoutStatistics(value: Json, removed: ReadonlySet<bigint>): Json {
  if (!Array.isArray(value)) return value;
  return (value as readonly JsonObject[]).filter(
    (entry) => !removed.has(BigInt(entry['snapshot-id'] as number | bigint)),
  );
}

/** Equal but for the id. */
function sameContent<T extends object>(a: T, b: T, id: keyof T): boolean {
  const text = (value: T): string => JSON.stringify({ ...value, [id]: 0 }, comparable);
  return text(a) === text(b);
}

/** Big numbers as text, keys in one order. */
function comparable(_key: string, part: unknown): unknown {
  if (typeof part === 'bigint') return `${part}n`;
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  return Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function filtered<T>(
  record: Readonly<Record<string, T>>,
  keep: (key: string, value: T) => boolean,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([key, value]) => keep(key, value)));
}

function badUpdate(why: string): SqlError {
  return new SqlError({ sqlstate: 'XX000', message: `table metadata cannot change: ${why}` });
}

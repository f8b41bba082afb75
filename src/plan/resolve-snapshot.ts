import type { Schema, Snapshot, SnapshotRef, TableMetadata } from '../iceberg/iceberg.ts';
import { contradictoryMetadata, nothingBefore, unknownSnapshot } from './errors.ts';

/** What a statement travels to. `any` names are snapshot ids first, then refs. */
export type SnapshotTarget =
  | { readonly kind: 'snapshot'; readonly id: bigint }
  | { readonly kind: 'ref'; readonly name: string; readonly of: 'branch' | 'tag' | 'any' }
  | { readonly kind: 'timestamp'; readonly timestampMs: number };

/** A snapshot, null for a branch that has none, and the schema that it is read with. */
export type ResolvedSnapshot = { readonly snapshot: Snapshot | null; readonly schema: Schema };

/**
 * The snapshot of a time travel. Timestamps go through the snapshot log: its last entry at or before the time. A
 * snapshot or tag is read with its own schema, a branch with the table's current one. Raises 22023, with the nearest
 * snapshots or refs in the hint, for what is not there.
 */
export function resolveSnapshot(metadata: TableMetadata, target: SnapshotTarget): ResolvedSnapshot {
  switch (target.kind) {
    case 'snapshot':
      return ofItself(metadata, snapshotById(metadata, target.id) ?? missingId(metadata, target.id));
    case 'timestamp':
      return ofItself(metadata, snapshotAt(metadata, target.timestampMs));
    case 'ref':
      return resolveRef(metadata, target.name, target.of);
  }
}

function resolveRef(metadata: TableMetadata, name: string, of: 'branch' | 'tag' | 'any'): ResolvedSnapshot {
  const byId = of === 'any' && /^-?\d{1,19}$/.test(name) ? snapshotById(metadata, BigInt(name)) : undefined;
  if (byId !== undefined) return ofItself(metadata, byId);
  const ref = Object.hasOwn(metadata.refs, name) ? metadata.refs[name] : undefined;
  // A table without snapshots has no refs yet; its main branch is there nevertheless.
  if (ref === undefined && name === 'main' && of !== 'tag' && metadata.currentSnapshotId === null) {
    return { snapshot: null, schema: currentSchema(metadata) };
  }
  if (ref === undefined || (of !== 'any' && ref.type !== of)) throw missingRef(metadata, name, of);
  const snapshot = snapshotById(metadata, ref.snapshotId);
  if (snapshot === undefined) throw contradictoryMetadata(metadata.location, `ref "${name}" has no snapshot`);
  return ref.type === 'branch' ? { snapshot, schema: currentSchema(metadata) } : ofItself(metadata, snapshot);
}

function snapshotById(metadata: TableMetadata, id: bigint): Snapshot | undefined {
  return metadata.snapshots.find(({ snapshotId }) => snapshotId === id);
}

/** The log is in the order of commits, and times may repeat: the last entry counts. */
function snapshotAt(metadata: TableMetadata, timestampMs: number): Snapshot {
  const entry = metadata.snapshotLog.findLast((logged) => logged.timestampMs <= timestampMs);
  if (entry === undefined) {
    const first = metadata.snapshotLog[0];
    const hint = first
      ? `The earliest snapshot known is ${first.snapshotId}, current since ${isoTime(first.timestampMs)}.`
      : 'The table has no snapshots.';
    throw nothingBefore(isoTime(timestampMs), hint);
  }
  const snapshot = snapshotById(metadata, entry.snapshotId);
  if (snapshot === undefined) {
    throw unknownSnapshot(
      `snapshot ${entry.snapshotId}, current at ${isoTime(timestampMs)},`,
      `It has expired. ${nearestSnapshots(metadata, timestampMs)}`,
    );
  }
  return snapshot;
}

/** Read with the snapshot's own schema; snapshots of early v1 writers name none. */
function ofItself(metadata: TableMetadata, snapshot: Snapshot): ResolvedSnapshot {
  if (snapshot.schemaId === undefined) return { snapshot, schema: currentSchema(metadata) };
  return { snapshot, schema: schemaById(metadata, snapshot.schemaId) };
}

function currentSchema(metadata: TableMetadata): Schema {
  return schemaById(metadata, metadata.currentSchemaId);
}

function schemaById(metadata: TableMetadata, id: number): Schema {
  const schema = metadata.schemas.find(({ schemaId }) => schemaId === id);
  if (schema === undefined) throw contradictoryMetadata(metadata.location, `there is no schema ${id}`);
  return schema;
}

function missingId(metadata: TableMetadata, id: bigint): never {
  const byDistance = metadata.snapshots.toSorted((left, right) => {
    const [far, near] = [distance(left.snapshotId, id), distance(right.snapshotId, id)];
    return far < near ? -1 : far > near ? 1 : 0;
  });
  throw unknownSnapshot(`snapshot ${id}`, snapshotList('The nearest snapshots are', byDistance));
}

function missingRef(metadata: TableMetadata, name: string, of: 'branch' | 'tag' | 'any') {
  const found: [string, SnapshotRef][] = Object.entries(metadata.refs).filter(
    ([, ref]) => of === 'any' || ref.type === of,
  );
  const names = found
    .map(([other]) => other)
    .toSorted((left, right) => unlikeness(left, name) - unlikeness(right, name));
  const what = of === 'any' ? 'snapshot, branch or tag' : of;
  const kinds = of === 'any' ? 'refs' : of === 'branch' ? 'branches' : 'tags';
  const quoted = names.slice(0, shown).map((other) => `"${other}"`);
  const hint = names.length === 0 ? `The table has no ${kinds}.` : `The nearest ${kinds} are ${quoted.join(', ')}.`;
  return unknownSnapshot(`${what} "${name}"`, hint);
}

/** Snapshots and refs that a hint names. */
const shown = 3;

function nearestSnapshots(metadata: TableMetadata, timestampMs: number): string {
  const away = (snapshot: Snapshot) => Math.abs(snapshot.timestampMs - timestampMs);
  return snapshotList(
    'The nearest snapshots are',
    metadata.snapshots.toSorted((left, right) => away(left) - away(right)),
  );
}

function snapshotList(introduction: string, snapshots: readonly Snapshot[]): string {
  if (snapshots.length === 0) return 'The table has no snapshots.';
  const texts = snapshots.slice(0, shown).map((each) => `${each.snapshotId} (${isoTime(each.timestampMs)})`);
  return `${introduction} ${texts.join(', ')}.`;
}

function isoTime(timestampMs: number): string {
  const date = new Date(timestampMs);
  return Number.isNaN(date.getTime()) ? `${timestampMs} ms` : date.toISOString().replace('T', ' ').replace('Z', '+00');
}

function distance(left: bigint, right: bigint): bigint {
  return left < right ? right - left : left - right;
}

/** Levenshtein's distance, without regard to case. */
function unlikeness(left: string, right: string): number {
  const [from, to] = [left.toLowerCase(), right.toLowerCase()];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SqlError } from '../../src/base/sql-error.ts';
import type { Snapshot, TableMetadata } from '../../src/iceberg/iceberg.ts';
import { resolveSnapshot } from '../../src/plan/resolve-snapshot.ts';
import type { SnapshotTarget } from '../../src/plan/resolve-snapshot.ts';

const schema = (schemaId: number) => ({ schemaId, fields: [], identifierFieldIds: [] });
const snapshot = (id: bigint, timestampMs: number, schemaId?: number): Snapshot => ({
  snapshotId: id,
  sequenceNumber: id,
  timestampMs,
  summary: {},
  ...(schemaId !== undefined && { schemaId }),
});

const metadata = {
  location: 's3://t',
  schemas: [schema(0), schema(1), schema(2)],
  currentSchemaId: 2,
  currentSnapshotId: 30n,
  snapshots: [snapshot(10n, 1000, 0), snapshot(20n, 2000, 1), snapshot(30n, 3000, 1), snapshot(40n, 4000)],
  // 20 was rolled back to after 40, which has been abandoned; 50 has expired.
  snapshotLog: [
    { timestampMs: 1000, snapshotId: 10n },
    { timestampMs: 2000, snapshotId: 20n },
    { timestampMs: 4000, snapshotId: 40n },
    { timestampMs: 5000, snapshotId: 20n },
    { timestampMs: 6000, snapshotId: 50n },
    { timestampMs: 7000, snapshotId: 30n },
  ],
  refs: {
    main: { snapshotId: 30n, type: 'branch' },
    audit: { snapshotId: 20n, type: 'branch' },
    'v1.0': { snapshotId: 10n, type: 'tag' },
    '20': { snapshotId: 10n, type: 'tag' },
  },
} as unknown as TableMetadata;

function resolved(target: SnapshotTarget, of = metadata): readonly [bigint | undefined, number] {
  const { snapshot: found, schema: read } = resolveSnapshot(of, target);
  return [found?.snapshotId, read.schemaId];
}

function refusal(target: SnapshotTarget, of = metadata): SqlError['fields'] {
  try {
    resolveSnapshot(of, target);
  } catch (error) {
    return (error as SqlError).fields;
  }
  throw new Error('resolved');
}

const at = (timestampMs: number): SnapshotTarget => ({ kind: 'timestamp', timestampMs });

test('snapshots and tags have their own schema, branches the current one', () => {
  assert.deepEqual(resolved({ kind: 'snapshot', id: 10n }), [10n, 0]);
  assert.deepEqual(resolved({ kind: 'snapshot', id: 40n }), [40n, 2]);
  assert.deepEqual(resolved({ kind: 'ref', name: 'v1.0', of: 'tag' }), [10n, 0]);
  assert.deepEqual(resolved({ kind: 'ref', name: 'audit', of: 'branch' }), [20n, 2]);
  assert.deepEqual(resolved({ kind: 'ref', name: 'audit', of: 'any' }), [20n, 2]);
});

test('times go through the log, not by ancestry', () => {
  assert.deepEqual(resolved(at(1000)), [10n, 0]);
  assert.deepEqual(resolved(at(3999)), [20n, 1]);
  assert.deepEqual(resolved(at(4500)), [40n, 2]);
  assert.deepEqual(resolved(at(5500)), [20n, 1]);
  assert.deepEqual(resolved(at(1e15)), [30n, 1]);
});

test('an id wins over a ref of the same name, unless a ref is asked for', () => {
  assert.deepEqual(resolved({ kind: 'ref', name: '20', of: 'any' }), [20n, 1]);
  assert.deepEqual(resolved({ kind: 'ref', name: '20', of: 'tag' }), [10n, 0]);
});

test('what is not there is refused with what is near', () => {
  const early = refusal(at(999));
  assert.equal(early.sqlstate, '22023');
  assert.equal(early.hint, 'The earliest snapshot known is 10, current since 1970-01-01 00:00:01.000+00.');
  assert.match(refusal(at(6500)).hint!, /^It has expired\. The nearest snapshots are 40 /);
  assert.match(refusal({ kind: 'snapshot', id: 31n }).hint!, /^The nearest snapshots are 30 .*, 40 .*, 20 .*\.$/);
  const branch = refusal({ kind: 'ref', name: 'adit', of: 'branch' });
  assert.equal(branch.message, 'branch "adit" does not exist');
  assert.equal(branch.hint, 'The nearest branches are "audit", "main".');
  assert.equal(refusal({ kind: 'ref', name: 'audit', of: 'tag' }).hint, 'The nearest tags are "20", "v1.0".');
  assert.equal(refusal({ kind: 'ref', name: 'toString', of: 'any' }).sqlstate, '22023');
});

test('a table without snapshots has a main branch without rows', () => {
  const empty = { ...metadata, snapshots: [], snapshotLog: [], refs: {}, currentSnapshotId: null };
  assert.deepEqual(resolved({ kind: 'ref', name: 'main', of: 'any' }, empty), [undefined, 2]);
  assert.equal(refusal(at(1), empty).hint, 'The table has no snapshots.');
  assert.equal(refusal({ kind: 'snapshot', id: 1n }, empty).hint, 'The table has no snapshots.');
  assert.equal(refusal({ kind: 'ref', name: 'main', of: 'tag' }, empty).hint, 'The table has no tags.');
});

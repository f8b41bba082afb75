/**
 * Planning over a synthetic table of 100,000 data files in 200 manifests, 40 columns with metrics, partitioned by day.
 * Prints for each predicate the cold and the warm time to plan, the manifests read and the data files kept. A predicate
 * on one partition, warm, should take less than 50 ms and read one manifest.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataFile, ManifestFile, NestedField, Snapshot } from '../src/iceberg/iceberg.ts';
import { newCommitState } from '../src/iceberg/commit-state.ts';
import { manifestCache } from '../src/iceberg/manifest-cache.ts';
import { newTableMetadata } from '../src/iceberg/new-table.ts';
import { encodeSingleValue } from '../src/iceberg/single-value.ts';
import { writeManifestList } from '../src/iceberg/write-manifest-list.ts';
import { writeManifests } from '../src/iceberg/write-manifest.ts';
import { planScan } from '../src/plan/plan-scan.ts';
import type { Predicate } from '../src/plan/plan.ts';
import { openStore } from '../src/storage/open-store.ts';

const manifestCount = 200;
const filesPerManifest = 500;
const columnCount = 40;
const warmRuns = 20;

const fields: readonly NestedField[] = [
  { id: 1, name: 'day', required: true, type: 'date' },
  ...Array.from({ length: columnCount - 1 }, (_, index): NestedField => {
    return { id: index + 2, name: `c${index + 2}`, required: false, type: 'long' };
  }),
];

const ids = fields.map(({ id }) => id);
const counts = (count: bigint) => new Map(ids.map((id) => [id, count]));

/** Every manifest holds one day; column 2 rises from file to file. */
function dataFile(folder: string, day: number, index: number): DataFile {
  const low = BigInt((day * filesPerManifest + index) * 1000);
  const bounds = (value: bigint) =>
    new Map(ids.map((id) => [id, id === 1 ? encodeSingleValue('date', day) : encodeSingleValue('long', value)]));
  return {
    content: 'data',
    path: `${folder}/data/day=${day}/${String(index).padStart(5, '0')}-${randomUUID()}.parquet`,
    format: 'parquet',
    specId: 0,
    partition: [day],
    recordCount: 1000,
    sizeBytes: 100_000,
    columnSizes: counts(4000n),
    valueCounts: counts(1000n),
    nullCounts: counts(0n),
    lowerBounds: bounds(low),
    upperBounds: bounds(low + 999n),
  };
}

const predicates: readonly (readonly [string, Predicate])[] = [
  ['one partition', { kind: 'compare', field: 1, op: '=', value: 77 }],
  ['one file, by bounds', { kind: 'compare', field: 2, op: '=', value: 77_000_500n }],
  ['all', { kind: 'true' }],
];

const folder = await mkdtemp(join(tmpdir(), 'bergwire-plan-'));
try {
  const store = openStore();
  const metadata = newTableMetadata({
    schema: { schemaId: 0, fields, identifierFieldIds: [] },
    spec: { specId: 0, fields: [{ fieldId: 1000, sourceId: 1, name: 'day', transform: { kind: 'identity' } }] },
    sortOrder: { orderId: 0, fields: [] },
    location: folder,
    properties: { 'commit.manifest.target-size-bytes': String(2 ** 30) },
    formatVersion: 2,
  });
  const attempt = { number: 0, written: () => {}, abandoned: () => {}, state: newCommitState() };
  const target = { store, metadata, attempt };
  const manifests: ManifestFile[] = [];
  for (let day = 0; day < manifestCount; day++) {
    const entries = Array.from({ length: filesPerManifest }, (_, index) => ({
      status: 'added' as const,
      snapshotId: attempt.state.snapshotId,
      dataSequenceNumber: undefined,
      fileSequenceNumber: undefined,
      file: dataFile(folder, day, index),
    }));
    manifests.push(...(await writeManifests(target, 0, 'data', entries)));
  }
  const snapshot: Snapshot = {
    snapshotId: attempt.state.snapshotId,
    sequenceNumber: 1n,
    timestampMs: 0,
    summary: {},
    manifestList: await writeManifestList(target, undefined, 1n, manifests),
  };
  const schema = metadata.schemas[0]!;
  for (const [name, predicate] of predicates) {
    const cache = manifestCache(store, 2 ** 31);
    const input = { table: 't', metadata, snapshot, schema, predicate, manifests: cache };
    const timed = async () => {
      const started = performance.now();
      const { counts: found } = await planScan(input);
      return { elapsedMs: performance.now() - started, found };
    };
    const cold = await timed();
    const warm: number[] = [];
    for (let run = 0; run < warmRuns; run++) warm.push((await timed()).elapsedMs);
    const median = warm.toSorted((left, right) => left - right)[warmRuns >> 1]!;
    const { manifestsRead, manifestsTotal, filesRead, filesTotal } = cold.found;
    console.log(
      `${name}: cold ${cold.elapsedMs.toFixed(1)} ms, warm ${median.toFixed(2)} ms,`,
      `manifests ${manifestsRead} of ${manifestsTotal}, files ${filesRead} of ${filesTotal}`,
    );
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

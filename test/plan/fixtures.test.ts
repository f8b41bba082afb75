import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import { openSqlCatalog } from '../../src/catalog/sql-catalog.ts';
import type { LoadedTable } from '../../src/catalog/catalog.ts';
import type { ManifestFile } from '../../src/iceberg/iceberg.ts';
import type { ManifestCache } from '../../src/iceberg/manifest-cache.ts';
import { manifestCache } from '../../src/iceberg/manifest-cache.ts';
import { planScan } from '../../src/plan/plan-scan.ts';
import type { Predicate, ScanPlan } from '../../src/plan/plan.ts';
import { resolveSnapshot } from '../../src/plan/resolve-snapshot.ts';
import type { SnapshotTarget } from '../../src/plan/resolve-snapshot.ts';
import { expected, expectedNames, fixtureCatalogUri, fixturesMissing, fixtureStore } from '../support/fixtures.ts';
import type { ExpectedAnswer, ExpectedTravel } from '../support/fixtures.ts';
import { wherePredicate } from './where-predicate.ts';

/** Tables that hold something that is refused, and what the refusal names. */
const refused: Readonly<Record<string, RegExp>> = {
  'eq.types': /Avro delete file/,
  'files.avro': /Avro (data|delete) file/,
  'files.mixed_formats': /(ORC|Avro) data file/,
  'files.orc': /ORC (data|delete) file/,
  'v3.absorbed': /deletion vectors/,
  'v3.defaults': /initial default/,
  'v3.dv': /deletion vectors/,
  'v3.dv_containers': /deletion vectors/,
  'v3.eq_and_dv': /deletion vectors/,
  'v3.geo_empty': /type geometry/,
  'v3.nanos': /type timestamp_ns/,
  'v3.nested_defaults': /initial default/,
  'v3.unknown': /type unknown/,
  'v3.variant': /type variant/,
};

/** Where files have no NaN counts and Iceberg goes by bounds alone: a NaN would match. Files to be kept. */
const filesOfUnknownNans: Readonly<Record<string, number>> = { 'py.add_files: x > 1.0': 3 };

suite('plans of the fixtures', { skip: fixturesMissing }, () => {
  const store = fixtureStore();
  const manifests = manifestCache(store, 64 * 1024 * 1024);
  const catalog = openSqlCatalog({ name: 'fixtures', uri: fixtureCatalogUri(), store, readOnly: true });
  const tables = expectedNames().filter((name) => expected(name).table !== undefined);

  const load = async (name: string): Promise<LoadedTable> => {
    const parts = name.split('.');
    const loaded = await catalog.load({ namespace: parts.slice(0, -1), name: parts.at(-1)! });
    assert.ok(loaded);
    return loaded;
  };

  const plan = async (name: string, predicate: Predicate, target: SnapshotTarget): Promise<ScanPlan> => {
    const { metadata } = await load(name);
    return planScan({ table: name, metadata, ...resolveSnapshot(metadata, target), predicate, manifests });
  };

  const current: SnapshotTarget = { kind: 'ref', name: 'main', of: 'branch' };

  for (const name of tables) {
    test(`${name}: whole table`, async () => {
      const answer = expected(name);
      const planned = plan(name, { kind: 'true' }, current);
      const refusal = refused[name];
      if (refusal !== undefined) {
        await assert.rejects(planned, (error) => {
          assert.ok(error instanceof SqlError && error.sqlstate === '0A000' && error.fields.hint, String(error));
          assert.match(error.message, refusal);
          return true;
        });
        return;
      }
      const { counts, files, positionDeletes, equalityDeletes } = await planned;
      assert.equal(counts.filesRead, counts.filesTotal);
      const deleted = [...positionDeletes, ...equalityDeletes.map(({ file }) => file)];
      assert.ok(counts.recordCount >= answer.row_count, `${counts.recordCount} records, ${answer.row_count} rows`);
      if (deleted.length === 0) assert.equal(counts.recordCount, answer.row_count);
      if (equalityDeletes.length === 0) {
        const positions = positionDeletes.reduce((total, file) => total + file.recordCount, 0);
        assert.ok(counts.recordCount - positions <= answer.row_count);
      }
      assert.equal(new Set(files.map(({ file }) => file.path)).size, files.length);
    });

    for (const prune of expected(name).prunes ?? []) {
      test(`${name}: ${prune.where}`, async () => {
        const { metadata } = await load(name);
        const { schema, snapshot } = resolveSnapshot(metadata, current);
        const predicate = await wherePredicate(prune.where, schema);
        const read: ManifestFile[] = [];
        const recorded: ManifestCache = {
          ...manifests,
          entries: (manifest, of) => {
            read.push(manifest);
            return manifests.entries(manifest, of);
          },
        };
        let planned: ScanPlan;
        try {
          planned = await planScan({
            table: name,
            metadata,
            snapshot,
            schema,
            predicate,
            manifests: recorded,
            fieldIds: new Set(),
          });
        } catch (error) {
          assert.ok(refused[name] && error instanceof SqlError, String(error));
          assert.match(error.message, refused[name]);
          return;
        }
        const { counts } = planned;
        const most =
          filesOfUnknownNans[`${name}: ${prune.where}`] ?? prune.files + (prune.iceberg_drops_matching_files ?? 0);
        assert.ok(counts.filesRead >= prune.files_with_matches, `${counts.filesRead} files: too few`);
        assert.ok(counts.filesRead <= most, `${counts.filesRead} files, Iceberg reads ${prune.files}`);
        assert.equal(counts.manifestsRead + counts.deleteManifestsRead, read.length);
        assert.equal(counts.manifestsRead, read.filter(({ content }) => content === 'data').length);
        // The fixtures count manifests of data files only.
        assert.ok(
          counts.manifestsRead <= prune.manifests,
          `${counts.manifestsRead} manifests, Iceberg ${prune.manifests}`,
        );
        assert.equal(counts.filesTotal, expected(name).total_files);
        assert.equal(counts.manifestsTotal, expected(name).total_manifests);
      });
    }

    for (const travel of expected(name).time_travel ?? []) {
      test(`${name}: as of ${travel.by} ${travel.value}`, async () => {
        const { metadata } = await load(name);
        if (travel.error !== undefined) {
          assert.throws(() => resolveSnapshot(metadata, targetOf(travel)), { sqlstate: '22023' });
          return;
        }
        const { snapshot, schema } = resolveSnapshot(metadata, targetOf(travel));
        if (travel.snapshot_id !== undefined) assert.equal(snapshot?.snapshotId, BigInt(travel.snapshot_id));
        const columns = schema.fields.map((field) => ({ name: field.name, id: field.id }));
        const expectedColumns = schemaOf(travel, expected(name)).map((column) => ({
          name: column.name,
          id: column.field_id,
        }));
        assert.deepEqual(columns, expectedColumns);
        if (refused[name] !== undefined) return;
        const { counts } = await plan(name, { kind: 'true' }, targetOf(travel));
        if (travel.row_count !== undefined && counts.deleteFilesApplied === 0) {
          assert.equal(counts.recordCount, travel.row_count);
        }
      });
    }
  }
});

/** An entry without a schema has the current one, or its snapshot's where the entry is a time. */
function schemaOf(travel: ExpectedTravel, answer: ExpectedAnswer): ExpectedAnswer['schema'] {
  const id = travel.by === 'timestamp' ? travel.snapshot_id : undefined;
  const same = answer.time_travel?.find(({ by, value }) => by === 'snapshot' && value === id);
  return travel.schema ?? same?.schema ?? answer.schema;
}

function targetOf(travel: ExpectedTravel): SnapshotTarget {
  switch (travel.by) {
    case 'snapshot':
      return { kind: 'snapshot', id: BigInt(travel.value) };
    case 'timestamp':
      return { kind: 'timestamp', timestampMs: Number(travel.value) };
    case 'ref':
      return { kind: 'ref', name: travel.value, of: travel.kind ?? 'any' };
  }
}

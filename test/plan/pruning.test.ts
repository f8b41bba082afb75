import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { IcebergValue, Snapshot, TableMetadata } from '../../src/iceberg/iceberg.ts';
import type { ManifestCache } from '../../src/iceberg/manifest-cache.ts';
import { planScan } from '../../src/plan/plan-scan.ts';
import type { Comparison, Predicate } from '../../src/plan/plan.ts';
import { anyTable, fieldTypes, schema, valueOf } from './random-table.ts';
import type { RandomTable } from './random-table.ts';
import { threeValued } from './three-valued.ts';

const anyOp = fc.constantFrom<Comparison>('=', '<>', '<', '<=', '>', '>=');
const literalOf = (field: number): fc.Arbitrary<IcebergValue> =>
  fc.option(valueOf(fieldTypes.get(field)!), { freq: 20 });

function anyLeafOf(field: number): fc.Arbitrary<Predicate> {
  const value = literalOf(field);
  return fc.oneof(
    fc.record({ kind: fc.constant('compare' as const), field: fc.constant(field), op: anyOp, value }),
    fc.record({
      kind: fc.constant('in' as const),
      field: fc.constant(field),
      values: fc.array(value, { maxLength: 4 }),
    }),
    fc.record({ kind: fc.constantFrom('isNull' as const, 'isNotNull' as const), field: fc.constant(field) }),
    fc.record({ kind: fc.constantFrom('true' as const, 'false' as const) }),
    ...(fieldTypes.get(field) === 'string' ? [anyStart(field)] : []),
  );
}

function anyStart(field: number): fc.Arbitrary<Predicate> {
  return fc.record({
    kind: fc.constant('startsWith' as const),
    field: fc.constant(field),
    prefix: fc.string({ unit: fc.constantFrom('a', 'b', '\u{1f600}', '\u{ffff}'), maxLength: 3 }),
  });
}

function anyPredicate(focus: readonly number[]): fc.Arbitrary<Predicate> {
  const { predicate } = fc.letrec<{ predicate: Predicate }>((tie) => ({
    predicate: fc.oneof(
      { maxDepth: 2, depthSize: 'small' },
      ...focus.map(anyLeafOf),
      fc.record({ kind: fc.constant('not' as const), of: tie('predicate') }),
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        of: fc.array(tie('predicate'), { maxLength: 3 }),
      }),
    ),
  }));
  return predicate;
}

/** Partitions and predicates speak of the same few columns. */
const anyCase = fc
  .uniqueArray(fc.constantFrom(...fieldTypes.keys()), { minLength: 1, maxLength: 2 })
  .chain((focus) => fc.tuple(anyTable(focus), anyPredicate(focus)));

const snapshot: Snapshot = { snapshotId: 1n, sequenceNumber: 1n, timestampMs: 0, summary: {} };

test('no file with a matching row is pruned', async () => {
  let [kept, pruned] = [0, 0];
  await fc.assert(
    fc.asyncProperty(anyCase, async ([table, predicate]) => {
      const plan = await planScan({ table: 't', schema, snapshot, predicate, ...sourceOf(table) });
      const read = new Set(plan.files.map(({ file }) => file.path));
      for (const [path, rows] of table.rowsOf) {
        const matching = rows.find((row) => threeValued(predicate, row) === true);
        assert.ok(
          read.has(path) || matching === undefined,
          `${path} holds ${[...(matching?.values() ?? [])].join(' ')}`,
        );
      }
      kept += read.size;
      pruned += table.rowsOf.size - read.size;
    }),
    { numRuns: 10_000 },
  );
  assert.ok(pruned > kept / 4, `a test of pruning that keeps everything: ${pruned} pruned, ${kept} kept`);
});

function sourceOf(table: RandomTable): { metadata: TableMetadata; manifests: ManifestCache } {
  const metadata = {
    formatVersion: 2,
    location: 's3://t',
    lastSequenceNumber: 9n,
    properties: {},
    schemas: [schema],
    currentSchemaId: 0,
    partitionSpecs: table.specs,
  } as unknown as TableMetadata;
  const manifests: ManifestCache = {
    manifests: async () => table.manifests.map(({ manifest }) => manifest),
    entries: async (manifest) => table.manifests.find((each) => each.manifest === manifest)!.entries,
  };
  return { metadata, manifests };
}

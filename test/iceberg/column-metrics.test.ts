import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSqlCatalog } from '../../src/catalog/sql-catalog.ts';
import { columnMetrics } from '../../src/iceberg/column-metrics.ts';
import type { DataFile } from '../../src/iceberg/iceberg.ts';
import { manifestCache } from '../../src/iceberg/manifest-cache.ts';
import { fixtureCatalogUri, fixturesMissing, fixtureStore } from '../support/fixtures.ts';

test('one column is found as in the whole maps, in every file of the fixtures', { skip: fixturesMissing }, async () => {
  const store = fixtureStore();
  const cache = manifestCache(store, 1 << 26);
  await using catalog = openSqlCatalog({ name: 'fixtures', uri: fixtureCatalogUri(), store, readOnly: true });
  let found = 0;
  for (const { name } of await catalog.tables()) {
    const { metadata } = (await catalog.load(name))!;
    for (const snapshot of metadata.snapshots) {
      for (const manifest of await cache.manifests(snapshot, metadata)) {
        for (const { file } of await cache.entries(manifest, metadata)) found += compared(file);
      }
    }
  }
  assert.ok(found > 5000, `${found} metrics`);
});

function compared(file: DataFile): number {
  const { valueCounts, nullCounts, nanCounts, lowerBounds, upperBounds } = file;
  const maps = [valueCounts, nullCounts, nanCounts, lowerBounds, upperBounds];
  const ids = new Set(maps.flatMap((map) => [...(map?.keys() ?? [])]));
  for (const id of [...ids, 12_345]) {
    const { valueCount, nullCount, nanCount, lowerBound, upperBound } = columnMetrics(file, id);
    assert.equal(valueCount, valueCounts?.get(id));
    assert.equal(nullCount, nullCounts?.get(id));
    assert.equal(nanCount, nanCounts?.get(id));
    assert.equal(hex(lowerBound), hex(lowerBounds?.get(id)));
    assert.equal(hex(upperBound), hex(upperBounds?.get(id)));
  }
  return ids.size;
}

function hex(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString('hex');
}

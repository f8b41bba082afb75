import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import { suite, test } from 'node:test';
import { openSqlCatalog } from '../../src/catalog/sql-catalog.ts';
import { formatJson, parseJson } from '../../src/iceberg/json.ts';
import { manifestCache } from '../../src/iceberg/manifest-cache.ts';
import { parseTableMetadata, tableMetadataJson } from '../../src/iceberg/metadata-json.ts';
import { liveEntries } from '../../src/iceberg/read-manifest.ts';
import { expected, fixtureCatalogUri, fixtureStore, fixturesMissing } from '../support/fixtures.ts';
import type { Json, JsonObject } from '../../src/iceberg/json.ts';

suite('fixtures', { skip: fixturesMissing }, () => {
  const store = fixtureStore();

  for (const layout of ['pyiceberg', 'java'] as const) {
    test(`every table of the ${layout} catalog loads and every manifest is read`, async () => {
      await using catalog = openSqlCatalog({ name: 'fixtures', uri: fixtureCatalogUri(layout), store, readOnly: true });
      const cache = manifestCache(store, 64 * 1024 * 1024);
      const listed = await catalog.tables();
      assert.equal(listed.filter(({ kind }) => kind === 'table').length, 95);
      assert.equal(listed.filter(({ kind }) => kind === 'view').length, layout === 'java' ? 4 : 0);
      for (const { name, kind } of listed) {
        const loaded = await catalog.load(name);
        if (kind === 'view') {
          assert.equal(loaded, undefined);
          continue;
        }
        assert.ok(loaded);
        const label = [...name.namespace, name.name].join('.');
        const answer = expected(label);
        assert.equal(loaded.metadataLocation, answer.metadata_location);
        const { metadata } = loaded;
        const current = metadata.snapshots.find((snapshot) => snapshot.snapshotId === metadata.currentSnapshotId);
        let files = 0n;
        let records = 0n;
        for (const manifest of current === undefined ? [] : await cache.manifests(current, metadata)) {
          for (const { file } of liveEntries(await cache.entries(manifest, metadata))) {
            assert.ok((await store.size(file.path)) >= 0, file.path);
            assert.equal(
              file.partition.length,
              metadata.partitionSpecs.find((spec) => spec.specId === file.specId)?.fields.length,
            );
            assert.ok(file.lowerBounds === undefined || file.lowerBounds instanceof Map);
            files += 1n;
            if (file.content === 'data') records += BigInt(file.recordCount);
          }
        }
        const summary = current?.summary ?? {};
        if (summary['total-records'] !== undefined) assert.equal(records, BigInt(summary['total-records']), label);
        if (summary['total-data-files'] !== undefined) {
          assert.equal(files, BigInt(summary['total-data-files']) + BigInt(summary['total-delete-files'] ?? 0), label);
        }
      }
    });
  }

  test('metadata comes out as it went in', async () => {
    let seen = 0;
    for await (const { uri } of store.list('s3://fixtures/')) {
      if (!/\.metadata\.json(\.gz)?$/.test(uri) || uri.includes('/views/')) continue;
      const bytes = await store.read(uri);
      const json = parseJson((bytes[0] === 0x1f ? gunzipSync(bytes) : Buffer.from(bytes)).toString('utf8'));
      const again = parseJson(formatJson(tableMetadataJson(parseTableMetadata(json))));
      assert.deepEqual(normal(again), normal(json), uri);
      seen += 1;
    }
    assert.ok(seen > 400, `${seen} metadata files`);
  });
});

/** JSON with what two spellings mean alike made one: absent lists, null, -1 for no snapshot, spaces in types. */
function normal(json: Json): Json {
  const root = json as { [key: string]: Json };
  const filled: { [key: string]: Json } = {
    refs: {},
    'snapshot-log': [],
    'metadata-log': [],
    snapshots: [],
    properties: {},
    ...root,
  };
  if (filled['current-snapshot-id'] === -1 || filled['current-snapshot-id'] === null)
    delete filled['current-snapshot-id'];
  if (filled['format-version'] === 1) delete filled['last-sequence-number'];
  if (Object.keys(filled['refs'] as JsonObject).length === 0 && filled['current-snapshot-id'] !== undefined) {
    filled['refs'] = { main: { 'snapshot-id': filled['current-snapshot-id'], type: 'branch' } };
  }
  return sorted(filled);
}

function sorted(json: Json): Json {
  if (Array.isArray(json)) return (json as readonly Json[]).map(sorted);
  if (typeof json === 'string') return json.replace(/^decimal\((\d+),\s*(\d+)\)$/, 'decimal($1, $2)');
  if (typeof json !== 'object' || json === null) return json;
  const entries = Object.entries(json as JsonObject)
    .filter(
      ([key, value]) => value !== null && !(key === 'identifier-field-ids' && (value as readonly Json[]).length === 0),
    )
    .map(([key, value]): [string, Json] => [key, sorted(value)]);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

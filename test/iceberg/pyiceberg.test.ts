import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite, test } from 'node:test';
import { openSqlCatalog } from '../../src/catalog/sql-catalog.ts';
import { commitRowDelta } from '../../src/iceberg/commit-row-delta.ts';
import { manifestCache } from '../../src/iceberg/manifest-cache.ts';
import { newTableMetadata } from '../../src/iceberg/new-table.ts';
import { openStore } from '../../src/storage/open-store.ts';
import { need, tools } from '../support/tools.ts';
import { dataFile, everyTypeTable } from './every-type-table.ts';

type Entry = {
  readonly path: string;
  readonly partition: readonly (string | null)[];
  readonly sequence: number;
  readonly nan: unknown;
  readonly lower: unknown;
  readonly splits: unknown;
};

suite('manifests written here, read by PyIceberg', { skip: need('python') }, () => {
  for (const [formatVersion, codec] of [
    [1, 'gzip'],
    [2, 'gzip'],
    [2, 'zstd'],
    [2, 'uncompressed'],
  ] as const) {
    test(`format version ${formatVersion}, ${codec}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'bergwire-pyiceberg-'));
      try {
        await write(folder, formatVersion, codec);
        const script = fileURLToPath(new URL('read_manifests.py', import.meta.url));
        const printed = execFileSync(tools.python, [script, join(folder, 'catalog.db')], { encoding: 'utf8' });
        const { entries, summary } = JSON.parse(printed) as { entries: Entry[]; summary: Record<string, string> };
        assert.deepEqual(entries.map(({ path }) => path).toSorted(), ['file:///t/b', 'file:///t/c', 'file:///t/d']);
        const byPath = new Map(entries.map((entry) => [entry.path.at(-1), entry]));
        assert.deepEqual(byPath.get('b')!.partition, PARTITION_OF_2);
        assert.deepEqual(
          byPath.get('c')!.partition,
          PARTITION_OF_2.map(() => null),
        );
        assert.deepEqual(byPath.get('b')!.nan, { '4': '9007199254740993' });
        assert.deepEqual(byPath.get('b')!.lower, { '1': '01000000' });
        assert.deepEqual(byPath.get('b')!.splits, [4]);
        assert.deepEqual(
          ['b', 'c', 'd'].map((path) => byPath.get(path)!.sequence),
          formatVersion === 1 ? [0, 0, 0] : [1, 1, 2],
        );
        assert.equal(summary['total-data-files'], '3');
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }
});

/** As Python prints the values that `dataFile` derives from 2. */
const PARTITION_OF_2 = [
  '-3',
  'True',
  '9007199254740995',
  '0.5',
  '0.5',
  '-246.90',
  '-24690',
  '-3',
  '9007199254740995',
  '9007199254740995',
  '9007199254740995',
  'ä2',
  'fcfdfeff-0001-0203-0405-060708090a0b',
  '010202',
  '02',
];

/** Two snapshots: three files, then one of them removed and another added. */
async function write(folder: string, formatVersion: 1 | 2, codec: string): Promise<void> {
  const store = openStore();
  const name = { namespace: ['ns'], name: 't' };
  await using catalog = openSqlCatalog({ name: 'c', uri: `sqlite:${folder}/catalog.db`, store, warehouse: folder });
  const metadata = newTableMetadata({
    ...everyTypeTable,
    formatVersion,
    properties: { 'write.avro.compression-codec': codec },
    location: await catalog.locationFor(name),
  });
  await catalog.commit([{ name, change: async () => ({ kind: 'changed', metadata }) }]);
  const deltas = [
    { addedData: [dataFile('a', 1), dataFile('b', 2), dataFile('c', null)], removedData: [] },
    { addedData: [dataFile('d', 3)], removedData: ['file:///t/a'] },
  ];
  for (const delta of deltas) {
    const loaded = (await catalog.load(name))!;
    const outcome = await catalog.commit([
      {
        name,
        tableUuid: loaded.metadata.tableUuid,
        change: (base, attempt) =>
          commitRowDelta({
            ...delta,
            store,
            manifests: manifestCache(store, 1e7),
            metadata: base!,
            readSnapshotId: loaded.metadata.currentSnapshotId,
            addedDeletes: [],
            attempt,
          }),
      },
    ]);
    assert.equal(outcome.kind, 'committed');
  }
}

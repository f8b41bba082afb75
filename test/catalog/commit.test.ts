import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { suite, test } from 'node:test';
import { appendFile, createTable, file, liveFiles, rowCommit, tableName } from './one-table.ts';
import { inWarehouse, metadataFiles } from './warehouse.ts';

suite('concurrent commits', () => {
  test('16 handles in one process: every acknowledged append is there once', () =>
    inWarehouse(async (warehouse) => {
      await createTable(warehouse.catalog);
      const acknowledged: string[] = [];
      await Promise.all(
        Array.from({ length: 16 }, async (_, committer) => {
          const parts = warehouse.open();
          for (let round = 0; round < 4; round++) {
            const path = `file:///data/${committer}-${round}`;
            if ((await appendFile(parts, path)).kind === 'committed') acknowledged.push(path);
          }
        }),
      );
      assert.ok(acknowledged.length > 0);
      assert.deepEqual(await liveFiles(warehouse), acknowledged.toSorted());
      // Nothing is left of the attempts that lost: per snapshot a metadata file, a list, a manifest at most.
      assert.ok((await metadataFiles(warehouse)) <= 3 * acknowledged.length + 1);
    }));

  test('16 processes: every acknowledged append is there once', () =>
    inWarehouse(async (warehouse) => {
      await createTable(warehouse.catalog, tableName, { 'commit.manifest.min-count-to-merge': '5' });
      const script = fileURLToPath(new URL('committer.ts', import.meta.url));
      const runs = Array.from({ length: 16 }, (_, index) => committer(script, [warehouse.folder, `p${index}`, '3']));
      const acknowledged = (await Promise.all(runs)).flat();
      assert.ok(acknowledged.length > 0);
      assert.deepEqual(await liveFiles(warehouse), acknowledged.toSorted());
    }));

  test('a change of two tables is seen whole or not at all', () =>
    inWarehouse(async (warehouse) => {
      const other = { namespace: ['ns'], name: 'u' };
      await createTable(warehouse.catalog);
      await createTable(warehouse.catalog, other);
      const stale = await rowCommit(warehouse, { removedData: ['file:///gone'] }, other);
      const outcome = await warehouse.catalog.commit([
        await rowCommit(warehouse, { addedData: [file('file:///a')] }),
        stale,
      ]);
      assert.equal(outcome.kind, 'conflict');
      assert.deepEqual(await liveFiles(warehouse), []);
      const both = [
        await rowCommit(warehouse, { addedData: [file('file:///a')] }),
        await rowCommit(warehouse, { addedData: [file('file:///b')] }, other),
      ];
      assert.equal((await warehouse.catalog.commit(both)).kind, 'committed');
      assert.deepEqual([await liveFiles(warehouse), await liveFiles(warehouse, other)], [['file:///a'], ['file:///b']]);
    }));
});

suite('conflicts', () => {
  const cases = [
    {
      title: 'an append after an append',
      mine: { addedData: [file('file:///m')] },
      theirs: { addedData: [file('file:///t')] },
      wins: true,
    },
    {
      title: 'an append after a removal',
      mine: { addedData: [file('file:///m')] },
      theirs: { removedData: ['file:///a'] },
      wins: true,
    },
    {
      title: 'deletes on different files',
      mine: { addedDeletes: [deletes('m', 'a')] },
      theirs: { addedDeletes: [deletes('t', 'b')] },
      wins: true,
    },
    {
      title: 'updates of different files',
      mine: { addedDeletes: [deletes('m', 'a')], addedData: [file('file:///m2')] },
      theirs: { addedDeletes: [deletes('t', 'b')], addedData: [file('file:///t2')] },
      wins: true,
    },
    {
      title: 'updates of one file',
      mine: { addedDeletes: [deletes('m', 'a')], addedData: [file('file:///m2')] },
      theirs: { addedDeletes: [deletes('t', 'a')], addedData: [file('file:///t2')] },
      wins: false,
    },
    {
      title: 'a delete on a file that was updated',
      mine: { addedDeletes: [deletes('m', 'a')] },
      theirs: { addedDeletes: [deletes('t', 'a')], addedData: [file('file:///t2')] },
      wins: false,
    },
    {
      title: 'deletes of other rows of one file',
      mine: { addedDeletes: [deletes('m', 'a')], deletesSameRows: async () => false },
      theirs: { addedDeletes: [deletes('t', 'a')] },
      wins: true,
    },
    {
      title: 'deletes of the same rows of one file',
      mine: { addedDeletes: [deletes('m', 'a')], deletesSameRows: async () => true },
      theirs: { addedDeletes: [deletes('t', 'a')] },
      wins: false,
    },
    {
      title: 'a removal of a file of which other rows were deleted',
      mine: { removedData: ['file:///a'], deletesSameRows: async () => false },
      theirs: { addedDeletes: [deletes('t', 'a')] },
      wins: false,
    },
    {
      title: 'deletes on a removed file',
      mine: { addedDeletes: [deletes('m', 'a')] },
      theirs: { removedData: ['file:///a'] },
      wins: false,
    },
    {
      title: 'a removal of a removed file',
      mine: { removedData: ['file:///a'] },
      theirs: { removedData: ['file:///a'] },
      wins: false,
    },
    {
      title: 'a removal of a file with new deletes',
      mine: { removedData: ['file:///a'], addedData: [file('file:///m')] },
      theirs: { addedDeletes: [deletes('t', 'a')] },
      wins: false,
    },
    {
      title: 'deletes of many files by their path range',
      mine: { addedDeletes: [deletes('m', 'a')], addedData: [file('file:///m2')] },
      theirs: { addedDeletes: [ranged('t', 'a', 'c')], addedData: [file('file:///t2')] },
      wins: false,
    },
    {
      title: 'deletes of many files elsewhere',
      mine: { addedDeletes: [deletes('m', 'a')], addedData: [file('file:///m2')] },
      theirs: { addedDeletes: [ranged('t', 'b', 'c')], addedData: [file('file:///t2')] },
      wins: true,
    },
    {
      title: 'serializable: rows that would have been seen',
      mine: { addedData: [file('file:///m')], conflicts: () => true },
      theirs: { addedData: [file('file:///t')] },
      wins: false,
    },
    {
      title: 'serializable: rows that would not',
      mine: { addedData: [file('file:///m')], conflicts: () => false },
      theirs: { addedData: [file('file:///t')] },
      wins: true,
    },
  ] as const;

  for (const { title, mine, theirs, wins } of cases) {
    test(`${title}: ${wins ? 'both are committed' : 'the second is refused'}`, () =>
      inWarehouse(async (warehouse) => {
        await createTable(warehouse.catalog);
        const begin = await rowCommit(warehouse, { addedData: ['a', 'b', 'c'].map((name) => file(`file:///${name}`)) });
        assert.equal((await warehouse.catalog.commit([begin])).kind, 'committed');
        const prepared = await rowCommit(warehouse, mine);
        assert.equal((await warehouse.catalog.commit([await rowCommit(warehouse.open(), theirs)])).kind, 'committed');
        const before = await metadataFiles(warehouse);
        const outcome = await warehouse.catalog.commit([prepared]);
        assert.equal(outcome.kind, wins ? 'committed' : 'conflict');
        if (!wins) assert.equal(await metadataFiles(warehouse), before, 'files of the refused commit are gone');
      }));
  }
});

function deletes(path: string, data: string): ReturnType<typeof file> {
  return file(`file:///${path}`, { content: 'position-deletes', referencedDataFile: `file:///${data}` });
}

function ranged(path: string, low: string, high: string): ReturnType<typeof file> {
  return file(`file:///${path}`, {
    content: 'position-deletes',
    lowerBounds: new Map([[2147483546, Buffer.from(`file:///${low}`)]]),
    upperBounds: new Map([[2147483546, Buffer.from(`file:///${high}`)]]),
  });
}

async function committer(script: string, args: readonly string[]): Promise<readonly string[]> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  await new Promise((resolve) => child.on('close', resolve));
  return printed.split('\n').filter((line) => line !== '');
}

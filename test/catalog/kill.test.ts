import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { appendFile, createTable, liveFiles } from './one-table.ts';
import { inWarehouse } from './warehouse.ts';

test('a committer killed at any time leaves what it was told is committed, and at most one commit more', () =>
  inWarehouse(async (warehouse) => {
    await createTable(warehouse.catalog);
    const script = fileURLToPath(new URL('committer.ts', import.meta.url));
    const acknowledged: string[] = [];
    const kills = 6;
    for (let kill = 0; kill < kills; kill++) {
      const child = spawn(process.execPath, [script, warehouse.folder, `k${kill}`, '100000'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      let printed = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
      const closed = new Promise((resolve) => child.on('close', resolve));
      // Some commits happen, then it dies somewhere in the next ones.
      while (printed.split('\n').length < 3) await sleep(1);
      await sleep(kill * 3 + Math.random() * 5);
      child.kill('SIGKILL');
      await closed;
      acknowledged.push(...printed.split('\n').slice(0, -1));
      const live = await liveFiles(warehouse);
      assert.deepEqual(
        acknowledged.filter((path) => !live.includes(path)),
        [],
      );
      assert.ok(live.length <= acknowledged.length + kill + 1, `${live.length} files, ${acknowledged.length} known`);
      assert.equal(new Set(live).size, live.length);
    }
    assert.ok(acknowledged.length >= 2 * kills);
    assert.equal((await appendFile(warehouse, 'file:///after')).kind, 'committed');
  }));

import assert from 'node:assert/strict';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { StorageError } from '../../src/storage/storage.ts';
import type { Store, StorageFault } from '../../src/storage/storage.ts';

/** What every store does; `root()` is a URI with final slash under which nothing is. Call inside a suite. */
export function storeConformance(open: () => Store, root: () => string): void {
  test('an object comes back as it was created, whole and in ranges', async () => {
    const uri = `${root()}whole/object`;
    await open().create(uri, bytes('0123456789'));
    assert.equal(text(await open().read(uri)), '0123456789');
    assert.equal(text(await open().read(uri, { offset: 3, length: 4 })), '3456');
    assert.equal(text(await open().read(uri, { offset: 10, length: 0 })), '');
    assert.equal(await open().size(uri), 10);
  });

  test('an empty object', async () => {
    const uri = `${root()}empty`;
    await open().create(uri, bytes(''));
    assert.equal((await open().read(uri)).length, 0);
    assert.equal(await open().size(uri), 0);
  });

  test('keys are literal', async () => {
    const keys = [
      'a b',
      'per%2Fcent',
      'plus+plus',
      'quo\'te"s',
      'ümläut/日本',
      'hash#question?',
      'tilde~!*()',
      'a=1&b=2',
    ];
    for (const key of keys) await open().create(`${root()}keys/${key}`, bytes(key));
    for (const key of keys) assert.equal(text(await open().read(`${root()}keys/${key}`)), key);
    assert.deepEqual(await listed(open(), `${root()}keys/`), keys.map((key) => `${root()}keys/${key}`).toSorted());
    await open().remove(keys.map((key) => `${root()}keys/${key}`));
    assert.deepEqual(await listed(open(), `${root()}keys/`), []);
  });

  test('a name is taken once', async () => {
    const uri = `${root()}once`;
    await open().create(uri, bytes('first'));
    await fails('exists', uri, open().create(uri, bytes('second')));
    assert.equal(text(await open().read(uri)), 'first');
  });

  test('of twenty creators of a name one wins', async () => {
    const uri = `${root()}race`;
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => open().create(uri, bytes(`writer ${index}`))),
    );
    const winners = outcomes.flatMap((outcome, index) => (outcome.status === 'fulfilled' ? [index] : []));
    assert.equal(winners.length, 1);
    assert.equal(text(await open().read(uri)), `writer ${winners[0]}`);
  });

  test('what is not there is missing, and removing it is no error', async () => {
    const uri = `${root()}nothing/here`;
    await fails('missing', uri, open().read(uri));
    await fails('missing', uri, open().read(uri, { offset: 0, length: 1 }));
    await fails('missing', uri, open().size(uri));
    await open().remove([uri]);
    await open().remove([]);
    assert.deepEqual(await listed(open(), `${root()}nothing/`), []);
  });

  test('a range outside of the object is refused', async () => {
    const uri = `${root()}short`;
    await open().create(uri, bytes('abc'));
    await fails('invalid', uri, open().read(uri, { offset: 2, length: 2 }));
    await fails('invalid', uri, open().read(uri, { offset: 5, length: 1 }));
  });

  for (const length of [0, 1000, 40 * 1024 * 1024]) {
    test(`a local file of ${length} bytes is published and consumed`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'bergwire-publish-'));
      try {
        const content = randomBytes(length);
        const uri = `${root()}published/${length}`;
        await writeFile(join(folder, 'file'), content);
        await open().publish(uri, join(folder, 'file'));
        await assert.rejects(access(join(folder, 'file')));
        assert.ok(content.equals(await open().read(uri)));
        await writeFile(join(folder, 'again'), content);
        await fails('exists', uri, open().publish(uri, join(folder, 'again')));
        await access(join(folder, 'again'));
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }

  test('a listing has all of a prefix and nothing else', async () => {
    const names = Array.from({ length: 1100 }, (_, index) => `${root()}many/part-${String(index).padStart(4, '0')}`);
    await Promise.all(names.map((uri) => open().create(uri, bytes('x'))));
    await open().create(`${root()}many-others`, bytes('y'));
    assert.deepEqual(await listed(open(), `${root()}many/`), names);
    assert.equal((await listed(open(), `${root()}many/part-100`)).length, 10);
    assert.equal((await listed(open(), `${root()}many`)).length, 1101);
    await open().remove(names);
    assert.deepEqual(await listed(open(), `${root()}many/`), []);
  });
}

async function listed(store: Store, prefix: string): Promise<readonly string[]> {
  const uris: string[] = [];
  for await (const object of store.list(prefix)) {
    assert.ok(object.sizeBytes > 0);
    assert.ok(Math.abs(object.modifiedMs - Date.now()) < 600_000);
    uris.push(object.uri);
  }
  return uris.toSorted();
}

async function fails(fault: StorageFault, uri: string, work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(error instanceof StorageError, String(error));
    assert.deepEqual([error.fault, error.uri], [fault, uri], error.message);
    return true;
  });
}

function bytes(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

function text(content: Uint8Array): string {
  return new TextDecoder().decode(content);
}

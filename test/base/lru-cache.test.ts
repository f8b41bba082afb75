import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lruCache } from '../../src/base/lru-cache.ts';

test('what was used last is dropped last', () => {
  const cache = lruCache<number>(100);
  for (const [index, key] of ['a', 'b', 'c'].entries()) cache.set(key, index, 30);
  assert.equal(cache.get('a'), 0);
  cache.set('d', 3, 30);
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((key) => cache.get(key)),
    [0, undefined, 2, 3],
  );
});

test('a value larger than the cache is not kept, and takes the place of the one before', () => {
  const cache = lruCache<string>(100);
  cache.set('a', 'small', 10);
  cache.set('b', 'other', 10);
  cache.set('a', 'large', 100);
  assert.deepEqual([cache.get('a'), cache.get('b')], [undefined, 'other']);
});

test('keys count, and what is replaced counts no more', () => {
  const cache = lruCache<number>(100);
  for (let value = 0; value < 50; value++) cache.set('same', value, 60);
  cache.set('k'.repeat(30), 1, 0);
  assert.deepEqual([cache.get('same'), cache.get('k'.repeat(30))], [undefined, 1]);
  cache.clear();
  assert.equal(cache.get('k'.repeat(30)), undefined);
});

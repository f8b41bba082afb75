/** Values by key; what was used since the cache was last full outlives what was not. */
export interface LruCache<T> {
  get(key: string): T | undefined;
  /** Keeps the value unless it alone is larger than the whole cache. */
  set(key: string, value: T, sizeBytes: number): void;
  clear(): void;
}

/** Keeps values up to about `maxBytes` in all, of the sizes that they are said to have, plus their keys. */
export function lruCache<T>(maxBytes: number): LruCache<T> {
  const kept = new Map<string, Entry<T>>();
  let totalBytes = 0;

  /** Second chance: reading marks and need not reorder; what was marked is met again at the end, unmarked. */
  const shrink = (): void => {
    for (const [key, entry] of kept) {
      if (totalBytes <= maxBytes) break;
      kept.delete(key);
      if (entry.used) kept.set(key, { ...entry, used: false });
      else totalBytes -= entry.sizeBytes;
    }
  };

  return {
    get: (key) => {
      const found = kept.get(key);
      if (found === undefined) return undefined;
      found.used = true;
      return found.value;
    },
    set: (key, value, valueBytes) => {
      const sizeBytes = valueBytes + key.length * BYTES_PER_CHARACTER;
      const before = kept.get(key);
      if (before !== undefined) {
        totalBytes -= before.sizeBytes;
        kept.delete(key);
      }
      if (sizeBytes > maxBytes) return;
      kept.set(key, { value, sizeBytes, used: false });
      totalBytes += sizeBytes;
      shrink();
    },
    clear: () => {
      kept.clear();
      totalBytes = 0;
    },
  };
}

type Entry<T> = { readonly value: T; readonly sizeBytes: number; used: boolean };

/** A JavaScript string takes one or two. */
const BYTES_PER_CHARACTER = 2;

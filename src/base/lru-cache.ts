/** Values by key; what was used last is dropped last. */
export interface LruCache<T> {
  get(key: string): T | undefined;
  /** Keeps the value unless it alone is larger than the whole cache. */
  set(key: string, value: T, sizeBytes: number): void;
  clear(): void;
}

/** Keeps values up to about `maxBytes` in all, of the sizes that they are said to have, plus their keys. */
export function lruCache<T>(maxBytes: number): LruCache<T> {
  const kept = new Map<string, { readonly value: T; readonly sizeBytes: number }>();
  let totalBytes = 0;

  const drop = (key: string): void => {
    totalBytes -= kept.get(key)?.sizeBytes ?? 0;
    kept.delete(key);
  };

  return {
    get: (key) => {
      const found = kept.get(key);
      if (found === undefined) return undefined;
      kept.delete(key);
      kept.set(key, found);
      return found.value;
    },
    set: (key, value, valueBytes) => {
      const sizeBytes = valueBytes + key.length * BYTES_PER_CHARACTER;
      drop(key);
      if (sizeBytes > maxBytes) return;
      kept.set(key, { value, sizeBytes });
      totalBytes += sizeBytes;
      for (const oldest of kept.keys()) {
        if (totalBytes <= maxBytes) break;
        drop(oldest);
      }
    },
    clear: () => {
      kept.clear();
      totalBytes = 0;
    },
  };
}

/** A JavaScript string takes one or two. */
const BYTES_PER_CHARACTER = 2;

/** Values by key, read once and shared by concurrent readers; what was used last is dropped last. */
export interface BoundedCache<T> {
  /** The kept value, or `read()`'s, which is kept once it resolves; a rejection is not kept. */
  get(key: string, read: () => Promise<T>): Promise<T>;
}

/** Keeps values up to about `maxBytes` in all; `sizeOf` estimates one value's bytes in memory. */
export function boundedCache<T>(maxBytes: number, sizeOf: (value: T) => number): BoundedCache<T> {
  const kept = new Map<string, Slot<T>>();
  let totalBytes = 0;

  const settle = (key: string, slot: Slot<T>, value: T): void => {
    slot.sizeBytes = sizeOf(value);
    totalBytes += slot.sizeBytes;
    for (const [oldest, { sizeBytes }] of kept) {
      if (totalBytes <= maxBytes) break;
      // A value that is still being read has no size yet; dropping it would free nothing.
      if (sizeBytes === 0 && oldest !== key) continue;
      totalBytes -= sizeBytes;
      kept.delete(oldest);
    }
  };

  return {
    get: (key, read) => {
      const found = kept.get(key);
      if (found !== undefined) {
        kept.delete(key);
        kept.set(key, found);
        return found.value;
      }
      const slot: Slot<T> = { value: read(), sizeBytes: 0 };
      kept.set(key, slot);
      slot.value.then(
        (value) => settle(key, slot, value),
        () => kept.delete(key),
      );
      return slot.value;
    },
  };
}

type Slot<T> = { readonly value: Promise<T>; sizeBytes: number };

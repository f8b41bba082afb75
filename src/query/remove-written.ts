import type { Store } from '../storage/storage.ts';

/** Files that no snapshot refers to. What cannot be removed now is an orphan: the outcome of the transaction stands. */
export async function removeWritten(store: Store, uris: readonly string[]): Promise<void> {
  if (uris.length > 0) await store.remove(uris).catch(() => undefined);
}

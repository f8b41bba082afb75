import { rm } from 'node:fs/promises';
import { mapBounded } from '../base/map-bounded.ts';
import { fetchParquet } from './fetch-parquet.ts';
import type { FetchedFile } from './fetch-parquet.ts';
import type { WantedColumns } from './parquet-ranges.ts';
import type { Store } from './storage.ts';

/** An object that a statement reads, and what of it. */
export type WantedFile = { readonly uri: string; readonly sizeBytes: number; readonly columns: WantedColumns };

/** Objects as local files, for as long as it is not disposed of. */
export interface LocalLease {
  /** The path of a fetched object, or of one that is on this machine anyway; undefined for others. */
  localPath(uri: string): string | undefined;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface LocalCopies {
  /** Makes all of `files` local, in parallel; those that are already cost nothing. An abort begins no more of them. */
  lease(files: readonly WantedFile[], signal?: AbortSignal): Promise<LocalLease>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Copies of remote Parquet files in a folder that is this process' own and emptied with it. Copies that no lease holds
 * stay while all together take at most `maxBytes`; those used last stay longest.
 */
export function localCopies(store: Store, folder: string, maxBytes: number): LocalCopies {
  const copies = new Set<Copy>();

  const take = (wanted: WantedFile): Copy => {
    const found = [...copies].find((copy) => copy.uri === wanted.uri && holds(copy.columns, wanted.columns));
    const copy = found ?? {
      ...wanted,
      users: 0,
      fetchedBytes: 0,
      fetched: fetchParquet(store, wanted.uri, wanted.sizeBytes, wanted.columns, folder),
    };
    copies.delete(copy);
    copies.add(copy);
    copy.users += 1;
    if (found === undefined) {
      copy.fetched.then(
        (fetched) => (copy.fetchedBytes = fetched.fetchedBytes),
        () => copies.delete(copy),
      );
    }
    return copy;
  };

  const release = async (taken: readonly Copy[]): Promise<void> => {
    for (const copy of taken) copy.users -= 1;
    let total = [...copies].reduce((sum, copy) => sum + copy.fetchedBytes, 0);
    for (const copy of copies) {
      if (total <= maxBytes) break;
      if (copy.users > 0 || copy.fetchedBytes === 0) continue;
      copies.delete(copy);
      total -= copy.fetchedBytes;
      // What cannot be removed now goes with the folder.
      await rm((await copy.fetched).path, { force: true }).catch(() => undefined);
    }
  };

  return {
    lease: async (files, signal) => {
      const taken: Copy[] = [];
      const paths = new Map<string, string>();
      const remote = files.filter((file) => store.localPath(file.uri) === undefined);
      try {
        await mapBounded(remote, FILES_AT_ONCE, async (file) => {
          signal?.throwIfAborted();
          const copy = take(file);
          taken.push(copy);
          paths.set(file.uri, (await copy.fetched).path);
        });
      } catch (error) {
        await release(taken);
        throw error;
      }
      return {
        localPath: (uri) => paths.get(uri) ?? store.localPath(uri),
        [Symbol.asyncDispose]: () => release(taken.splice(0)),
      };
    },
    [Symbol.asyncDispose]: async () => {
      copies.clear();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Copy = {
  readonly uri: string;
  readonly columns: WantedColumns;
  readonly fetched: Promise<FetchedFile>;
  fetchedBytes: number;
  users: number;
};

/** Files fetched at a time; each takes several requests. */
const FILES_AT_ONCE = 8;

function holds(has: WantedColumns, wanted: WantedColumns): boolean {
  if (has === 'all') return true;
  return wanted !== 'all' && wanted.isSubsetOf(has);
}

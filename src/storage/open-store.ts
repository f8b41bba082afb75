import { invalidUri } from './errors.ts';
import { localPathOf, schemeOf } from './local-path.ts';
import { localStore } from './local-store.ts';
import { mappedStore } from './mapped-store.ts';
import type { Store } from './storage.ts';

export type StoreOptions = {
  /** Prefix to the place where its objects really are, e.g. `s3://fixtures/` to an absolute folder with final slash. */
  readonly locations?: Readonly<Record<string, string>>;
};

/** One store for every URI of the house: the scheme chooses the implementation, the location map comes first. */
export function openStore(options: StoreOptions = {}): Store {
  const local = localStore();
  return mappedStore(
    byScheme((scheme) => (scheme === undefined || scheme === 'file' ? local : undefined)),
    options.locations ?? {},
  );
}

function byScheme(storeOf: (scheme: string | undefined) => Store | undefined): Store {
  const of = (uri: string): Store => {
    const store = storeOf(schemeOf(uri));
    if (store === undefined) throw invalidUri(uri, `no storage is configured for "${schemeOf(uri)}:"`);
    return store;
  };
  return {
    read: async (uri, range) => of(uri).read(uri, range),
    size: async (uri) => of(uri).size(uri),
    create: async (uri, bytes) => of(uri).create(uri, bytes),
    publish: async (uri, path) => of(uri).publish(uri, path),
    remove: async (uris) => {
      for (const [store, group] of Map.groupBy(uris, of)) await store.remove(group);
    },
    list: (prefix) => of(prefix).list(prefix),
    localPath: (uri) => (schemeOf(uri) === undefined || schemeOf(uri) === 'file' ? localPathOf(uri) : undefined),
  };
}

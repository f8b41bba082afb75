import { invalidUri } from './errors.ts';
import { schemeOf } from './local-path.ts';
import { localStore } from './local-store.ts';
import { mappedStore } from './mapped-store.ts';
import { isS3 } from './s3-location.ts';
import { s3Store } from './s3-store.ts';
import type { S3Options } from './s3-store.ts';
import type { Store } from './storage.ts';

export type StoreOptions = {
  /** Prefix to the place where its objects really are, e.g. `s3://fixtures/` to an absolute folder with final slash. */
  readonly locations?: Readonly<Record<string, string>>;
  readonly s3?: S3Options;
};

/** One store for every URI of the house: the scheme chooses the implementation, the location map comes first. */
export function openStore(options: StoreOptions = {}): Store {
  const local = localStore();
  const s3 = s3Store(options.s3 ?? {});
  const byScheme = chosenByScheme((scheme) => {
    if (scheme === undefined || scheme === 'file') return local;
    return isS3(scheme) ? s3 : undefined;
  });
  return mappedStore(byScheme, options.locations ?? {});
}

function chosenByScheme(storeOf: (scheme: string | undefined) => Store | undefined): Store {
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
    localPath: (uri) => storeOf(schemeOf(uri))?.localPath(uri),
  };
}

import { invalidUri } from './errors.ts';
import { StorageError } from './storage.ts';
import type { Store, StoredObject } from './storage.ts';

/**
 * The store with relocated prefixes: a URI that starts with a key of `locations` is read at the value followed by the
 * rest of the URI, literally. The longest prefix wins. Errors and listings name the URIs that the caller used.
 */
export function mappedStore(store: Store, locations: Readonly<Record<string, string>>): Store {
  const prefixes = Object.keys(locations).toSorted((a, b) => b.length - a.length);
  if (prefixes.length === 0) return store;

  const place = (uri: string): string => {
    const prefix = prefixes.find((candidate) => uri.startsWith(candidate));
    if (prefix === undefined) return uri;
    const rest = uri.slice(prefix.length);
    // An object key may hold such segments; a folder would resolve them to another file, even one outside of it.
    if (/(^|\/)\.{1,2}(\/|$)/.test(rest)) throw invalidUri(uri, 'it has a "." or ".." segment');
    return `${locations[prefix]}${rest}`;
  };

  return {
    read: (uri, range) => named(uri, () => store.read(place(uri), range)),
    size: (uri) => named(uri, () => store.size(place(uri))),
    create: (uri, bytes) => named(uri, () => store.create(place(uri), bytes)),
    publish: (uri, path) => named(uri, () => store.publish(place(uri), path)),
    remove: (uris) => named(uris[0] ?? '', async () => store.remove(uris.map(place))),
    list: (prefix) => listed(store, prefix, place(prefix)),
    localPath: (uri) => store.localPath(place(uri)),
  };
}

async function named<T>(uri: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StorageError) || error.uri === uri) throw error;
    throw new StorageError(error.fault, uri, error.message, { cause: error });
  }
}

async function* listed(store: Store, prefix: string, placed: string): AsyncIterable<StoredObject> {
  for await (const object of store.list(placed)) {
    yield { ...object, uri: prefix + object.uri.slice(placed.length) };
  }
}

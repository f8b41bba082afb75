import type { Store } from '../../storage/storage.ts';
import { remoteFile } from '../errors.ts';
import type { ChunkTraitsByPath } from './chunk-traits.ts';
import type { PhysicalSchemas, RunQuery } from './physical-schemas.ts';

/** What scanning needs of the house. */
export type ScanContext = {
  readonly store: Store;
  readonly schemas: PhysicalSchemas;
  readonly traits: ChunkTraitsByPath;
  readonly query: RunQuery;
};

/** What a kind of delete adds to the scan: joins behind `s`, a condition on it. */
export type DeleteFilter = { readonly join: string; readonly condition?: string };

/** The path of a file on this machine; 0A000 where it is elsewhere. */
export function localPath(uri: string, store: Store): string {
  const path = store.localPath(uri);
  if (path === undefined) throw remoteFile(uri);
  return path;
}

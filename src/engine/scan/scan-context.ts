import type { LocalLease } from '../../storage/local-copies.ts';
import { remoteFile } from '../errors.ts';
import type { ChunkTraitsByPath } from './chunk-traits.ts';
import type { PhysicalSchemas, RunQuery } from './physical-schemas.ts';

/** What scanning needs of the house. */
export type ScanContext = {
  readonly files: Pick<LocalLease, 'localPath'>;
  readonly schemas: PhysicalSchemas;
  readonly traits: ChunkTraitsByPath;
  /** The path to read for a file that DuckDB cannot read, found at `path`: a copy of it, or `path` where there can be none. */
  readonly readable: (uri: string, path: string) => Promise<string>;
  readonly query: RunQuery;
};

/** What a kind of delete adds to the scan: joins behind `s`, a condition on it. */
export type DeleteFilter = { readonly join: string; readonly condition?: string };

/** The path of a file, or its copy, on this machine; 0A000 where there is none. */
export function localPath(uri: string, files: ScanContext['files']): string {
  const path = files.localPath(uri);
  if (path === undefined) throw remoteFile(uri);
  return path;
}

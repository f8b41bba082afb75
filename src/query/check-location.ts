import { posix } from 'node:path';
import { SqlError } from '../base/sql-error.ts';
import type { Catalog, TableName } from '../catalog/catalog.ts';
import { localPathOf } from '../storage/local-path.ts';
import type { TableOptions } from './table-options.ts';

/** Table properties that, like the location, say where files are written. */
const PATH_PROPERTIES = [
  'write.data.path',
  'write.metadata.path',
  'write.object-storage.path',
  'write.folder-storage.path',
];

/**
 * 42501 for a table whose files would lie outside the catalog's warehouse and its schema's own folder: a client's text
 * must not choose what the server's account writes elsewhere.
 */
export async function checkLocation(catalog: Catalog, name: TableName, options: TableOptions): Promise<void> {
  const named: readonly (readonly [string, string | undefined])[] = [
    ['location', options.location],
    ...PATH_PROPERTIES.map((key) => [key, options.properties[key]] as const),
  ];
  if (named.every(([, location]) => location === undefined)) return;
  const roots = [await catalog.locationFor({ namespace: [], name: name.name }), await catalog.locationFor(name)].map(
    (table) => parentOf(comparable(table)),
  );
  for (const [key, location] of named)
    if (location !== undefined && !roots.some((root) => isInside(comparable(location), root)))
      throw new SqlError({
        sqlstate: '42501',
        message: `${key} "${location}" is outside the warehouse`,
        hint: `Leave it out, or name a folder inside ${roots[0]}/.`,
      });
}

function isInside(location: string, root: string): boolean {
  return (
    root.length > 1 && !root.endsWith(':/') && location.startsWith(`${root}/`) && location.length > root.length + 1
  );
}

/** One spelling per place: local ones as normalised paths, others as they are unless they climb. */
function comparable(location: string): string {
  const path = localPathOf(location);
  if (path !== undefined) return posix.normalize(path);
  return location.split('/').includes('..') ? '' : location;
}

function parentOf(location: string): string {
  return location.slice(0, location.lastIndexOf('/'));
}

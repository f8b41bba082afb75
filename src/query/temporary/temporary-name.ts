import { isTemporarySchema } from '../../sql/named-objects.ts';
import type { ObjectName } from '../../sql/named-objects.ts';
import type { StatementContext } from '../query.ts';
import { searchPath } from '../search-path.ts';
import type { TemporaryNames } from './temporary-objects.ts';

/**
 * Whether a name means a temporary object. Unqualified names mean those first, unless the search path names pg_temp and
 * something before it.
 */
export function isTemporaryName(
  { schema, name }: ObjectName,
  names: TemporaryNames,
  context: StatementContext,
): boolean {
  if (isTemporarySchema(schema)) return true;
  if (schema !== undefined) return false;
  if (!names.relations.has(name) && !names.others.has(name)) return false;
  return searchPath(context).findIndex(isTemporarySchema) < 1;
}

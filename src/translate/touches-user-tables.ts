import { relationOids } from '../tree/relation-oids.ts';
import type { Query } from '../tree/tree.ts';
import type { Environment } from './environment.ts';

/** Whether a statement reads or writes a table of the mirror; otherwise the embedded Postgres answers it whole. */
export function touchesUserTables(query: Query, environment: Environment): boolean {
  for (const oid of relationOids(query)) if (environment.relation(oid) !== undefined) return true;
  return false;
}

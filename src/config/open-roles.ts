import { openPostgresControlLog } from '../governance/postgres-control-log.ts';
import { RoleRegistry } from '../governance/role-registry.ts';
import { openSqliteControlLog } from '../governance/sqlite-control-log.ts';
import type { Config } from './config.ts';

/** Owns every database and what is mirrored in it. */
export const FIRST_ROLE = 'bergwire';

/** The roles of the control log; `bergwire user` changes them while no server runs, or beside one. */
export async function openRoles({ control }: Config): Promise<RoleRegistry> {
  const log = control.uri.startsWith('sqlite:')
    ? openSqliteControlLog(control.uri.slice('sqlite:'.length))
    : await openPostgresControlLog(control.uri, control.password);
  try {
    return await RoleRegistry.open(log, FIRST_ROLE);
  } catch (error) {
    await log[Symbol.asyncDispose]();
    throw error;
  }
}

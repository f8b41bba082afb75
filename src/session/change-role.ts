import { notSupported } from '../base/sql-error.ts';
import { roleDenied, unknownRole } from './errors.ts';
import { quoteLiteral } from './query-text.ts';
import type { SessionState } from './session-state.ts';

/** SET ROLE and SET SESSION AUTHORIZATION (variable.c): who statements run as from here on. */
export async function changeRole(
  state: SessionState,
  setting: 'role' | 'session_authorization',
  value: string,
  isLocal: boolean,
): Promise<void> {
  const { values } = state.settings;
  if (setting === 'role' && value === 'none') return values.set('role', 'none', isLocal);
  const member = `pg_catalog.pg_has_role(${quoteLiteral(state.role)}, r.oid, 'SET')`;
  const [row] = await state.host.queryAsOwner(
    `SELECT ${member} FROM pg_catalog.pg_roles AS r WHERE r.rolname = ${quoteLiteral(value)}`,
  );
  if (row === undefined) throw unknownRole(value);
  if (setting === 'session_authorization') {
    // Nobody here is a superuser, who alone may become another.
    if (value !== state.role) throw roleDenied('session authorization', value);
    return values.set('role', 'none', isLocal);
  }
  if (row[0] !== 't') throw roleDenied('role', value);
  if (value !== state.role && state.temporary?.isInUse === true)
    throw notSupported('SET ROLE in a session with temporary objects', 'DISCARD TEMP before, or use another session.');
  values.set('role', value, isLocal);
}

import { SqlError } from '../base/sql-error.ts';
import { changeRole } from './change-role.ts';
import { checkedSetting } from './change-setting.ts';
import { readDuration } from './duration.ts';
import { quoteLiteral } from './query-text.ts';
import { Session } from './session.ts';
import type { SessionHost, SessionRequest } from './session-host.ts';
import { SessionSettings } from './session-settings.ts';
import { SessionState } from './session-state.ts';

/** A session that has said who it is; its client is told the settings that are reported. Errors are FATAL. */
export async function openSession(host: SessionHost, request: SessionRequest): Promise<Session> {
  try {
    const state = await openState(host, request);
    for (const [name, value] of state.settings.changes()) state.client.parameterStatus(name, value);
    return new Session(state);
  } catch (error) {
    throw error instanceof SqlError ? error.with({ severity: 'FATAL' }) : error;
  }
}

async function openState(host: SessionHost, request: SessionRequest): Promise<SessionState> {
  const { role, client, settings: asked } = request;
  const { statementTimeoutMs } = host.limits;
  const server = new Map<string, string>([
    ...host.serverSettings,
    ['session_authorization', role],
    ...(statementTimeoutMs > 0
      ? ([['statement_timeout', readDuration('statement_timeout', String(statementTimeoutMs))]] as const)
      : []),
    ['is_superuser', await superuserSetting(host, role)],
  ]);
  const definitions = await host.definitions();
  const given = new Map<string, string>();
  const first = new SessionState(host, client, request, new SessionSettings(definitions, server, given));
  for (const [name, value] of asked) {
    const key = name.toLowerCase();
    if (key === 'role' || key === 'session_authorization') await changeRole(first, key, value, false);
    else given.set(key, await checkedSetting(first, name, value));
  }
  given.set('role', first.settings.values.get('role') ?? 'none');
  return new SessionState(host, client, request, new SessionSettings(definitions, server, given));
}

/** `on` or `off`; 28000 where there is no such role or it may not log in. */
async function superuserSetting(host: SessionHost, role: string): Promise<string> {
  const [row] = await host.queryAsOwner(
    `SELECT rolsuper, rolcanlogin FROM pg_catalog.pg_roles WHERE rolname = ${quoteLiteral(role)}`,
  );
  if (row === undefined) throw new SqlError({ sqlstate: '28000', message: `role "${role}" does not exist` });
  const [isSuperuser, canLogin] = row;
  if (canLogin === 't') return isSuperuser === 't' ? 'on' : 'off';
  throw new SqlError({ sqlstate: '28000', message: `role "${role}" is not permitted to log in` });
}

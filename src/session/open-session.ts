import { SqlError } from '../base/sql-error.ts';
import { checkedSetting } from './change-setting.ts';
import { readDuration } from './duration-setting.ts';
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
  const definitions = await host.definitions();
  const timeoutMs = host.limits.statementTimeoutMs;
  const given = new Map([
    ['session_authorization', role],
    ['statement_timeout', readDuration('statement_timeout', String(timeoutMs))],
  ]);
  const first = new SessionState(host, client, request, new SessionSettings(definitions, given));
  const isSuperuser = await superuserSetting(first);
  given.set('is_superuser', isSuperuser);
  for (const [name, value] of asked) given.set(name.toLowerCase(), await checkedSetting(first, name, value));
  return new SessionState(host, client, request, new SessionSettings(definitions, given));
}

/** `on` or `off`; 28000 where there is no such role or it may not log in. */
async function superuserSetting(state: SessionState): Promise<string> {
  const rows = await state.host.queryAsOwner(
    `SELECT rolsuper, rolcanlogin FROM pg_catalog.pg_roles WHERE rolname = ${quoteLiteral(state.role)}`,
  );
  const [isSuperuser, canLogin] = rows[0] ?? [];
  if (rows.length === 0) throw new SqlError({ sqlstate: '28000', message: `role "${state.role}" does not exist` });
  if (canLogin !== 't')
    throw new SqlError({ sqlstate: '28000', message: `role "${state.role}" is not permitted to log in` });
  return isSuperuser === 't' ? 'on' : 'off';
}

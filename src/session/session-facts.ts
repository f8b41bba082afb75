import { ACTIVITY, CONNECTION, CURSORS, PREPARED_STATEMENTS } from '../postgres/activity-functions.ts';
import { isPassedOn } from '../postgres/batch-opening.ts';
import { LISTENING_CHANNELS, PROCESS_ID, SESSIONS } from '../postgres/session-functions.ts';
import { SESSION_SETTINGS, SETTING_DEFAULTS, SETTING_ROWS } from '../postgres/setting-functions.ts';
import type { StatementContext } from '../query/query.ts';
import { cursorFacts } from './cursor-facts.ts';
import { preparedStatementFacts } from './prepared-statement-facts.ts';
import type { SessionState } from './session-state.ts';
import { settingFacts } from './setting-facts.ts';

type Fact = { readonly setting: string; readonly asked: RegExp; readonly of: (state: SessionState) => unknown };

/** What the embedded Postgres cannot know, by what a statement that asks for it says. */
const FACTS: readonly Fact[] = [
  { setting: LISTENING_CHANNELS, asked: /pg_listening_channels/i, of: ({ notifications }) => notifications.channels },
  { setting: SESSION_SETTINGS, asked: /current_setting|set_config|pg_client_encoding/i, of: ownSettings },
  {
    setting: SETTING_DEFAULTS,
    asked: /set_config/i,
    of: ({ settings }) => Object.fromEntries(settings.values.defaults()),
  },
  { setting: SETTING_ROWS, asked: /pg_settings|pg_show_all_settings/i, of: settingFacts },
  { setting: PREPARED_STATEMENTS, asked: /pg_prepared_statement/i, of: preparedStatementFacts },
  { setting: CURSORS, asked: /pg_cursor/i, of: cursorFacts },
  { setting: PROCESS_ID, asked: /pg_backend_pid/i, of: ({ processId }) => processId },
  {
    setting: SESSIONS,
    asked: /pg_(?:cancel|terminate)_backend/i,
    of: ({ host, currentRole }) => host.sessions.allowed(currentRole),
  },
  {
    setting: ACTIVITY,
    asked: /pg_stat_(?:activity|ssl|gssapi|replication|get_activity)/i,
    of: ({ host, currentRole }) => host.sessions.activity(currentRole),
  },
  {
    setting: CONNECTION,
    asked: /inet_(?:client|server)_(?:addr|port)|ssl_(?:is_used|version|cipher|client|issuer)/i,
    of: ({ connection }) => connection ?? {},
  },
];

/** Most statements ask for nothing. */
const ANY = new RegExp(FACTS.map(({ asked }) => asked.source).join('|'), 'i');

/**
 * The context of a statement that asks about its own session: what the embedded Postgres cannot know is handed over
 * as settings, for the functions of room `postgres` to read.
 */
export function withSessionFacts(state: SessionState, context: StatementContext, text: string): StatementContext {
  if (!ANY.test(text)) return context;
  const settings = new Map(context.settings);
  for (const { setting, asked, of } of FACTS) if (asked.test(text)) settings.set(setting, JSON.stringify(of(state)));
  return { ...context, settings };
}

function ownSettings({ settings, block }: SessionState): Readonly<Record<string, string>> {
  const { isolation, readOnly, deferrable } = block.modes;
  return {
    role: 'none',
    ...Object.fromEntries([...settings.values.all()].filter(([name]) => !isPassedOn(name) || name.includes('.'))),
    transaction_isolation: isolation,
    transaction_read_only: readOnly ? 'on' : 'off',
    transaction_deferrable: deferrable ? 'on' : 'off',
  };
}

import { isPassedOn } from '../postgres/batch-opening.ts';
import { LISTENING_CHANNELS, PROCESS_ID, SESSION_SETTINGS, SESSIONS } from '../postgres/session-functions.ts';
import type { StatementContext } from '../query/query.ts';
import type { SessionState } from './session-state.ts';

/**
 * The context of a statement that asks about its own session: what the embedded Postgres cannot know is handed over
 * as settings, for the functions of session-functions.ts to read.
 */
export function withSessionFacts(state: SessionState, context: StatementContext, text: string): StatementContext {
  const asksChannels = /pg_listening_channels/i.test(text);
  const asksSettings = /current_setting/i.test(text);
  const asksProcess = /pg_backend_pid/i.test(text);
  const signals = /pg_(?:cancel|terminate)_backend/i.test(text);
  if (!asksChannels && !asksSettings && !asksProcess && !signals) return context;
  const settings = new Map(context.settings);
  if (asksChannels) settings.set(LISTENING_CHANNELS, JSON.stringify(state.notifications.channels));
  if (asksSettings) settings.set(SESSION_SETTINGS, JSON.stringify(ownSettings(state)));
  if (asksProcess) settings.set(PROCESS_ID, String(state.processId));
  if (signals) settings.set(SESSIONS, JSON.stringify(state.host.sessions.allowed(state.role)));
  return { ...context, settings };
}

function ownSettings({ settings, block }: SessionState): Readonly<Record<string, string>> {
  const { isolation, readOnly, deferrable } = block.modes;
  return {
    ...Object.fromEntries([...settings.values.all()].filter(([name]) => !isPassedOn(name))),
    transaction_isolation: isolation,
    transaction_read_only: readOnly ? 'on' : 'off',
    transaction_deferrable: deferrable ? 'on' : 'off',
  };
}

import { isPassedOn } from '../postgres/batch-opening.ts';
import { LISTENING_CHANNELS, SESSION_SETTINGS } from '../postgres/session-functions.ts';
import type { StatementContext } from '../query/query.ts';
import type { SessionState } from './session-state.ts';

/**
 * The context of a statement that asks about its own session: what the embedded Postgres cannot know is handed over
 * as settings, for the functions of session-functions.ts to read.
 */
export function withSessionFacts(state: SessionState, context: StatementContext, text: string): StatementContext {
  const asksChannels = /pg_listening_channels/i.test(text);
  const asksSettings = /current_setting/i.test(text);
  if (!asksChannels && !asksSettings) return context;
  const settings = new Map(context.settings);
  if (asksChannels) settings.set(LISTENING_CHANNELS, JSON.stringify(state.notifications.channels));
  if (asksSettings) settings.set(SESSION_SETTINGS, JSON.stringify(ownSettings(state)));
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

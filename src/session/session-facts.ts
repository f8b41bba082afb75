import { LISTENING_CHANNELS } from '../postgres/session-functions.ts';
import type { StatementContext } from '../query/query.ts';
import type { SessionState } from './session-state.ts';

/**
 * The context of a statement that asks about its own session: what the embedded Postgres cannot know is handed over
 * as settings, for the functions of session-functions.ts to read.
 */
export function withSessionFacts(state: SessionState, context: StatementContext, text: string): StatementContext {
  if (!/pg_listening_channels/i.test(text)) return context;
  const channels = JSON.stringify(state.notifications.channels);
  return { ...context, settings: new Map(context.settings).set(LISTENING_CHANNELS, channels) };
}

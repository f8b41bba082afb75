import type { StatementContext } from '../query.ts';
import { SessionSequences } from '../session-sequences.ts';
import { TemporaryObjects } from './temporary-objects.ts';

/** What the session has used; the gateway's own statements have a session each. */
export function sessionSequences({ temporary }: StatementContext): SessionSequences {
  return temporary instanceof TemporaryObjects ? temporary.sequences : new SessionSequences();
}

import type { Log } from './open-log.ts';

/** A connection that opened, ended or was refused. */
export type ConnectionFacts = {
  readonly kind: 'opened' | 'closed' | 'refused' | 'cancel';
  readonly address: string;
  readonly processId: number;
  readonly user?: string;
  readonly database?: string;
  readonly durationMs: number;
  readonly sqlstate?: string;
  readonly error?: unknown;
};

/** One line per connection, when it is over, and per wrong cancel key; that it opened, and other requests to cancel, are for debugging. */
export function logConnection(log: Log, facts: ConnectionFacts): void {
  const { kind, error, durationMs, ...rest } = facts;
  const line = { kind, ...rest, durationMs: Math.round(durationMs) };
  if (error !== undefined && facts.sqlstate === undefined && !isFailedHandshake(error))
    log.error({ ...line, err: error }, 'connection failed inside');
  else if (kind === 'opened' || (kind === 'cancel' && error === undefined)) log.debug(line, 'connection');
  else log.info({ ...line, ...(error instanceof Error && { reason: error.message }) }, 'connection');
}

/** TLS that a client broke off, such as one that does not trust the certificate. */
function isFailedHandshake(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_SSL_');
}

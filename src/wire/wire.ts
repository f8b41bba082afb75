/**
 * Room `wire`: Postgres clients. Bytes become requests of a session, and what a session answers becomes bytes;
 * protocol 3.0 and 3.2. It accepts connections, encrypts them, finds out who the client is, and bounds everything a
 * client can make it hold. It knows nothing of SQL: a *session* does.
 *
 * Words, all PostgreSQL's: a *packet* is what a client sends before it is known (no type byte); a *message* has a
 * type. *Startup* is the packet that opens a session. A *secret* with a process id is the key to cancel a statement.
 *
 * Invariants: a length is believed only below its limit; at most one incomplete message and a bounded read-ahead are
 * held per client; rows are pulled only while the socket takes them; a broken stream ends its own connection only.
 *
 * To debug, point psql at the server with `PGOPTIONS` or trace with libpq's `PQtrace`; golden conversations are in
 * test/wire.
 */
import type { SessionHost } from '../session/session-host.ts';
import type { Authentication } from './authentication.ts';
import type { ServerCertificate } from './login/server-certificate.ts';

export type ServerOptions = {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The databases that clients may name. */
  readonly databases: ReadonlyMap<string, SessionHost>;
  readonly authentication: Authentication;
  readonly limits: WireLimits;
  /** The certificate in force; without one SSLRequest is answered `N`. */
  readonly tls?: () => ServerCertificate;
  readonly onConnection?: (event: ConnectionEvent) => void;
};

export type WireLimits = {
  /** Clients logged in or logging in at the same time. */
  readonly connections: number;
  /** Of one address; 0 is no limit. */
  readonly connectionsPerAddress: number;
  /** Logged in as one role; 0 is no limit. */
  readonly connectionsPerUser: number;
  /** A packet or message of a client that has not logged in. */
  readonly startupMessageBytes: number;
  /** A message of a client that has logged in. */
  readonly messageBytes: number;
  /** From connecting to having logged in. */
  readonly authenticationTimeoutMs: number;
};

/** A connection that ended, or never became a session; for logs. */
export type ConnectionEvent = {
  readonly kind: 'opened' | 'closed' | 'refused' | 'cancel';
  readonly address: string;
  readonly processId: number;
  readonly user?: string;
  readonly database?: string;
  /** Since the client connected. */
  readonly durationMs: number;
  /** Why it was refused or ended by the server. */
  readonly sqlstate?: string;
  readonly error?: unknown;
};

import assert from 'node:assert/strict';
import { SessionHost } from '../../src/session/session-host.ts';
import type { StatementEvent } from '../../src/session/statement-event.ts';
import { DEFAULT_STATEMENT_LIMITS } from '../../src/sql/split-statements.ts';
import { loadGrammar } from '../../src/sql/grammar.ts';
import type { ServerOptions } from '../../src/wire/wire.ts';
import { WireServer } from '../../src/wire/wire-server.ts';
import { openPgliteDatabase } from './pglite-database.ts';
import type { PgliteDatabase } from './pglite-database.ts';

/** The wire and session rooms over a database without tables. */
export type WireGateway = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly server: WireServer;
  readonly fake: PgliteDatabase;
  readonly statements: StatementEvent[];
  [Symbol.asyncDispose](): Promise<void>;
};

export async function startWireGateway(options: Partial<ServerOptions> = {}): Promise<WireGateway> {
  const fake = await openPgliteDatabase();
  const statements: StatementEvent[] = [];
  const host = new SessionHost({
    database: fake,
    grammar: await loadGrammar(),
    owner: 'postgres',
    limits: {
      statementBytes: 1_000_000,
      nesting: DEFAULT_STATEMENT_LIMITS,
      preparedStatements: 100,
      portals: 100,
      statementTimeoutMs: 0,
      parseCacheBytes: 1_000_000,
      sessionBytes: 10_000_000,
      cursorBytes: 1_000_000,
      notificationBytes: 1_000_000,
      advisoryLocks: 1000,
    },
    notifyCommits: true,
    onStatement: (event) => statements.push(event),
    onCleanupError: (error) => assert.fail(String(error)),
  });
  const server = await WireServer.listen({
    host: '127.0.0.1',
    port: 0,
    databases: new Map([['bergwire', host]]),
    authentication: async () => ({ connectionLimit: -1 }),
    limits: {
      connections: 20,
      connectionsPerAddress: 0,
      connectionsPerUser: 0,
      startupMessageBytes: 10_000,
      messageBytes: 1_000_000,
      authenticationTimeoutMs: 10_000,
    },
    ...options,
  });
  return {
    host: '127.0.0.1',
    port: server.port,
    user: 'bergwire',
    database: 'bergwire',
    server,
    fake,
    statements,
    async [Symbol.asyncDispose]() {
      await server.stop(0);
      await fake[Symbol.asyncDispose]();
    },
  };
}

import { lruCache } from '../base/lru-cache.ts';
import type { LruCache } from '../base/lru-cache.ts';
import type { CommittedSnapshot, Database } from '../query/query.ts';
import type { Grammar } from '../sql/grammar.ts';
import type { NestingLimits } from '../sql/nesting.ts';
import { splitStatements } from '../sql/split-statements.ts';
import type { Statement } from '../sql/sql.ts';
import type { Client } from './client.ts';
import { AdvisoryLocks } from './advisory-locks.ts';
import { openSession } from './open-session.ts';
import { queryText } from './query-text.ts';
import { commitNotification } from './commit-notification.ts';
import { NotificationQueue } from './notification-queue.ts';
import type { Session } from './session.ts';
import type { SessionConnection } from './session-connection.ts';
import { SessionRegistry } from './session-registry.ts';
import { plainContext, SettingDefinitions } from './setting-definitions.ts';
import type { StatementEvent } from './statement-event.ts';

export type SessionLimits = {
  /** Length of one text of statements. */
  readonly statementBytes: number;
  readonly nesting: NestingLimits;
  readonly preparedStatements: number;
  /** Open portals and cursors. */
  readonly portals: number;
  /** Default of statement_timeout; 0 is none. */
  readonly statementTimeoutMs: number;
  /** Memory for parsed texts that may come again. */
  readonly parseCacheBytes: number;
  /** Memory of one session for prepared statements, parameters of portals and rows of cursors, roughly. */
  readonly sessionBytes: number;
  /** Rows that a scrolling or held cursor keeps. */
  readonly cursorBytes: number;
  /** Notifications that listeners have not taken yet. */
  readonly notificationBytes: number;
  /** Advisory locks of one session. */
  readonly advisoryLocks: number;
};

export type SessionHostOptions = {
  readonly database: Database;
  readonly grammar: Grammar;
  /** The role that the gateway itself asks as, e.g. whether another one exists. */
  readonly owner: string;
  readonly limits: SessionLimits;
  /** What this server says of itself, by names of settings that no session changes (port, max_connections, ...). */
  readonly serverSettings?: ReadonlyMap<string, string>;
  /** Whether every snapshot is told on the channel iceberg_commit. */
  readonly notifyCommits: boolean;
  readonly onStatement?: (event: StatementEvent) => void;
  /** Hears of failures to undo a failed statement; the client hears of the statement's own error. */
  readonly onCleanupError?: (error: unknown) => void;
};

export type SessionRequest = {
  readonly client: Client;
  readonly role: string;
  readonly processId: number;
  readonly connection?: SessionConnection;
  /** Settings of the startup packet, by the name the client used. */
  readonly settings: ReadonlyMap<string, string>;
};

/** A parse tree takes many times its text. */
const PARSED_BYTES_PER_CHARACTER = 100;
const PARSED_FIXED_BYTES = 2000;

/** What the sessions of one database share. */
export class SessionHost {
  readonly database: Database;
  readonly grammar: Grammar;
  readonly limits: SessionLimits;
  readonly onStatement: SessionHostOptions['onStatement'];
  readonly onCleanupError: SessionHostOptions['onCleanupError'];
  readonly serverSettings: ReadonlyMap<string, string>;
  readonly notifications: NotificationQueue;
  readonly sessions: SessionRegistry;
  readonly locks = new AdvisoryLocks();
  readonly #commitChannel: boolean;
  readonly #owner: string;
  readonly #parsed: LruCache<readonly Statement[]>;
  #definitions: Promise<SettingDefinitions> | undefined;
  #queryCount = 0;

  constructor(options: SessionHostOptions) {
    this.database = options.database;
    this.grammar = options.grammar;
    this.limits = options.limits;
    this.onStatement = options.onStatement;
    this.onCleanupError = options.onCleanupError;
    this.notifications = new NotificationQueue(options.limits.notificationBytes);
    this.serverSettings = options.serverSettings ?? new Map();
    this.#commitChannel = options.notifyCommits;
    this.#owner = options.owner;
    this.sessions = new SessionRegistry(options.owner);
    this.#parsed = lruCache(options.limits.parseCacheBytes);
  }

  /** `split`, if the text was split before. */
  splitBefore(text: string): readonly Statement[] | undefined {
    return this.#parsed.get(text);
  }

  /** The statements of a client's text. What is wrong with it is raised each time anew. */
  split(text: string): readonly Statement[] {
    const known = this.splitBefore(text);
    if (known !== undefined) return known;
    const { statementBytes, nesting } = this.limits;
    const statements = splitStatements(this.grammar, text, { ...nesting, statementLengthBytes: statementBytes });
    this.#parsed.set(text, statements, PARSED_FIXED_BYTES + text.length * PARSED_BYTES_PER_CHARACTER);
    return statements;
  }

  /** A new session, its ParameterStatus messages sent; FATAL where the role does not exist or a setting is wrong. */
  async open(request: SessionRequest): Promise<Session> {
    return await openSession(this, request);
  }

  /** Names a statement in logs and in internal errors; unique within the process. */
  nextQueryId(processId: number): string {
    this.#queryCount += 1;
    return `${processId.toString(16)}.${this.#queryCount.toString(16)}`;
  }

  /** Tells listeners of iceberg_commit; where the queue is full they are not told, since the commit has happened. */
  publishSnapshots(processId: number, snapshots: readonly CommittedSnapshot[]): void {
    if (!this.#commitChannel || !this.notifications.hasListeners) return;
    for (const snapshot of snapshots) {
      const notification = commitNotification(snapshot);
      if (this.notifications.hasRoom(notification)) this.notifications.publish(processId, [notification]);
    }
  }

  /** Rows of a query of the gateway itself, as text. */
  async queryAsOwner(text: string): Promise<readonly (readonly (string | null)[])[]> {
    return await queryText(this.database, this.grammar, plainContext(this.#owner), text);
  }

  /** The settings that the embedded Postgres knows; read once. */
  async definitions(): Promise<SettingDefinitions> {
    this.#definitions ??= SettingDefinitions.load((text) => this.queryAsOwner(text));
    try {
      return await this.#definitions;
    } catch (error) {
      this.#definitions = undefined;
      throw error;
    }
  }
}

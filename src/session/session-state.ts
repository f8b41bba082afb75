import type { Execution, SessionTemporaries, StatementContext } from '../query/query.ts';
import type { NoticeFields } from '../postgres/postgres.ts';
import type { SqlError } from '../base/sql-error.ts';
import type { Client } from './client.ts';
import { durationMs } from './duration.ts';
import { statementTimeout } from './errors.ts';
import { changeSetting } from './change-setting.ts';
import type { Portal } from './portal.ts';
import { queryText } from './query-text.ts';
import type { RunningStatement } from './running-statement.ts';
import { SessionActivity } from './session-activity.ts';
import type { SessionConnection } from './session-connection.ts';
import type { SessionHost, SessionRequest } from './session-host.ts';
import { SessionNotifications } from './session-notifications.ts';
import { SessionLocks } from './session-locks.ts';
import { SessionSettings } from './session-settings.ts';
import { TransactionBlock } from './transaction-block.ts';
import { resetSetting } from './reset-setting.ts';
import type { StoredStatement } from './stored-statement.ts';
import type { TransactionModes } from './transaction-block.ts';

/** Least severe first; ERROR and worse are always sent. */
const LEVELS = ['debug5', 'debug4', 'debug3', 'debug2', 'debug1', 'log', 'notice', 'warning', 'error'];

/** Everything one session holds, and how its parts end together. */
export class SessionState {
  readonly host: SessionHost;
  readonly client: Client;
  readonly role: string;
  readonly processId: number;
  /** Undefined where the client is none of the network. */
  readonly connection: SessionConnection | undefined;
  readonly activity = new SessionActivity();
  readonly settings: SessionSettings;
  readonly block: TransactionBlock;
  readonly notifications: SessionNotifications;
  readonly locks: SessionLocks;
  /** Called when another session sent notifications that this one may listen to. */
  onNotified: (() => void) | undefined;
  readonly statements = new Map<string, StoredStatement>();
  readonly portals = new Map<string, Portal>();
  /** Undefined where the database has no place for temporary objects. */
  readonly temporary: SessionTemporaries | undefined;
  /** What a cancel request cancels. */
  running: RunningStatement | undefined;
  /** A text of several statements is being run: their implicit transaction counts as a block for SET LOCAL and cursors. */
  severalStatements = false;
  /** What runs is the last statement before the implicit transaction is committed. */
  endsTransaction = false;
  #context: { readonly version: number; readonly context: StatementContext } | undefined;

  constructor(
    host: SessionHost,
    client: Client,
    identity: Pick<SessionRequest, 'role' | 'processId' | 'connection'>,
    settings: SessionSettings,
  ) {
    this.host = host;
    this.client = client;
    this.role = identity.role;
    this.processId = identity.processId;
    this.connection = identity.connection;
    this.settings = settings;
    this.block = new TransactionBlock(host.database);
    this.temporary = host.database.temporaries?.(identity.role);
    this.locks = new SessionLocks(host.locks, identity.processId, host.limits.advisoryLocks);
    this.notifications = new SessionNotifications(host.notifications, identity.processId, () => this.onNotified?.());
  }

  /** The role that statements run as: that of the login, unless SET ROLE said otherwise. */
  get currentRole(): string {
    const role = this.settings.values.get('role') ?? 'none';
    return role === 'none' ? this.role : role;
  }

  /** What statements are read with, now. */
  context(): StatementContext {
    const { values } = this.settings;
    if (this.#context?.version !== values.version)
      this.#context = { version: values.version, context: this.#freshContext() };
    const { open } = this.block;
    return open === undefined ? this.#context.context : { ...this.#context.context, transaction: open };
  }

  #freshContext(): StatementContext {
    const context = this.settings.context(this.role, this.currentRole);
    // Temporary objects are those of the role that logged in.
    return this.temporary === undefined || this.currentRole !== this.role
      ? context
      : { ...context, temporary: this.temporary };
  }

  /** Rows of a query of the gateway's own, as text. */
  async query(text: string): Promise<readonly (readonly (string | null)[])[]> {
    return await queryText(this.host.database, this.host.grammar, this.context(), text);
  }

  /** Starts the implicit transaction unless there is one. */
  enter(): void {
    this.block.enter(this.defaultModes());
  }

  defaultModes(): TransactionModes {
    return this.settings.defaultModes();
  }

  /** Runs a step of a statement under statement_timeout; a cancel request meets it. */
  async run<T>(running: RunningStatement, step: () => Promise<T>): Promise<T> {
    const timeoutMs = durationMs('statement_timeout', this.settings.get('statement_timeout'));
    const timer = timeoutMs > 0 ? setTimeout(() => running.interrupt(statementTimeout()), timeoutMs) : undefined;
    this.running = running;
    try {
      const result = await step();
      running.check();
      return result;
    } catch (error) {
      throw running.cause(error);
    } finally {
      this.running = undefined;
      clearTimeout(timer);
    }
  }

  /** Ends an implicit transaction in which no statement needed a unit of work; false where it has to be committed. */
  commitNothing(): boolean {
    if (this.block.open !== undefined || this.notifications.arePending) return false;
    for (const portal of this.portals.values()) if (portal.execution?.rows || portal.cursor !== undefined) return false;
    this.portals.clear();
    this.block.finishUnused();
    this.settings.values.commit();
    this.locks.endTransaction();
    return true;
  }

  async commit(): Promise<void> {
    try {
      await this.#closePortals((portal) => portal.cursor?.hold !== true);
      for (const portal of this.portals.values()) {
        await portal.cursor?.rows.hold();
        portal.depth = 0;
      }
      this.notifications.checkCommit();
      const snapshots = await this.block.commit();
      for (const { cursor } of this.portals.values()) if (cursor !== undefined) cursor.held = true;
      this.settings.values.commit();
      this.notifications.commit();
      this.locks.endTransaction();
      this.host.publishSnapshots(this.processId, snapshots);
    } catch (error) {
      await this.#closeUncommitted();
      await this.block.rollback();
      this.#undo();
      throw error;
    }
  }

  async rollback(): Promise<void> {
    await this.#closeUncommitted();
    this.#undo();
    await this.block.rollback();
  }

  /** An error ended a statement: portals of its (sub)transaction are gone, a block is failed. */
  async fail(): Promise<void> {
    const { block } = this;
    const implicit = block.state === 'implicit';
    if (block.depth > 0) await this.closePortalsAbove(block.depth - 1);
    else await this.#closeUncommitted();
    if (implicit || block.state === 'none') this.#undo();
    else this.locks.rollbackAbove(block.depth - 1);
    await block.fail();
  }

  /** Portals made while more savepoints were open than this. */
  async closePortalsAbove(depth: number): Promise<void> {
    await this.#closePortals((portal) => portal.depth > depth && !this.#isHeld(portal));
  }

  /** Undefined where nothing has to be waited for. */
  closePortal(name: string): Promise<void> | undefined {
    const portal = this.portals.get(name);
    if (portal === undefined) return undefined;
    this.portals.delete(name);
    return portal.close();
  }

  async closeAll(): Promise<void> {
    await this.#closePortals(() => true);
  }

  /** What a statement that was started has to say besides its rows. Undefined where nothing has to be waited for. */
  hear(execution: Execution): Promise<void> | undefined {
    this.notices(execution.notices);
    for (const { channel, payload } of execution.notifications ?? []) this.notifications.notify(channel, payload);
    for (const { processId, kind } of execution.signals ?? [])
      this.host.sessions.signal(processId, kind, this.currentRole);
    const { settingChanges = [] } = execution;
    return settingChanges.length > 0 ? this.#changeSettings(settingChanges) : undefined;
  }

  async #changeSettings(changes: NonNullable<Execution['settingChanges']>): Promise<void> {
    for (const { name, value, isLocal } of changes)
      await (value === null ? resetSetting(this, name, isLocal) : changeSetting(this, name, value, isLocal));
  }

  notices(notices: readonly NoticeFields[]): void {
    for (const notice of notices) this.notice(notice);
  }

  notice(notice: NoticeFields): void {
    const level = LEVELS.indexOf(notice.severity.toLowerCase().replace(/^debug$/, 'debug1'));
    const least = LEVELS.indexOf(this.settings.get('client_min_messages'));
    if (notice.severity !== 'INFO' && level < least) return;
    this.client.notice(notice);
  }

  warn(sqlstate: string, message: string): void {
    this.notice({ severity: 'WARNING', sqlstate, message });
  }

  interrupt(reason: SqlError): void {
    this.running?.interrupt(reason);
  }

  /** What the session itself remembers of its transaction. */
  #undo(): void {
    this.settings.values.rollback();
    this.notifications.rollback();
    this.locks.endTransaction();
  }

  #isHeld(portal: Portal): boolean {
    return portal.cursor?.held === true;
  }

  async #closeUncommitted(): Promise<void> {
    await this.#closePortals((portal) => !this.#isHeld(portal));
  }

  async #closePortals(which: (portal: Portal) => boolean): Promise<void> {
    for (const [name, portal] of this.portals) {
      if (!which(portal)) continue;
      this.portals.delete(name);
      await portal.close();
    }
  }
}

import type { Client } from './client.ts';
import { emptyChannel, longChannel, longPayload } from './errors.ts';
import { notificationBytes } from './notification-queue.ts';
import type { Listener, Notification, NotificationQueue } from './notification-queue.ts';

/** Names have fewer bytes than this (NAMEDATALEN). */
const NAME_BYTES = 64;
/** Payloads have fewer bytes than this (NOTIFY_PAYLOAD_MAX_LENGTH). */
const PAYLOAD_BYTES = 8000;

type Action = { readonly kind: 'listen' | 'unlisten'; readonly channel: string } | { readonly kind: 'unlisten all' };

/**
 * LISTEN, UNLISTEN and NOTIFY of one session (PostgreSQL's async.c): all of them wait for the transaction's end, and
 * go with it or with a savepoint that is rolled back. A notification that was sent already in the transaction is not
 * sent twice.
 */
export class SessionNotifications {
  readonly #queue: NotificationQueue;
  readonly #listener: Listener;
  readonly #processId: number;
  readonly #listening = new Set<string>();
  readonly #actions: Action[] = [];
  /** By channel and payload, in the order they were sent. */
  readonly #sent = new Map<string, Notification>();
  #sentBytes = 0;
  readonly #savepoints: { readonly name: string; readonly actions: number; readonly sent: number }[] = [];

  constructor(queue: NotificationQueue, processId: number, notified: () => void) {
    this.#queue = queue;
    this.#processId = processId;
    this.#listener = { notified };
  }

  /** The channels that committed LISTENs named, oldest first. */
  get channels(): readonly string[] {
    return [...this.#listening];
  }

  /** Whether the end of the transaction has something to do. */
  get arePending(): boolean {
    return this.#actions.length > 0 || this.#sent.size > 0;
  }

  listen(channel: string): void {
    this.#actions.push({ kind: 'listen', channel });
  }

  /** One channel, or all of them. */
  unlisten(channel?: string): void {
    this.#actions.push(channel === undefined ? { kind: 'unlisten all' } : { kind: 'unlisten', channel });
  }

  /** 22023 for a channel or a payload that is too long, 54000 where nobody could keep all of it. */
  notify(channel: string, payload: string): void {
    if (channel === '') throw emptyChannel();
    if (Buffer.byteLength(channel) >= NAME_BYTES) throw longChannel();
    if (Buffer.byteLength(payload) >= PAYLOAD_BYTES) throw longPayload();
    const key = `${channel}\0${payload}`;
    if (this.#sent.has(key)) return;
    const notification = { channel, payload };
    const sentBytes = this.#sentBytes + notificationBytes(notification);
    this.#queue.checkRoom(sentBytes);
    this.#sent.set(key, notification);
    this.#sentBytes = sentBytes;
  }

  /** Raises 54000 where the commit could not publish; nothing has happened then. */
  checkCommit(): void {
    if (this.#sent.size > 0) this.#queue.checkRoom(this.#sentBytes);
  }

  /** The transaction is committed: the session listens as it said, and listeners hear what was sent. */
  commit(): void {
    if (this.#actions.length > 0) this.#apply();
    if (this.#sent.size > 0) this.#queue.publish(this.#processId, [...this.#sent.values()]);
    this.rollback();
  }

  rollback(): void {
    this.#actions.length = 0;
    this.#sent.clear();
    this.#sentBytes = 0;
    this.#savepoints.length = 0;
  }

  savepoint(name: string): void {
    this.#savepoints.push({ name, actions: this.#actions.length, sent: this.#sent.size });
  }

  rollbackTo(name: string): void {
    const at = this.#savepoints.findLastIndex((savepoint) => savepoint.name === name);
    const { actions, sent } = this.#savepoints[at]!;
    this.#actions.length = actions;
    for (const [key, notification] of [...this.#sent].slice(sent)) {
      this.#sent.delete(key);
      this.#sentBytes -= notificationBytes(notification);
    }
    this.#savepoints.length = at + 1;
  }

  release(name: string): void {
    this.#savepoints.length = this.#savepoints.findLastIndex((savepoint) => savepoint.name === name);
  }

  /** Tells the client what came for the channels it listens to; says whether there was anything. */
  deliver(client: Client): boolean {
    const heard = this.#queue.take(this.#listener).filter(({ channel }) => this.#listening.has(channel));
    for (const { processId, channel, payload } of heard) client.notification(processId, channel, payload);
    return heard.length > 0;
  }

  /** The session is over. */
  close(): void {
    this.rollback();
    this.#listening.clear();
    this.#queue.leave(this.#listener);
  }

  #apply(): void {
    for (const action of this.#actions) {
      if (action.kind === 'listen') this.#listening.add(action.channel);
      else if (action.kind === 'unlisten') this.#listening.delete(action.channel);
      else this.#listening.clear();
    }
    if (this.#listening.size > 0) this.#queue.join(this.#listener);
    else this.#queue.leave(this.#listener);
  }
}

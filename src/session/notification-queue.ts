import { tooManyNotifications } from './errors.ts';

/** What NOTIFY sends. */
export type Notification = { readonly channel: string; readonly payload: string };

type Sent = Notification & { readonly processId: number };

/** A session that listens to some channel. */
export interface Listener {
  /** There is something new; called while the sender commits, so it must not take long. */
  notified(): void;
}

/**
 * The notifications of one database, in the order of their commits (PostgreSQL's async.c): one queue for all sessions,
 * each listener with its own place in it. What every listener has passed is forgotten; without listeners nothing is
 * kept.
 */
export class NotificationQueue {
  readonly #limitBytes: number;
  readonly #places = new Map<Listener, number>();
  #entries: Sent[] = [];
  /** The place of the first entry. */
  #first = 0;
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get hasListeners(): boolean {
    return this.#places.size > 0;
  }

  get #end(): number {
    return this.#first + this.#entries.length;
  }

  /** Raises 54000 where the queue has no room for notifications of this size. */
  checkRoom(sizeBytes: number): void {
    if (sizeBytes > this.#limitBytes || (this.hasListeners && this.#bytes + sizeBytes > this.#limitBytes))
      throw tooManyNotifications();
  }

  hasRoom(notification: Notification): boolean {
    return this.#bytes + notificationBytes(notification) <= this.#limitBytes;
  }

  /** Hears of what is published from now on; a listener that is known keeps its place. */
  join(listener: Listener): void {
    if (!this.#places.has(listener)) this.#places.set(listener, this.#end);
  }

  leave(listener: Listener): void {
    if (this.#places.delete(listener)) this.#forget();
  }

  publish(processId: number, notifications: readonly Notification[]): void {
    if (notifications.length === 0 || !this.hasListeners) return;
    for (const notification of notifications) {
      this.#entries.push({ ...notification, processId });
      this.#bytes += notificationBytes(notification);
    }
    for (const listener of this.#places.keys()) listener.notified();
  }

  /** What this listener has not taken yet. */
  take(listener: Listener): readonly Sent[] {
    const place = this.#places.get(listener);
    if (place === undefined || place === this.#end) return [];
    const taken = this.#entries.slice(place - this.#first);
    this.#places.set(listener, this.#end);
    this.#forget();
    return taken;
  }

  #forget(): void {
    const passed = Math.min(this.#end, ...this.#places.values()) - this.#first;
    for (const entry of this.#entries.splice(0, passed)) this.#bytes -= notificationBytes(entry);
    this.#first += passed;
  }
}

/** What a notification weighs: its text, and something for the rest. */
export function notificationBytes({ channel, payload }: Notification): number {
  return 2 * (channel.length + payload.length) + 64;
}

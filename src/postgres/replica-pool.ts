import { lanesExhausted, postgresClosed, requestCanceled } from './errors.ts';
import { Replica, type ReplicaOptions } from './replica.ts';
import type { DefinitionLog } from './definition-log.ts';

export type ReplicaPoolOptions = ReplicaOptions & {
  /** Statements executed at the same time; more of them wait. */
  readonly lanes: number;
  /** How long a statement may hold a lane while others wait for one. */
  readonly holdMs: number;
  /** After this time without a statement a lane is closed; the last one stays. */
  readonly idleMs: number;
};

type Waiter = { readonly resolve: (replica: Replica) => void; readonly reject: (error: unknown) => void };

/**
 * The lanes: replicas that execute, as many as are needed and at most `lanes`. Who comes when all are busy waits in
 * order; if then even the youngest statement has run for longer than `holdMs`, that one is ended: nobody can hold
 * all of them, and what has been running for long is not lost to a newcomer.
 */
export class ReplicaPool {
  readonly #options: ReplicaPoolOptions;
  readonly #log: DefinitionLog;
  readonly #idle: { readonly replica: Replica; readonly since: number }[] = [];
  /** When each busy one was handed out. */
  readonly #busy = new Map<Replica, number>();
  readonly #waiting = new Set<Waiter>();
  /** Lanes being opened, reopened or closed. */
  readonly #changing = new Set<Promise<void>>();
  #opening = 0;
  #closed = false;
  #pressure: NodeJS.Timeout | undefined;
  #tidying: NodeJS.Timeout | undefined;
  #reopened = 0;

  constructor(options: ReplicaPoolOptions, log: DefinitionLog) {
    this.#options = options;
    this.#log = log;
  }

  /** How often a worker was opened again. */
  get reopened(): number {
    return this.#reopened;
  }

  /** Lanes that are open or being opened. */
  get size(): number {
    return this.#idle.length + this.#busy.size + this.#opening;
  }

  /** Opens the first lane before it is needed. */
  warm(): void {
    if (this.size === 0) this.#grow();
  }

  /** A lane that knows all definitions; give it back with `release`. */
  async acquire(signal?: AbortSignal): Promise<Replica> {
    for (;;) {
      const replica = await this.#next(signal);
      if (await replica.sync().catch(() => false)) return replica;
      this.#busy.delete(replica);
      this.#change(replica[Symbol.asyncDispose]());
    }
  }

  release(replica: Replica): void {
    this.#busy.delete(replica);
    if (this.#closed) return this.#change(replica[Symbol.asyncDispose]());
    if (replica.isAlive) return this.#offer(replica);
    this.#opening++;
    this.#reopened++;
    const reopened = replica.reopen().then(
      () => {
        this.#opening--;
        this.#offer(replica);
      },
      async () => {
        this.#opening--;
        await replica[Symbol.asyncDispose]();
        if (this.#waiting.size > 0) this.#grow();
      },
    );
    this.#change(reopened);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#pressure);
    clearTimeout(this.#tidying);
    for (const { reject } of this.#waiting) reject(postgresClosed());
    this.#waiting.clear();
    await Promise.all([...this.#busy.keys()].map((replica) => replica.end(postgresClosed())));
    for (const { replica } of this.#idle.splice(0)) this.#change(replica[Symbol.asyncDispose]());
    while (this.#changing.size > 0) await Promise.all(this.#changing);
  }

  #next(signal: AbortSignal | undefined): Promise<Replica> {
    if (this.#closed) return Promise.reject(postgresClosed());
    if (signal?.aborted === true) return Promise.reject(requestCanceled());
    const free = this.#idle.pop();
    if (free !== undefined) {
      this.#busy.set(free.replica, performance.now());
      return Promise.resolve(free.replica);
    }
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#waiting.delete(waiter);
        reject(requestCanceled());
      };
      const settle = (): void => signal?.removeEventListener('abort', abort);
      const waiter: Waiter = {
        resolve: (replica) => (settle(), resolve(replica)),
        reject: (error) => (settle(), reject(error)),
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.add(waiter);
      if (this.size < this.#options.lanes && this.#opening < this.#waiting.size) this.#grow();
      this.#press();
    });
  }

  #grow(): void {
    this.#opening++;
    const opened = Replica.open(this.#options, this.#log).then(
      (replica) => {
        this.#opening--;
        this.#offer(replica);
      },
      (error: unknown) => {
        this.#opening--;
        const [waiter] = this.#waiting;
        if (waiter === undefined) return;
        this.#waiting.delete(waiter);
        waiter.reject(error);
      },
    );
    this.#change(opened);
  }

  /** To whoever waits longest, else it idles. */
  #offer(replica: Replica): void {
    if (this.#closed) return this.#change(replica[Symbol.asyncDispose]());
    const [waiter] = this.#waiting;
    if (waiter === undefined) {
      this.#idle.push({ replica, since: performance.now() });
      this.#tidying ??= setTimeout(() => this.#tidyUp(), this.#options.idleMs).unref();
      return;
    }
    this.#waiting.delete(waiter);
    this.#busy.set(replica, performance.now());
    waiter.resolve(replica);
  }

  /** While somebody waits and all lanes are busy, ends the youngest statement once it has run long enough. */
  #press(): void {
    const { lanes, holdMs } = this.#options;
    this.#pressure ??= setTimeout(() => {
      this.#pressure = undefined;
      if (this.#waiting.size === 0) return;
      const [youngest, since = Infinity] = [...this.#busy].toSorted(([, a], [, b]) => b - a)[0] ?? [];
      const isLong = performance.now() - since >= holdMs;
      if (youngest?.isAlive === true && isLong && this.#opening === 0 && this.#busy.size >= lanes)
        this.#change(youngest.end(lanesExhausted(lanes, holdMs)));
      this.#press();
    }, holdMs / 4);
  }

  #tidyUp(): void {
    this.#tidying = undefined;
    const before = performance.now() - this.#options.idleMs;
    // The one used last is at the end.
    while (this.#idle.length > 1 && this.#idle[0]!.since <= before)
      this.#change(this.#idle.shift()!.replica[Symbol.asyncDispose]());
    if (this.#idle.length > 1 && !this.#closed)
      this.#tidying = setTimeout(() => this.#tidyUp(), this.#options.idleMs).unref();
  }

  #change(change: Promise<void>): void {
    const settled = change.catch(() => undefined).finally(() => this.#changing.delete(settled));
    this.#changing.add(settled);
  }
}

import type { AdvisoryLocks, LockKey, LockMode, LockOwner } from './advisory-locks.ts';
import { lockTimeout, tooManyOfSession } from './errors.ts';

export type LockWanted = {
  readonly key: LockKey;
  readonly mode: LockMode;
  /** Until it is given back or the session ends, or with the transaction. */
  readonly scope: 'session' | 'transaction';
};

/** One time that a lock was taken; `depth` is how many savepoints were open. */
type Taken = { readonly wanted: LockWanted; depth: number };

/** The advisory locks of one session: those of its transaction go with it, or with a savepoint that is rolled back. */
export class SessionLocks {
  readonly #locks: AdvisoryLocks;
  readonly #owner: LockOwner;
  readonly #limit: number;
  #taken: Taken[] = [];

  constructor(locks: AdvisoryLocks, processId: number, limit: number) {
    this.#locks = locks;
    this.#owner = { processId };
    this.#limit = limit;
  }

  /** Takes the lock if it can be had at once. */
  tryAcquire(wanted: LockWanted, depth: number): boolean {
    this.#checkLimit();
    const isTaken = this.#locks.tryAcquire(this.#owner, wanted.key, wanted.mode);
    if (isTaken) this.#taken.push({ wanted, depth });
    return isTaken;
  }

  /** Waits for the lock; 55P03 after `timeoutMs` (0: never), 40P01 where it would wait for itself. */
  async acquire(wanted: LockWanted, depth: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
    this.#checkLimit();
    const timer = new AbortController();
    const timeout = timeoutMs > 0 ? setTimeout(() => timer.abort(lockTimeout()), timeoutMs) : undefined;
    try {
      const either = AbortSignal.any([signal, timer.signal]);
      await this.#locks.acquire(this.#owner, wanted.key, wanted.mode, either);
      this.#taken.push({ wanted, depth });
    } finally {
      clearTimeout(timeout);
    }
  }

  /** Gives back what the session holds beyond transactions, once; false where it holds no such lock. */
  release(key: LockKey, mode: LockMode): boolean {
    const isIt = ({ wanted }: Taken): boolean =>
      wanted.scope === 'session' && wanted.key === key && wanted.mode === mode;
    const found = this.#taken.findLast(isIt);
    if (found === undefined) return false;
    this.#releaseThose((taken) => taken === found);
    return true;
  }

  /** Gives back all that is held beyond transactions. */
  releaseAll(): void {
    this.#releaseThose(({ wanted }) => wanted.scope === 'session');
  }

  /** The transaction is over. */
  endTransaction(): void {
    if (this.#taken.length > 0) this.#releaseThose(({ wanted }) => wanted.scope === 'transaction');
  }

  /** What was done while more savepoints were open than this is undone. */
  rollbackAbove(depth: number): void {
    this.#releaseThose((taken) => taken.wanted.scope === 'transaction' && taken.depth > depth);
  }

  /** Savepoints were released; so many are left. */
  keepAt(depth: number): void {
    for (const taken of this.#taken) taken.depth = Math.min(taken.depth, depth);
  }

  /** The session is over. */
  close(): void {
    this.#releaseThose(() => true);
  }

  #releaseThose(which: (taken: Taken) => boolean): void {
    const gone = this.#taken.filter((taken) => which(taken));
    if (gone.length === 0) return;
    this.#taken = this.#taken.filter((taken) => !gone.includes(taken));
    for (const { wanted } of gone) this.#locks.release(this.#owner, wanted.key, wanted.mode);
  }

  #checkLimit(): void {
    if (this.#taken.length >= this.#limit)
      throw tooManyOfSession('advisory locks', this.#limit, 'Give back locks, or raise limits.advisoryLocks.');
  }
}

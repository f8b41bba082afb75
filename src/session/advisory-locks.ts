import { deadlockDetected } from './errors.ts';

export type LockMode = 'exclusive' | 'shared';

/** What a lock is about: the numbers that PostgreSQL prints of it, e.g. `0,5,1` of a bigint 5 and `1,2,2` of two int. */
export type LockKey = string;

/** A session that holds locks or waits for one. */
export type LockOwner = { readonly processId: number };

type Waiter = {
  readonly owner: LockOwner;
  readonly key: LockKey;
  readonly mode: LockMode;
  readonly granted: () => void;
};

type Lock = { readonly holders: Map<LockOwner, Record<LockMode, number>>; readonly queue: Waiter[] };

/**
 * Advisory locks of one database's sessions (PostgreSQL's lock.c): shared by many or exclusive to one, taken any number
 * of times by the same session, waited for in order. They live as long as the process, and no other process sees them.
 */
export class AdvisoryLocks {
  readonly #locks = new Map<LockKey, Lock>();
  /** A session waits for one lock at most. */
  readonly #waiting = new Map<LockOwner, Waiter>();

  /** Takes the lock if nobody holds or awaits what conflicts. */
  tryAcquire(owner: LockOwner, key: LockKey, mode: LockMode): boolean {
    const lock = this.#locks.get(key) ?? { holders: new Map(), queue: [] };
    const isHeld = lock.holders.has(owner);
    if (conflicts(lock, owner, mode)) return false;
    if (!isHeld && lock.queue.some((waiter) => excludes(waiter.mode, mode))) return false;
    this.#locks.set(key, lock);
    take(lock, owner, mode);
    return true;
  }

  /** Waits for the lock; 40P01 at once where that would never end. An abort rejects with an AbortError. */
  async acquire(owner: LockOwner, key: LockKey, mode: LockMode, signal: AbortSignal): Promise<void> {
    if (this.tryAcquire(owner, key, mode)) return;
    const lock = this.#locks.get(key)!;
    await new Promise<void>((resolve, reject) => {
      const leave = (error: unknown): void => {
        lock.queue.splice(lock.queue.indexOf(waiter), 1);
        this.#waiting.delete(owner);
        this.#grant(key, lock);
        reject(error);
      };
      const abort = (): void => leave(signal.reason);
      const granted = (): void => {
        signal.removeEventListener('abort', abort);
        this.#waiting.delete(owner);
        resolve();
      };
      const waiter = { owner, key, mode, granted };
      // Who holds the lock already goes first: those before wait for it.
      if (lock.holders.has(owner)) lock.queue.unshift(waiter);
      else lock.queue.push(waiter);
      this.#waiting.set(owner, waiter);
      const circle = this.#circle(waiter);
      if (circle !== undefined) return leave(deadlockDetected(circle));
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
    });
  }

  /** Gives back what was acquired once. */
  release(owner: LockOwner, key: LockKey, mode: LockMode): void {
    const lock = this.#locks.get(key);
    const held = lock?.holders.get(owner);
    if (lock === undefined || held === undefined) return;
    held[mode] -= 1;
    if (held.exclusive + held.shared === 0) lock.holders.delete(owner);
    this.#grant(key, lock);
  }

  #grant(key: LockKey, lock: Lock): void {
    const passed: Waiter[] = [];
    for (const waiter of lock.queue.slice()) {
      if (conflicts(lock, waiter.owner, waiter.mode) || passed.some(({ mode }) => excludes(mode, waiter.mode))) {
        passed.push(waiter);
        continue;
      }
      lock.queue.splice(lock.queue.indexOf(waiter), 1);
      take(lock, waiter.owner, waiter.mode);
      waiter.granted();
    }
    if (lock.holders.size === 0 && lock.queue.length === 0) this.#locks.delete(key);
  }

  /** The waits that lead from a waiter back to its session. */
  #circle(start: Waiter): readonly (Waiter & { readonly blocker: LockOwner })[] | undefined {
    const seen = new Set<LockOwner>();
    const follow = (waiter: Waiter): (Waiter & { readonly blocker: LockOwner })[] | undefined => {
      for (const blocker of this.#blockers(waiter)) {
        if (blocker === start.owner) return [{ ...waiter, blocker }];
        const next = this.#waiting.get(blocker);
        if (next === undefined || seen.has(blocker)) continue;
        seen.add(blocker);
        const rest = follow(next);
        if (rest !== undefined) return [{ ...waiter, blocker }, ...rest];
      }
      return undefined;
    };
    return follow(start);
  }

  /** Whom a waiter waits for: who holds what conflicts, and who waits before it for what conflicts. */
  #blockers(waiter: Waiter): readonly LockOwner[] {
    const lock = this.#locks.get(waiter.key)!;
    const holders = [...lock.holders].filter(
      ([owner, held]) => owner !== waiter.owner && (held.exclusive > 0 || waiter.mode === 'exclusive'),
    );
    const before = lock.queue.slice(0, lock.queue.indexOf(waiter)).filter(({ mode }) => excludes(mode, waiter.mode));
    return [...holders.map(([owner]) => owner), ...before.map(({ owner }) => owner)];
  }
}

function take(lock: Lock, owner: LockOwner, mode: LockMode): void {
  const held = lock.holders.get(owner) ?? { exclusive: 0, shared: 0 };
  held[mode] += 1;
  lock.holders.set(owner, held);
}

/** Whether another session holds what keeps this mode out. */
function conflicts(lock: Lock, owner: LockOwner, mode: LockMode): boolean {
  for (const [holder, { exclusive }] of lock.holders)
    if (holder !== owner && (exclusive > 0 || mode === 'exclusive')) return true;
  return false;
}

function excludes(one: LockMode, other: LockMode): boolean {
  return one === 'exclusive' || other === 'exclusive';
}

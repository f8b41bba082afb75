import { setTimeout as sleep } from 'node:timers/promises';

/** Addresses that are remembered at most; the ones that failed longest ago are forgotten first. */
const MAX_ADDRESSES = 10_000;
const FORGOTTEN_AFTER_MS = 10 * 60_000;
const LONGEST_FACTOR = 16;

/** Makes whoever guesses passwords wait: each failure of an address doubles the time until the next answer. */
export class FailureDelays {
  readonly #firstMs: number;
  readonly #failures = new Map<string, { readonly count: number; readonly at: number }>();

  /** The first failure waits this long, later ones up to 16 times of it; 0 never waits. */
  constructor(firstMs: number) {
    this.#firstMs = firstMs;
  }

  /** Resolves when the failure may be answered. */
  async failed(address: string): Promise<void> {
    const before = this.#failures.get(address);
    const count = before === undefined || Date.now() - before.at > FORGOTTEN_AFTER_MS ? 1 : before.count + 1;
    this.#failures.delete(address);
    this.#failures.set(address, { count, at: Date.now() });
    if (this.#failures.size > MAX_ADDRESSES) this.#failures.delete(this.#failures.keys().next().value!);
    const waitMs = this.#firstMs * Math.min(2 ** (count - 1), LONGEST_FACTOR);
    if (waitMs > 0) await sleep(waitMs, undefined, { ref: false });
  }

  succeeded(address: string): void {
    this.#failures.delete(address);
  }
}

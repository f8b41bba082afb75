import type { Store } from '../storage/storage.ts';

/** Files that attempts wrote; what a later attempt uses again it names again. */
export class WrittenFiles {
  readonly #store: Store;
  readonly #earlier = new Set<string>();
  #current = new Set<string>();

  constructor(store: Store) {
    this.#store = store;
  }

  startAttempt(): void {
    for (const uri of this.#current) this.#earlier.add(uri);
    this.#current = new Set();
  }

  add(uri: string): void {
    this.#current.add(uri);
  }

  /** Written and not referred to after all; it goes with the end of the commit. */
  abandon(uri: string): void {
    this.#current.delete(uri);
    this.#earlier.add(uri);
  }

  /** After a proven loss. */
  async removeAll(): Promise<void> {
    await this.#remove([...this.#earlier, ...this.#current]);
  }

  /** After a win: what only lost attempts referred to. */
  async removeAbandoned(): Promise<void> {
    await this.#remove([...this.#earlier].filter((uri) => !this.#current.has(uri)));
  }

  /** What cannot be removed now is an orphan, which maintenance removes: the outcome stands. */
  async #remove(uris: readonly string[]): Promise<void> {
    if (uris.length > 0) await this.#store.remove(uris).catch(() => undefined);
  }
}

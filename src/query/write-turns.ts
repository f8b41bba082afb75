import { unlessAborted } from './unless-aborted.ts';

/**
 * Turns of writers of one table. Writers run side by side; who lost a conflict takes a turn, and while turns are taken
 * newcomers queue up too, as they would for PostgreSQL's row lock: so everybody gets through.
 */
export class WriteTurns {
  readonly #last = new Map<string, Promise<void>>();

  /** Whether somebody has or awaits a turn. */
  taken(table: string): boolean {
    return this.#last.has(table);
  }

  /** Resolves when it is the caller's turn, to what ends it; rejects where the signal aborts first. */
  async take(table: string, signal: AbortSignal): Promise<() => void> {
    const before = this.#last.get(table);
    const mine = Promise.withResolvers<void>();
    const queued = (before ?? Promise.resolve()).then(() => mine.promise);
    this.#last.set(table, queued);
    void queued.then(() => {
      if (this.#last.get(table) === queued) this.#last.delete(table);
    });
    try {
      if (before !== undefined) await unlessAborted(before, signal);
    } catch (error) {
      mine.resolve();
      throw error;
    }
    return mine.resolve;
  }
}

import type { ControlChange, ControlEntry, ControlLog } from './governance.ts';
import { changedConcurrently } from './errors.ts';

/** How often a change is tried again after another process appended first. */
const MAX_ATTEMPTS = 5;

type Reader = (entry: ControlEntry) => Promise<void>;

/** The control log as this process has read it. Whoever follows it hears of every entry, in order. */
export class ControlJournal {
  readonly #log: ControlLog;
  readonly #entries: ControlEntry[] = [];
  readonly #sequences = new Map<string, ControlEntry>();
  readonly #readers: Reader[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #readAtMs = 0;
  #last = 0;

  constructor(log: ControlLog) {
    this.#log = log;
  }

  /** Those about roles and objects. */
  get entries(): readonly ControlEntry[] {
    return this.#entries;
  }

  /** Hears of the entries that were read before and still count, at once, and of all others. */
  async follow(reader: Reader): Promise<void> {
    await this.inTurn(async () => {
      for (const entry of [...this.#entries, ...this.#sequences.values()]) await reader(entry);
      this.#readers.push(reader);
    });
  }

  /** Learns what other processes appended, unless it was read less than `ageMs` ago. */
  async refresh(ageMs = 0): Promise<void> {
    if (ageMs > 0 && performance.now() - this.#readAtMs < ageMs) return;
    await this.inTurn(() => this.#readNew());
  }

  /** Appends a change; `check` may refuse it on the newest state. Every reader knows it afterwards. */
  append(change: ControlChange, by: string, check: () => Promise<void>): Promise<void> {
    return this.inTurn(async () => {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
        await this.#readNew();
        await check();
        const sequence = this.#last + 1;
        const appended = await this.#log.append({ sequence, at: new Date().toISOString(), by, change });
        await this.#readNew();
        if (appended) return;
      }
      throw changedConcurrently();
    });
  }

  /** Runs work between two readings. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn;
    await this.#log[Symbol.asyncDispose]();
  }

  async #readNew(): Promise<void> {
    const entries = await this.#log.entriesAfter(this.#last);
    this.#readAtMs = performance.now();
    for (const entry of entries) {
      this.#last = entry.sequence;
      const { change } = entry;
      // Of a sequence only the newest counts.
      if (change.kind === 'sequence') this.#sequences.set(`${change.database} ${change.id}`, entry);
      else this.#entries.push(entry);
      for (const reader of this.#readers) await reader(entry);
    }
  }
}

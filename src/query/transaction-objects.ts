import { randomUUID } from 'node:crypto';
import type { ObjectChanges, ObjectSet, SchemaObject } from '../postgres/schema-object.ts';

/** What a transaction had done to objects at one moment. */
export type StagedObjects = {
  readonly changes: ObjectChanges;
  /** What it found under the keys it changed. */
  readonly base: ObjectSet;
  /** The last role that changed something. */
  readonly by: string;
};

const NOTHING: StagedObjects = { changes: new Map(), base: new Map(), by: '' };

/** What one transaction sees of a database's views, sequences, types and routines: its own changes over the log's. */
export class TransactionObjects {
  readonly #committed: () => ObjectSet;
  #staged = NOTHING;
  #merged: { readonly committed: ObjectSet; readonly staged: StagedObjects; readonly set: ObjectSet } | undefined;

  constructor(committed: () => ObjectSet) {
    this.#committed = committed;
  }

  get staged(): StagedObjects {
    return this.#staged;
  }

  /** The same set until something changes. */
  get current(): ObjectSet {
    const committed = this.#committed();
    if (this.#staged.changes.size === 0) return committed;
    const known = this.#merged;
    if (known?.committed === committed && known.staged === this.#staged) return known.set;
    const set = new Map(committed);
    for (const [key, object] of this.#staged.changes) {
      set.delete(key);
      if (object !== null) set.set(key, object);
    }
    this.#merged = { committed, staged: this.#staged, set };
    return set;
  }

  /** Changes of other transactions' objects, which a cascade may have met, are left out. */
  stage(changes: ObjectChanges, by: string, renamed: ReadonlyMap<string, string> = new Map()): void {
    const before = this.current;
    const committed = this.#committed();
    const all = new Map<string, SchemaObject | null>(this.#staged.changes);
    const base = new Map(this.#staged.base);
    for (const [key, object] of changes) {
      if (object === null && !before.has(key)) continue;
      const found = committed.get(key);
      if (!all.has(key) && found !== undefined) base.set(key, found);
      const known = before.get(key) ?? before.get(renamed.get(key) ?? '');
      const isSequence = object?.kind === 'sequence';
      all.set(key, isSequence ? { ...object, id: known?.id ?? randomUUID() } : object);
    }
    if (all.size > 0) this.#staged = { changes: all, base, by };
  }

  return(to: StagedObjects): void {
    this.#staged = to;
  }
}

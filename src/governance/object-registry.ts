import type { ObjectChanges, ObjectSet, SchemaObject } from '../postgres/schema-object.ts';
import type { ControlJournal } from './control-journal.ts';
import { objectsChangedConcurrently } from './errors.ts';

const NONE: ObjectSet = new Map();

/** The views, sequences, types and routines of every database, as the control log has them. */
export class ObjectRegistry {
  readonly #journal: ControlJournal;
  readonly #sets = new Map<string, ObjectSet>();

  private constructor(journal: ControlJournal) {
    this.#journal = journal;
  }

  static async open(journal: ControlJournal): Promise<ObjectRegistry> {
    const registry = new ObjectRegistry(journal);
    await journal.follow(async ({ change }) => {
      if (change.kind === 'objects') registry.#apply(change.database, new Map(change.changes));
    });
    return registry;
  }

  /** The same object until something changes. */
  of(database: string): ObjectSet {
    return this.#sets.get(database) ?? NONE;
  }

  /** Learns what other processes changed, unless that was asked less than `ageMs` ago. */
  async refresh(ageMs: number): Promise<void> {
    await this.#journal.refresh(ageMs);
  }

  /** Makes changes last; 40001 where one of them is no longer about what `base` had. */
  async commit(database: string, changes: ObjectChanges, base: ObjectSet, by: string): Promise<void> {
    await this.#journal.append({ kind: 'objects', database, changes: [...changes] }, by, async () =>
      this.#checkNow(database, changes, base),
    );
  }

  /** As `commit`, without changing anything. */
  async check(database: string, changes: ObjectChanges, base: ObjectSet): Promise<void> {
    await this.#journal.refresh();
    this.#checkNow(database, changes, base);
  }

  #checkNow(database: string, changes: ObjectChanges, base: ObjectSet): void {
    const now = this.of(database);
    for (const key of changes.keys()) if (!isSame(now.get(key), base.get(key))) throw objectsChangedConcurrently();
  }

  #apply(database: string, changes: ObjectChanges): void {
    const set = new Map(this.of(database));
    for (const [key, object] of changes) {
      set.delete(key);
      if (object !== null) set.set(key, object);
    }
    this.#sets.set(database, set);
  }
}

function isSame(one: SchemaObject | undefined, other: SchemaObject | undefined): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

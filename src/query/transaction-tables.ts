import type { Catalog, LoadedTable, TableName } from '../catalog/catalog.ts';
import type { DataFile, Schema, TableMetadata } from '../iceberg/iceberg.ts';
import { withoutDeletesOf } from '../iceberg/without-deletes-of.ts';
import type { PendingChanges } from '../plan/pending-changes.ts';
import type { TransactionContext } from './query.ts';
import type { Predicate } from '../plan/plan.ts';
import { duplicateTable, tableNameText } from './errors.ts';
import type { ObjectSet } from '../postgres/schema-object.ts';
import { TransactionObjects, type StagedObjects } from './transaction-objects.ts';
import { TableReads } from './table-reads.ts';

/** A pure change of a table's metadata (schema, properties), re-run on every fresh base. */
export type MetadataChange = (base: TableMetadata) => TableMetadata;

/** A table as this transaction sees it: the base it read and what it did to it since. */
export type StagedTable = {
  /** Where it is now. */
  name: TableName;
  /** Where the catalog has it; null for a table this transaction created. */
  readonly origin: LoadedTable | null;
  /** The base with this transaction's metadata changes applied. */
  loaded: LoadedTable;
  readonly metadataChanges: MetadataChange[];
  pending: PendingChanges;
  dropped: boolean;
  /** The metadata changes hold only of the rows that were seen: nobody else may have changed them until the commit. */
  needsSameRows?: true;
};

/** What a transaction had staged at one moment. */
export type Savepoint = {
  readonly staged: readonly StagedTable[];
  readonly namespaces: ReadonlyMap<string, 'created' | 'dropped'>;
  readonly objects: StagedObjects;
};

const NOTHING_PENDING: PendingChanges = { addedData: [], addedDeletes: [], removedData: new Set() };

/**
 * What one transaction sees of a catalog's tables: its own changes over the catalog's state. Under read committed a
 * table is read afresh by each statement until the transaction does more to it than add rows; otherwise it is pinned at
 * first sight.
 */
export class TransactionTables {
  readonly #catalog: Catalog;
  readonly #context: TransactionContext;
  #staged: StagedTable[] = [];
  readonly #pinned = new Map<string, LoadedTable | undefined>();
  #namespaces = new Map<string, 'created' | 'dropped'>();
  /** What was read of the catalog's state and must stay as it was: all of serializable transactions, and locked rows. */
  readonly reads = new TableReads();
  readonly objects: TransactionObjects;

  constructor(catalog: Catalog, context: TransactionContext, committedObjects: () => ObjectSet) {
    this.#catalog = catalog;
    this.#context = context;
    this.objects = new TransactionObjects(committedObjects);
  }

  get staged(): readonly StagedTable[] {
    return this.#staged;
  }

  /** A point to return to. */
  savepoint(): Savepoint {
    return {
      staged: this.#staged.map(copyOf),
      namespaces: new Map(this.#namespaces),
      objects: this.objects.staged,
    };
  }

  /** Undoes what was staged since; the savepoint stays usable. */
  rollbackTo(savepoint: Savepoint): void {
    this.#staged = savepoint.staged.map(copyOf);
    this.#namespaces = new Map(savepoint.namespaces);
    this.objects.return(savepoint.objects);
  }

  /** Namespaces (levels joined by dots) this transaction creates or drops. */
  get namespaces(): ReadonlyMap<string, 'created' | 'dropped'> {
    return this.#namespaces;
  }

  async namespaceExists(namespace: readonly string[]): Promise<boolean> {
    const key = namespace.join('.');
    const here = this.#namespaces.get(key);
    if (here !== undefined) return here === 'created';
    return key === 'public' || (await this.#catalog.namespaces()).some((levels) => levels.join('.') === key);
  }

  async hasInnerNamespaces(namespace: readonly string[]): Promise<boolean> {
    const prefix = `${namespace.join('.')}.`;
    const here = [...this.#namespaces].filter(([, what]) => what === 'created').map(([key]) => key);
    const known = (await this.#catalog.namespaces()).map((levels) => levels.join('.'));
    return [...here, ...known].some((key) => key.startsWith(prefix) && this.#namespaces.get(key) !== 'dropped');
  }

  createNamespace(namespace: readonly string[]): void {
    this.#namespaces.set(namespace.join('.'), 'created');
  }

  dropNamespace(namespace: readonly string[]): void {
    this.#namespaces.set(namespace.join('.'), 'dropped');
  }

  /** Tables of a namespace as this transaction sees them. */
  async tablesIn(namespace: readonly string[]): Promise<readonly TableName[]> {
    const key = namespace.join('.');
    const listed = (await this.#catalog.tables(namespace))
      .map(({ name }) => name)
      .filter((name) => !this.#isLeft(name));
    const here = this.#staged.filter((staged) => !staged.dropped && staged.name.namespace.join('.') === key);
    return [...listed, ...here.map(({ name }) => name)];
  }

  /** The table's current state for this transaction, undefined if there is none of that name. */
  async load(name: TableName): Promise<LoadedTable | undefined> {
    const staged = this.#byName(name);
    if (staged !== undefined) {
      await this.#refresh(staged);
      return staged.loaded;
    }
    if (this.#isLeft(name)) return undefined;
    return await this.#base(name);
  }

  /** A scan of the table's current state. */
  noteRead(loaded: LoadedTable, schema: Schema, predicate: Predicate): void {
    if (this.#context.isolation === 'serializable') this.reads.add(loaded, schema, predicate);
  }

  /** A scan whose rows are locked: whatever the isolation, others must not change them. */
  noteLock(loaded: LoadedTable, schema: Schema, predicate: Predicate): void {
    this.reads.add(loaded, schema, predicate);
  }

  get isReadOnly(): boolean {
    return this.#context.readOnly;
  }

  /** Uncommitted files of the table, undefined if it has none. */
  pendingOf(name: TableName): PendingChanges | undefined {
    return this.#byName(name)?.pending;
  }

  /** The table, pinned for change. */
  async stage(name: TableName): Promise<StagedTable | undefined> {
    const existing = this.#byName(name);
    if (existing !== undefined) return existing;
    const origin = await this.load(name);
    if (origin === undefined) return undefined;
    const staged: StagedTable = {
      name,
      origin,
      loaded: origin,
      metadataChanges: [],
      pending: NOTHING_PENDING,
      dropped: false,
    };
    this.#staged.push(staged);
    return staged;
  }

  /** A new table that the catalog does not have yet; `metadataLocation` is empty until it is committed. */
  async create(name: TableName, metadata: TableMetadata): Promise<StagedTable> {
    if ((await this.load(name)) !== undefined) throw duplicateTable(name.name);
    const staged: StagedTable = {
      name,
      origin: null,
      loaded: { name, metadataLocation: '', metadata },
      metadataChanges: [],
      pending: NOTHING_PENDING,
      dropped: false,
    };
    this.#staged.push(staged);
    return staged;
  }

  drop(staged: StagedTable): void {
    staged.dropped = true;
  }

  rename(staged: StagedTable, to: TableName): void {
    staged.name = to;
    staged.loaded = { ...staged.loaded, name: to };
  }

  change(staged: StagedTable, change: MetadataChange): void {
    staged.loaded = { ...staged.loaded, metadata: change(staged.loaded.metadata) };
    staged.metadataChanges.push(change);
  }

  addChanges(
    staged: StagedTable,
    added: readonly DataFile[],
    deletes: readonly DataFile[],
    removed: readonly string[],
  ): void {
    const { pending } = staged;
    staged.pending = {
      addedData: [...pending.addedData, ...added],
      addedDeletes: withoutDeletesOf(new Set(removed), [...pending.addedDeletes, ...deletes]),
      removedData: new Set([...pending.removedData, ...removed]),
    };
  }

  #byName(name: TableName): StagedTable | undefined {
    const key = tableNameText(name);
    return this.#staged.find((staged) => !staged.dropped && tableNameText(staged.name) === key);
  }

  /** Rows that were added here are added to whatever the table is; what is read of it is what others committed. */
  async #refresh(staged: StagedTable): Promise<void> {
    const { origin, metadataChanges, pending } = staged;
    const onlyAdds = metadataChanges.length === 0 && pending.addedDeletes.length + pending.removedData.size === 0;
    if (this.#context.isolation !== 'read committed' || origin === null || !onlyAdds || staged.needsSameRows) return;
    const fresh = await this.#catalog.load(origin.name);
    if (fresh?.metadata.tableUuid === origin.metadata.tableUuid) staged.loaded = { ...fresh, name: staged.name };
  }

  /** The catalog's table of this name was dropped or renamed away here. */
  #isLeft(name: TableName): boolean {
    const key = tableNameText(name);
    return this.#staged.some((staged) => staged.origin !== null && tableNameText(staged.origin.name) === key);
  }

  async #base(name: TableName): Promise<LoadedTable | undefined> {
    if (this.#context.isolation === 'read committed') return await this.#catalog.load(name);
    const key = tableNameText(name);
    if (!this.#pinned.has(key)) this.#pinned.set(key, await this.#catalog.load(name));
    return this.#pinned.get(key);
  }
}

function copyOf(staged: StagedTable): StagedTable {
  return { ...staged, metadataChanges: [...staged.metadataChanges] };
}

import type { TableName } from '../catalog/catalog.ts';
import type { Statement } from '../sql/sql.ts';
import type { DatabaseParts } from './database-parts.ts';
import { tableNameText } from './errors.ts';
import type { TransactionTables } from './transaction-tables.ts';

/** A catalog and the mirror of it that is kept. */
type ListedParts = Pick<DatabaseParts, 'catalog'> & {
  readonly postgres: { readonly mirror: DatabaseParts['postgres']['mirror'] };
};

/** Whether a statement may look at the system catalogs. */
export function listsCatalog(statement: Statement): boolean {
  return /pg_|information_schema|reg(class|type|namespace)/i.test(statement.text);
}

/** Tables mirrored between two looks at the event loop. */
const BATCH_SIZE = 50;

/**
 * Keeps the mirror complete for statements that list the catalog: before one runs, namespaces and tables that other
 * engines created are mirrored and those they dropped leave.
 */
export class ListingSync {
  readonly #parts: ListedParts;
  readonly #before: () => Promise<void>;
  #running: Promise<void> | undefined;
  #closed = false;

  /** `before` brings what the tables need. */
  constructor(parts: ListedParts, before: () => Promise<void> = async () => undefined) {
    this.#parts = parts;
    this.#before = before;
  }

  /** Brings the mirror up to date if the statement may look at the system catalogs. */
  async refreshFor(statement: Statement): Promise<void> {
    if (!listsCatalog(statement)) return;
    this.#running ??= this.#refresh().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  /** Brings the mirror up to date. */
  async refresh(): Promise<void> {
    await this.#refresh();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#running?.catch(() => undefined);
  }

  async #refresh(): Promise<void> {
    const { catalog, postgres } = this.#parts;
    await this.#before();
    for (const namespace of await catalog.namespaces()) await postgres.mirror.ensureNamespace(namespace);
    const listed = (await catalog.tables()).filter(({ kind }) => kind === 'table').map(({ name }) => name);
    for (let start = 0; start < listed.length && !this.#closed; start += BATCH_SIZE)
      await Promise.all(listed.slice(start, start + BATCH_SIZE).map((name) => this.#mirror(name)));
    const names = new Set(listed.map(tableNameText));
    for (const mirrored of postgres.mirror.tables())
      if (!names.has(tableNameText(mirrored))) await postgres.mirror.dropTable(mirrored);
  }

  /** A table that cannot be read is not listed; the statement that names it gets the reason. */
  async #mirror(name: TableName): Promise<void> {
    const loaded = await this.#parts.catalog.load(name).catch(() => undefined);
    if (loaded !== undefined) await this.#parts.postgres.mirror.ensureTable(loaded);
  }
}

/** Shows a transaction the schemas and tables that it made, and not those that it dropped or renamed. */
export async function mirrorStaged({ mirror }: ListedParts['postgres'], tables: TransactionTables): Promise<void> {
  for (const [namespace, what] of tables.namespaces)
    if (what === 'created') await mirror.ensureNamespace(namespace.split('.'));
  for (const { name, origin, dropped } of tables.staged)
    if (origin !== null && (dropped || tableNameText(origin.name) !== tableNameText(name)))
      await mirror.dropTable(origin.name);
  for (const { loaded, dropped } of tables.staged) if (!dropped) await mirror.ensureTable(loaded);
}

import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { cannotOpenCatalog, catalogBusy, fromSqliteError, notACatalogUri } from './errors.ts';
import type { SQLInputValue } from 'node:sqlite';

/**
 * The SQLite file of a SQL catalog: the two tables of PyIceberg's SqlCatalog and Iceberg Java's JdbcCatalog. Schema V0
 * has no `iceberg_type`; V1 has it, and its null means a table. Waiting for another process' lock is done here,
 * without holding the thread.
 */
export class CatalogDatabase {
  readonly typed: boolean;
  readonly #sqlite: DatabaseSync;
  readonly #options: CatalogDatabaseOptions;

  constructor(options: CatalogDatabaseOptions) {
    this.#options = options;
    try {
      if (!options.readOnly && !existsSync(options.path)) mkdirSync(dirname(options.path), { recursive: true });
      this.#sqlite = new DatabaseSync(options.path, { readOnly: options.readOnly, timeout: SYNCHRONOUS_WAIT_MS });
      if (!options.readOnly) this.#sqlite.exec(CREATE_TABLES);
      const columns = this.#sqlite.prepare('PRAGMA table_info(iceberg_tables)').all();
      this.typed = columns.some((column) => column['name'] === 'iceberg_type');
    } catch (error) {
      throw cannotOpenCatalog(options.name, options.path, error);
    }
  }

  /** Rows of one statement. */
  rows(sql: string, ...values: SQLInputValue[]): Promise<readonly Row[]> {
    return this.#waiting(() => this.#sqlite.prepare(sql).all(...values) as Row[]);
  }

  /**
   * Runs `work` in one transaction, which takes the write lock at its start; it is rolled back if work throws or
   * returns undefined. `work` may run several times, while the lock is taken.
   */
  transaction<T>(work: (run: Run) => T | undefined): Promise<T | undefined> {
    return this.#waiting(() => {
      this.#sqlite.exec('BEGIN IMMEDIATE');
      try {
        const result = work((sql, ...values) => Number(this.#sqlite.prepare(sql).run(...values).changes));
        this.#sqlite.exec(result === undefined ? 'ROLLBACK' : 'COMMIT');
        return result;
      } finally {
        if (this.#sqlite.isTransaction) this.#sqlite.exec('ROLLBACK');
      }
    });
  }

  close(): void {
    if (this.#sqlite.isOpen) this.#sqlite.close();
  }

  async #waiting<T>(work: () => T): Promise<T> {
    const started = performance.now();
    for (;;) {
      try {
        return work();
      } catch (error) {
        if (!isBusy(error)) throw fromSqliteError(this.#options.name, error);
        const waitedMs = Math.round(performance.now() - started);
        if (waitedMs > this.#options.busyTimeoutMs) throw catalogBusy(this.#options.name, waitedMs, error);
        await sleep(5 + Math.random() * 20);
      }
    }
  }
}

export type CatalogDatabaseOptions = {
  /** Of the catalog, for messages. */
  readonly name: string;
  readonly path: string;
  readonly readOnly: boolean;
  /** How long another process' lock is waited for, in milliseconds. */
  readonly busyTimeoutMs: number;
};

export type Row = Readonly<Record<string, string | null>>;
export type Run = (sql: string, ...values: SQLInputValue[]) => number;

/** The file of `sqlite:PATH`, `jdbc:sqlite:PATH`, or SQLAlchemy's `sqlite:///PATH`. */
export function sqlitePath(uri: string): string {
  const match = /^(?:jdbc:)?sqlite:(?:\/\/\/)?(.+)$/s.exec(uri);
  const path = match?.[1];
  if (path === undefined || path.startsWith('//')) throw notACatalogUri(uri);
  return path;
}

/** What SQLite itself waits for a lock, on this thread, in milliseconds. */
const SYNCHRONOUS_WAIT_MS = 2;

const SQLITE_BUSY = 5;

function isBusy(error: unknown): boolean {
  return ((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY;
}

/** Schema V1, as Iceberg's JdbcCatalog creates it. */
const CREATE_TABLES = `
CREATE TABLE IF NOT EXISTS iceberg_tables (
  catalog_name VARCHAR(255) NOT NULL,
  table_namespace VARCHAR(255) NOT NULL,
  table_name VARCHAR(255) NOT NULL,
  metadata_location VARCHAR(1000),
  previous_metadata_location VARCHAR(1000),
  iceberg_type VARCHAR(5),
  PRIMARY KEY (catalog_name, table_namespace, table_name)
);
CREATE TABLE IF NOT EXISTS iceberg_namespace_properties (
  catalog_name VARCHAR(255) NOT NULL,
  namespace VARCHAR(255) NOT NULL,
  property_key VARCHAR(255) NOT NULL,
  property_value VARCHAR(1000) NOT NULL,
  PRIMARY KEY (catalog_name, namespace, property_key)
);`;

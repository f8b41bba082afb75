import { boundedCache } from '../base/bounded-cache.ts';
import { readTableMetadata } from '../iceberg/read-table-metadata.ts';
import { localPathOf } from '../storage/local-path.ts';
import { CatalogDatabase, sqlitePath } from './catalog-database.ts';
import { commitTables } from './commit-tables.ts';
import { namespacePartNotUsable, readOnlyCatalog } from './errors.ts';
import type { BoundedCache } from '../base/bounded-cache.ts';
import type { TableMetadata } from '../iceberg/iceberg.ts';
import type { Store } from '../storage/storage.ts';
import type { Catalog, ListedTable, LoadedTable, TableName } from './catalog.ts';
import type { Run } from './catalog-database.ts';
import type { SwapTables, TableSwap } from './commit-tables.ts';

export type SqlCatalogOptions = {
  /** The catalog's name: the database, and part of every key unless `catalogName` says otherwise. */
  readonly name: string;
  /** `sqlite:PATH`. */
  readonly uri: string;
  readonly store: Store;
  /** Where new tables go: a URI or an absolute path. */
  readonly warehouse?: string;
  readonly readOnly?: boolean;
  readonly catalogName?: string;
  readonly busyTimeoutMs?: number;
  /** Memory for parsed metadata, in bytes, roughly. */
  readonly metadataCacheBytes?: number;
};

/** A catalog in a SQLite file, shared with PyIceberg's SqlCatalog and Iceberg Java's JdbcCatalog. */
export function openSqlCatalog(options: SqlCatalogOptions): Catalog {
  const { name, store, readOnly = false, catalogName = name, busyTimeoutMs = 30_000 } = options;
  const database = new CatalogDatabase({ name, path: sqlitePath(options.uri), readOnly, busyTimeoutMs });
  const parsed = boundedCache<TableMetadata>(options.metadataCacheBytes ?? 256 * 1024 * 1024, metadataBytes);
  const scope: Scope = { database, catalogName, parsed, store };
  const writable = (): void => {
    if (readOnly) throw readOnlyCatalog(name);
  };
  const load = (table: TableName): Promise<LoadedTable | undefined> => loadTable(scope, table);

  return {
    name,
    readOnly,
    locationFor: (table) => locationFor(scope, table, options.warehouse ?? ''),
    namespaces: () => namespaces(scope),
    createNamespace: async (namespace, properties) => {
      writable();
      return createNamespace(scope, namespace, properties);
    },
    dropNamespace: async (namespace) => {
      writable();
      return dropNamespace(scope, namespace);
    },
    tables: (namespace) => tables(scope, namespace),
    load,
    commit: async (commits, signal) => {
      writable();
      return commitTables({ store, load, swap: swapTables(scope) }, commits, signal);
    },
    drop: async (table) => {
      writable();
      return drop(scope, table);
    },
    rename: async (from, to) => {
      writable();
      return rename(scope, from, to);
    },
    [Symbol.asyncDispose]: async () => database.close(),
  };
}

type Scope = {
  readonly database: CatalogDatabase;
  readonly catalogName: string;
  readonly parsed: BoundedCache<TableMetadata>;
  readonly store: Store;
};

const KEY = 'catalog_name = ? AND table_namespace = ? AND table_name = ?';

function keyOf({ catalogName }: Scope, { namespace, name }: TableName): [string, string, string] {
  return [catalogName, namespace.join('.'), name];
}

/** Narrows to tables; V0 catalogs have nothing else. */
function onlyTables({ database }: Scope): string {
  return database.typed ? ` AND (iceberg_type IS NULL OR iceberg_type = 'TABLE')` : '';
}

async function loadTable(scope: Scope, name: TableName): Promise<LoadedTable | undefined> {
  const sql = `SELECT metadata_location FROM iceberg_tables WHERE ${KEY}${onlyTables(scope)}`;
  const [row] = await scope.database.rows(sql, ...keyOf(scope, name));
  const metadataLocation = row?.['metadata_location'];
  if (typeof metadataLocation !== 'string') return undefined;
  const metadata = await scope.parsed.get(metadataLocation, () => readTableMetadata(scope.store, metadataLocation));
  return { name, metadataLocation, metadata };
}

async function tables(scope: Scope, namespace: readonly string[] | undefined): Promise<readonly ListedTable[]> {
  const kind = scope.database.typed ? 'iceberg_type' : 'NULL AS iceberg_type';
  const rows = await scope.database.rows(
    `SELECT table_namespace, table_name, ${kind} FROM iceberg_tables
     WHERE catalog_name = ? AND (? IS NULL OR table_namespace = ?) ORDER BY table_namespace, table_name`,
    scope.catalogName,
    namespace?.join('.') ?? null,
    namespace?.join('.') ?? null,
  );
  return rows.map((row) => ({
    name: { namespace: row['table_namespace']!.split('.'), name: row['table_name']! },
    kind: row['iceberg_type'] === 'VIEW' ? 'view' : 'table',
  }));
}

/** A namespace is there if it has properties or anything below it. */
async function namespaces(scope: Scope): Promise<readonly (readonly string[])[]> {
  const rows = await scope.database.rows(
    `SELECT table_namespace AS namespace FROM iceberg_tables WHERE catalog_name = ?
     UNION SELECT namespace FROM iceberg_namespace_properties WHERE catalog_name = ?`,
    scope.catalogName,
    scope.catalogName,
  );
  const names = new Set<string>();
  for (const row of rows) {
    const parts = row['namespace']!.split('.');
    for (let depth = 1; depth <= parts.length; depth++) names.add(parts.slice(0, depth).join('.'));
  }
  return [...names].toSorted().map((joined) => joined.split('.'));
}

async function createNamespace(
  scope: Scope,
  namespace: readonly string[],
  properties: Readonly<Record<string, string>>,
): Promise<'created' | 'exists'> {
  const unusable = namespace.find((part) => part === '' || part.includes('.'));
  if (unusable !== undefined || namespace.length === 0) throw namespacePartNotUsable(unusable ?? '');
  const joined = namespace.join('.');
  if ((await namespaces(scope)).some((known) => known.join('.') === joined)) return 'exists';
  await scope.database.transaction((run) => {
    for (const [key, value] of Object.entries({ exists: 'true', ...properties })) {
      run(
        'INSERT OR IGNORE INTO iceberg_namespace_properties VALUES (?, ?, ?, ?)',
        scope.catalogName,
        joined,
        key,
        value,
      );
    }
    return true;
  });
  return 'created';
}

async function dropNamespace(scope: Scope, namespace: readonly string[]): Promise<'dropped' | 'missing' | 'notEmpty'> {
  const joined = namespace.join('.');
  const inside = (known: string): boolean => known.startsWith(`${joined}.`);
  const known = (await namespaces(scope)).map((parts) => parts.join('.'));
  if (!known.includes(joined)) return 'missing';
  if (known.some(inside)) return 'notEmpty';
  // One statement, so that a table created meanwhile keeps its namespace.
  const dropped = await scope.database.transaction((run) =>
    run(
      `DELETE FROM iceberg_namespace_properties WHERE catalog_name = ?1 AND namespace = ?2
       AND NOT EXISTS (SELECT 1 FROM iceberg_tables WHERE catalog_name = ?1 AND table_namespace = ?2)`,
      scope.catalogName,
      joined,
    ),
  );
  return dropped === 0 ? 'notEmpty' : 'dropped';
}

async function drop(scope: Scope, name: TableName): Promise<'dropped' | 'missing'> {
  const sql = `DELETE FROM iceberg_tables WHERE ${KEY}${onlyTables(scope)}`;
  const dropped = await scope.database.transaction((run) => run(sql, ...keyOf(scope, name)));
  return dropped === 0 ? 'missing' : 'dropped';
}

async function rename(scope: Scope, from: TableName, to: TableName): Promise<'renamed' | 'missing' | 'exists'> {
  const taken = await scope.database.rows(`SELECT 1 AS taken FROM iceberg_tables WHERE ${KEY}`, ...keyOf(scope, to));
  if (taken.length > 0) return 'exists';
  const [, namespace, name] = keyOf(scope, to);
  // The condition is checked again under the write lock.
  const sql = `UPDATE iceberg_tables SET table_namespace = ?, table_name = ? WHERE ${KEY}${onlyTables(scope)}
    AND NOT EXISTS (SELECT 1 FROM iceberg_tables AS other WHERE other.catalog_name = ? AND other.table_namespace = ? AND other.table_name = ?)`;
  const renamed = await scope.database.transaction((run) =>
    run(sql, namespace, name, ...keyOf(scope, from), ...keyOf(scope, to)),
  );
  return renamed === 0 ? 'missing' : 'renamed';
}

/** All steps happen or none does; false is a race lost. */
function swapTables(scope: Scope): SwapTables {
  return async (swaps) => {
    const swapped = await scope.database.transaction((run) =>
      swaps.every((swap) => moveLocation(scope, run, swap) && moveName(scope, run, swap)) ? true : undefined,
    );
    return swapped === true;
  };
}

function moveLocation(scope: Scope, run: Run, { name, from, to }: TableSwap): boolean {
  const key = keyOf(scope, name);
  const typed = scope.database.typed;
  if (from === undefined) {
    const columns = `catalog_name, table_namespace, table_name, metadata_location${typed ? ', iceberg_type' : ''}`;
    const values = `?, ?, ?, ?${typed ? `, 'TABLE'` : ''}`;
    return run(`INSERT OR IGNORE INTO iceberg_tables (${columns}) VALUES (${values})`, ...key, to) === 1;
  }
  const current = `${KEY} AND metadata_location = ?${onlyTables(scope)}`;
  // With only the name to move, this is the check that nobody changed the table meanwhile.
  if (from === to)
    return run(`UPDATE iceberg_tables SET metadata_location = ? WHERE ${current}`, to, ...key, from) === 1;
  const sql = `UPDATE iceberg_tables SET metadata_location = ?, previous_metadata_location = ? WHERE ${current}`;
  return run(sql, to, from, ...key, from) === 1;
}

function moveName(scope: Scope, run: Run, { name, after }: TableSwap): boolean {
  if (after === undefined) return true;
  const key = keyOf(scope, name);
  if (after.kind === 'drop') return run(`DELETE FROM iceberg_tables WHERE ${KEY}${onlyTables(scope)}`, ...key) === 1;
  const [, namespace, table] = keyOf(scope, after.to);
  const sql = `UPDATE OR IGNORE iceberg_tables SET table_namespace = ?, table_name = ? WHERE ${KEY}${onlyTables(scope)}`;
  return run(sql, namespace, table, ...key) === 1;
}

async function locationFor(scope: Scope, { namespace, name }: TableName, warehouse: string): Promise<string> {
  const [row] = await scope.database.rows(
    `SELECT property_value FROM iceberg_namespace_properties WHERE catalog_name = ? AND namespace = ? AND property_key = 'location'`,
    scope.catalogName,
    namespace.join('.'),
  );
  const own = row?.['property_value'];
  const folder = typeof own === 'string' ? own : [withoutSlash(warehouse), ...namespace].join('/');
  return `${asUri(withoutSlash(folder))}/${name}`;
}

/** Other engines expect a scheme. */
function asUri(location: string): string {
  const path = localPathOf(location);
  return path === undefined ? location : `file://${path}`;
}

function withoutSlash(location: string): string {
  return location.replace(/\/+$/, '');
}

/** Parsed metadata's memory, roughly. */
function metadataBytes(metadata: TableMetadata): number {
  const columns = metadata.schemas.reduce((sum, schema) => sum + schema.fields.length, 0);
  return 4096 + metadata.snapshots.length * 2048 + columns * 256 + metadata.metadataLog.length * 256;
}

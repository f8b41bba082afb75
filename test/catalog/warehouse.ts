import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqlCatalog } from '../../src/catalog/sql-catalog.ts';
import { manifestCache } from '../../src/iceberg/manifest-cache.ts';
import { openStore } from '../../src/storage/open-store.ts';
import type { Store } from '../../src/storage/storage.ts';
import type { Parts } from './one-table.ts';

export type Warehouse = Parts & { readonly folder: string; readonly open: (store?: Store) => Parts };

/** Runs on an empty warehouse with namespace `ns`, in a folder of its own. */
export async function inWarehouse(work: (warehouse: Warehouse) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bergwire-commit-'));
  const opened: Parts[] = [];
  const open = (store = openStore()): Parts => {
    const catalog = openSqlCatalog({ name: 'c', uri: `sqlite:${folder}/catalog.db`, store, warehouse: folder });
    const parts = { catalog, store, manifests: manifestCache(store, 1e7) };
    opened.push(parts);
    return parts;
  };
  try {
    const parts = open();
    await parts.catalog.createNamespace(['ns'], {});
    await work({ ...parts, folder, open });
  } finally {
    for (const { catalog } of opened) await catalog[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  }
}

/** How many metadata files, manifests and manifest lists the table's folder has. */
export async function metadataFiles({ folder }: Warehouse): Promise<number> {
  return (await readdir(join(folder, 'ns', 't', 'metadata'))).length;
}

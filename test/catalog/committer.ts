/**
 * A process that appends `count` snapshots to a table, one file each, through a catalog handle of its own, and prints
 * the path of each acknowledged file. Arguments: folder of the warehouse, name of the committer, count.
 */
import { openSqlCatalog } from '../../src/catalog/sql-catalog.ts';
import { manifestCache } from '../../src/iceberg/manifest-cache.ts';
import { openStore } from '../../src/storage/open-store.ts';
import { appendFile } from './one-table.ts';

const [folder, committer, count] = process.argv.slice(2);
const store = openStore();
await using catalog = openSqlCatalog({ name: 'c', uri: `sqlite:${folder}/catalog.db`, store, warehouse: folder! });
const manifests = manifestCache(store, 1e7);
for (let round = 0; round < Number(count); round++) {
  const path = `file:///data/${committer}-${round}`;
  const outcome = await appendFile({ catalog, store, manifests }, path);
  if (outcome.kind === 'committed') console.log(path);
  else console.error(outcome);
}

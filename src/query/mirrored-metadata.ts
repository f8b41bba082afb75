import { createHash } from 'node:crypto';
import type { LoadedTable, TableName } from '../catalog/catalog.ts';
import { newTableMetadata } from '../iceberg/new-table.ts';
import { knownMetadataTable } from './known-metadata-table.ts';

/** A metadata table as the mirror takes it: a table of its own with these columns. Its uuid follows from them. */
export function mirroredMetadata(base: LoadedTable, kind: string): LoadedTable {
  const fields = knownMetadataTable(kind).columns(base.metadata);
  const shape = createHash('sha256')
    .update(JSON.stringify([kind, base.metadata.tableUuid, fields]))
    .digest('hex');
  const metadata = newTableMetadata(
    {
      schema: { schemaId: 0, fields, identifierFieldIds: [] },
      spec: { specId: 0, fields: [] },
      sortOrder: { orderId: 0, fields: [] },
      location: base.metadata.location,
      properties: {},
      formatVersion: 2,
    },
    0,
  );
  const name: TableName = { namespace: base.name.namespace, name: `${base.name.name}$${kind}` };
  return { name, metadataLocation: '', metadata: { ...metadata, tableUuid: shape.slice(0, 32) } };
}

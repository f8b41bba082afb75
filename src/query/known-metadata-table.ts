import { metadataTable } from '../plan/metadata-table/metadata-table.ts';
import type { MetadataTable } from '../plan/metadata-table/metadata-table.ts';

/** A metadata table that `metadataName` has found. */
export function knownMetadataTable(kind: string): MetadataTable {
  const table = metadataTable(kind);
  if (table === undefined) throw new Error(`there is no metadata table ${kind}`);
  return table;
}

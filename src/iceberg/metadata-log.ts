import { integerProperty } from './integer-property.ts';
import type { TableMetadata } from './iceberg.ts';

/** The new metadata with the file it replaces at the end of its metadata log, which keeps the newest hundred or so. */
export function withMetadataLog(metadata: TableMetadata, base: TableMetadata, baseLocation: string): TableMetadata {
  const kept = integerProperty(metadata.properties, 'write.metadata.previous-versions-max', 100, 1);
  const entry = { timestampMs: base.lastUpdatedMs, metadataFile: baseLocation };
  return { ...metadata, metadataLog: [...base.metadataLog, entry].slice(-kept) };
}

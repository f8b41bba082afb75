import { gzipSync } from 'node:zlib';
import { formatJson } from './json.ts';
import { tableMetadataJson } from './metadata-json.ts';
import type { Store } from '../storage/storage.ts';
import type { TableMetadata } from './iceberg.ts';

/** Creates the metadata file, gzipped where its name says so. */
export async function writeTableMetadata(store: Store, location: string, metadata: TableMetadata): Promise<void> {
  const text = Buffer.from(formatJson(tableMetadataJson(metadata)), 'utf8');
  await store.create(location, location.endsWith('.gz.metadata.json') ? gzipSync(text) : text);
}

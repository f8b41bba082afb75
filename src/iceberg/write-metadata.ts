import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { formatJson } from './json.ts';
import { tableMetadataJson } from './metadata-json.ts';
import { integerProperty } from './table-properties.ts';
import type { Store } from '../storage/storage.ts';
import type { TableMetadata } from './iceberg.ts';

export async function writeTableMetadata(store: Store, location: string, metadata: TableMetadata): Promise<void> {
  const text = Buffer.from(formatJson(tableMetadataJson(metadata)), 'utf8');
  await store.create(location, location.endsWith('.gz.metadata.json') ? gzipSync(text) : text);
}

/** Where metadata files, manifest lists and manifests of a table go; no trailing slash. */
export function metadataFolder(metadata: TableMetadata): string {
  return (metadata.properties['write.metadata.path'] ?? `${metadata.location}/metadata`).replace(/\/+$/, '');
}

/** A fresh name, `NNNNN-<uuid>.metadata.json`, numbered on from the file it replaces. */
export function nextMetadataLocation(metadata: TableMetadata, previous: string | undefined): string {
  const folder = metadataFolder(metadata);
  const number = /(?:^|\/)v?(\d+)[^/]*$/.exec(previous ?? '')?.[1];
  const version = String(number === undefined ? 0 : Number(number) + 1).padStart(5, '0');
  const gzip = metadata.properties['write.metadata.compression-codec']?.toLowerCase() === 'gzip';
  return `${folder}/${version}-${randomUUID()}${gzip ? '.gz' : ''}.metadata.json`;
}

/** The new metadata with the file it replaces at the end of its metadata log, which keeps the newest hundred or so. */
export function withMetadataLog(metadata: TableMetadata, base: TableMetadata, baseLocation: string): TableMetadata {
  const kept = integerProperty(metadata.properties, 'write.metadata.previous-versions-max', 100, 1);
  const entry = { timestampMs: base.lastUpdatedMs, metadataFile: baseLocation };
  return { ...metadata, metadataLog: [...base.metadataLog, entry].slice(-kept) };
}

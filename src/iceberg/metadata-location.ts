import { randomUUID } from 'node:crypto';
import type { TableMetadata } from './iceberg.ts';

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

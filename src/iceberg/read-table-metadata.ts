import { gunzipSync } from 'node:zlib';
import { malformed } from './errors.ts';
import { parseJson } from './json.ts';
import { parseTableMetadata } from './metadata-json.ts';
import { SqlError } from '../base/sql-error.ts';
import type { Store } from '../storage/storage.ts';
import type { TableMetadata } from './iceberg.ts';

/** Reads a metadata file; gzip is told by its first bytes, whichever way the name spells it. */
export async function readTableMetadata(store: Store, location: string): Promise<TableMetadata> {
  const bytes = await store.read(location);
  try {
    const plain =
      bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: MAX_METADATA_BYTES }) : bytes;
    return parseTableMetadata(parseJson(new TextDecoder('utf-8', { fatal: true }).decode(plain)));
  } catch (error) {
    if (error instanceof SqlError && error.sqlstate !== 'XX001') throw error;
    throw malformed(`metadata file "${location}"`, (error as Error).message, error);
  }
}

/** A metadata file may be this long at most, in bytes, once unpacked. */
const MAX_METADATA_BYTES = 512 * 1024 * 1024;

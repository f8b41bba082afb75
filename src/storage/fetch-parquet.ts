import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetMetadata } from 'hyparquet';
import { mapBounded } from '../base/map-bounded.ts';
import { StorageError } from './storage.ts';
import { parquetRanges } from './parquet-ranges.ts';
import type { FileHandle } from 'node:fs/promises';
import type { WantedColumns } from './parquet-ranges.ts';
import type { ByteRange, Store } from './storage.ts';

export type FetchedFile = { readonly path: string; readonly fetchedBytes: number };

/**
 * A local file of the object's full length that holds its footer and all chunks of the wanted columns, and holes
 * elsewhere: readers of these columns can't tell it from the object. It gets its name in `folder` only once it has
 * everything, since a chunk that is partly missing would be read as zeros. Its content never changes afterwards.
 */
export async function fetchParquet(
  store: Store,
  uri: string,
  sizeBytes: number,
  columns: WantedColumns,
  folder: string,
): Promise<FetchedFile> {
  await mkdir(folder, { recursive: true });
  const name = randomUUID();
  const unfinished = join(folder, `${name}.tmp`);
  const file = await open(unfinished, 'wx');
  try {
    await file.truncate(sizeBytes);
    const fetchedBytes = await fill(store, uri, sizeBytes, columns, file);
    await file.close();
    const path = join(folder, `${name}.parquet`);
    await rename(unfinished, path);
    return { path, fetchedBytes };
  } catch (error) {
    await file.close();
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** The end of a file that is read first: most footers are shorter. */
const FOOTER_GUESS_BYTES = 64 * 1024;
/** A footer may be this long at most. */
const MAX_FOOTER_BYTES = 256 * 1024 * 1024;
/** One request of a range. */
const REQUEST_BYTES = 8 * 1024 * 1024;
const REQUESTS_AT_ONCE = 8;

async function fill(
  store: Store,
  uri: string,
  sizeBytes: number,
  columns: WantedColumns,
  file: FileHandle,
): Promise<number> {
  const footer = await readFooter(store, uri, sizeBytes);
  await write(file, footer.bytes, footer.offset);
  const metadata = parquetMetadata(footer.bytes);
  const ranges = parquetRanges(metadata, columns, footer.offset);
  const requests = ranges.flatMap((range) => split(range, footer.offset));
  await mapBounded(requests, REQUESTS_AT_ONCE, async (range) =>
    write(file, await store.read(uri, range), range.offset),
  );
  return requests.reduce((sum, range) => sum + range.length, footer.bytes.length);
}

async function readFooter(
  store: Store,
  uri: string,
  sizeBytes: number,
): Promise<{ offset: number; bytes: Uint8Array }> {
  if (sizeBytes < 12) throw notParquet(uri);
  const offset = Math.max(0, sizeBytes - FOOTER_GUESS_BYTES);
  const bytes = await store.read(uri, { offset, length: sizeBytes - offset });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // The length of the metadata, little-endian, and PAR1.
  if (view.getUint32(bytes.length - 4, true) !== 0x31524150) throw notParquet(uri);
  const length = view.getUint32(bytes.length - 8, true) + 8;
  if (length > sizeBytes || length > MAX_FOOTER_BYTES) throw notParquet(uri);
  const start = sizeBytes - length;
  if (start >= offset) return { offset: start, bytes: bytes.slice(start - offset) };
  return { offset: start, bytes: await store.read(uri, { offset: start, length }) };
}

function split({ offset, length }: ByteRange, limit: number): readonly ByteRange[] {
  const end = Math.min(offset + length, limit);
  const parts = Math.max(0, Math.ceil((end - offset) / REQUEST_BYTES));
  return Array.from({ length: parts }, (_, index) => {
    const start = offset + index * REQUEST_BYTES;
    return { offset: start, length: Math.min(REQUEST_BYTES, end - start) };
  });
}

async function write(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

function notParquet(uri: string): StorageError {
  return new StorageError('invalid', uri, `object "${uri}" is not a Parquet file`);
}

import { randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, open, opendir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fromFileError, invalidUri, missing, outsideObject } from './errors.ts';
import { localPathOf } from './local-path.ts';
import { StorageError } from './storage.ts';
import type { ByteRange, Store, StoredObject } from './storage.ts';

/**
 * Objects are files of this machine. A new object is written beside its name, flushed, and linked to it, so that a
 * crash leaves the whole object or none; the folder is flushed too. Names that start with `.bergwire-` are unfinished
 * objects and are never listed.
 */
export function localStore(): Store {
  return {
    read: (uri, range) => withFileErrors(uri, () => read(uri, range)),
    size: (uri) => withFileErrors(uri, () => size(uri)),
    create: (uri, bytes) => withFileErrors(uri, () => create(uri, bytes)),
    publish: (uri, path) => withFileErrors(uri, () => publish(uri, path)),
    remove: async (uris) => {
      for (const uri of uris) await withFileErrors(uri, () => removeOne(uri));
    },
    list,
    localPath: localPathOf,
  };
}

const UNFINISHED = '.bergwire-';

async function read(uri: string, range: ByteRange | undefined): Promise<Uint8Array> {
  const file = await open(pathOf(uri), 'r');
  try {
    const found = await file.stat();
    if (!found.isFile()) throw missing(uri);
    const offset = range?.offset ?? 0;
    const length = range?.length ?? found.size;
    if (offset < 0 || length < 0 || offset + length > found.size) throw outsideObject(uri, offset, length);
    const bytes = Buffer.allocUnsafeSlow(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) throw outsideObject(uri, offset, length);
      filled += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

async function size(uri: string): Promise<number> {
  const found = await stat(pathOf(uri));
  if (!found.isFile()) throw missing(uri);
  return found.size;
}

async function create(uri: string, bytes: Uint8Array): Promise<void> {
  const path = pathOf(uri);
  await makeFolder(dirname(path));
  const unfinished = join(dirname(path), `${UNFINISHED}${randomUUID()}`);
  try {
    const file = await open(unfinished, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(unfinished, path);
  } finally {
    await unlink(unfinished).catch(ignoreMissing);
  }
  await syncNew(uri, path);
}

async function publish(uri: string, localPath: string): Promise<void> {
  const path = pathOf(uri);
  await makeFolder(dirname(path));
  await syncFile(localPath);
  try {
    await link(localPath, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await copyAcrossDevices(localPath, path);
  }
  await syncNew(uri, path);
  await unlink(localPath);
}

async function copyAcrossDevices(from: string, to: string): Promise<void> {
  const unfinished = join(dirname(to), `${UNFINISHED}${randomUUID()}`);
  try {
    await copyFile(from, unfinished);
    await syncFile(unfinished);
    await link(unfinished, to);
  } finally {
    await unlink(unfinished).catch(ignoreMissing);
  }
}

async function removeOne(uri: string): Promise<void> {
  await unlink(pathOf(uri)).catch(ignoreMissing);
}

async function* list(prefix: string): AsyncIterable<StoredObject> {
  const path = pathOf(prefix);
  const cut = path.lastIndexOf('/') + 1;
  // Everything the URI has before the path (`file:`, `file://`) stays as the caller spelled it.
  const spelled = prefix.slice(0, prefix.length - path.length);
  yield* listFolder(path.slice(0, cut), path, spelled);
}

async function* listFolder(folder: string, prefix: string, spelled: string): AsyncIterable<StoredObject> {
  const entries = await opendir(folder).catch((error: unknown) => {
    if (fromFileError(folder, error).fault === 'missing') return undefined;
    throw fromFileError(spelled + folder, error);
  });
  if (entries === undefined) return;
  for await (const entry of entries) {
    const path = folder + entry.name;
    if (entry.isDirectory()) {
      const inside = `${path}/`;
      if (inside.startsWith(prefix) || prefix.startsWith(inside)) yield* listFolder(inside, prefix, spelled);
    } else if (entry.isFile() && path.startsWith(prefix) && !entry.name.startsWith(UNFINISHED)) {
      const found = await stat(path).catch(ignoreMissing);
      if (found) yield { uri: spelled + path, sizeBytes: found.size, modifiedMs: found.mtimeMs };
    }
  }
}

/** Creates a folder and its parents, durably: each new entry's parent is flushed. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

/** The object is there; whether it stays after a crash is not known if its folder can't be flushed. */
async function syncNew(uri: string, path: string): Promise<void> {
  await syncFolder(dirname(path)).catch((cause: unknown) => {
    throw new StorageError('unknown', uri, `folder of "${uri}" could not be flushed`, { cause });
  });
}

async function syncFolder(folder: string): Promise<void> {
  await syncFile(folder);
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function pathOf(uri: string): string {
  const path = localPathOf(uri);
  if (path === undefined) throw invalidUri(uri, 'it is not a local file');
  return path;
}

function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  throw error;
}

async function withFileErrors<T>(uri: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fromFileError(uri, error);
  }
}

import { StorageError } from './storage.ts';
import type { StorageFault } from './storage.ts';

export function missing(uri: string, cause?: unknown): StorageError {
  return new StorageError('missing', uri, `object "${uri}" does not exist`, { cause });
}

export function exists(uri: string, cause?: unknown): StorageError {
  return new StorageError('exists', uri, `object "${uri}" exists already`, { cause });
}

export function invalidUri(uri: string, why: string): StorageError {
  return new StorageError('invalid', uri, `"${uri}" is not a usable location: ${why}`);
}

export function outsideObject(uri: string, offset: number, length: number): StorageError {
  return new StorageError('invalid', uri, `object "${uri}" does not hold ${length} bytes from offset ${offset}`);
}

/** An error of node:fs under the fault that says what a caller can do about it. */
export function fromFileError(uri: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return missing(uri, error);
  if (code === 'EEXIST') return exists(uri, error);
  const fault: StorageFault = FILE_FAULTS[code] ?? 'unavailable';
  return new StorageError(fault, uri, `file of "${uri}": ${(error as Error).message}`, { cause: error });
}

const FILE_FAULTS: Readonly<Record<string, StorageFault>> = {
  EACCES: 'denied',
  EPERM: 'denied',
  EROFS: 'denied',
  EISDIR: 'invalid',
  ENAMETOOLONG: 'invalid',
  ELOOP: 'invalid',
};

/**
 * Room `storage`: bytes under URIs. A *Store* reads, creates and removes whole objects and ranges of them; which
 * implementation serves a URI is chosen by its scheme, and a *location map* makes relocated prefixes readable where
 * they are. It knows nothing of tables. Objects are immutable once created; nothing is ever overwritten.
 *
 * URIs are opaque: never decoded, never normalised on the way in (`%2F`, spaces and quotes in keys are literal).
 * `file:/x`, `file:///x` and `/x` name the same local file.
 */
import { SqlError } from '../base/sql-error.ts';

export interface Store {
  /** The bytes of an object, or of `length` bytes from `offset`. Missing objects raise StorageError 'missing'. */
  read(uri: string, range?: ByteRange): Promise<Uint8Array>;
  /** Length in bytes of an object. */
  size(uri: string): Promise<number>;
  /** Creates an object atomically and durably: whole or not at all, 'exists' if the name is taken. */
  create(uri: string, bytes: Uint8Array): Promise<void>;
  /** Publishes a local file (written by the engine) under `uri`, atomically and durably; the local file is consumed. */
  publish(uri: string, localPath: string): Promise<void>;
  /** Removes objects; missing ones are no error. */
  remove(uris: readonly string[]): Promise<void>;
  /** Objects whose URI starts with `prefix`, any order. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** The path of a local file that holds exactly this object, or undefined if it is not on this machine. */
  localPath(uri: string): string | undefined;
}

export type ByteRange = { readonly offset: number; readonly length: number };

export type StoredObject = {
  readonly uri: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
};

/**
 * - missing: no such object. - exists: the name is taken. - denied: no permission. - invalid: not a URI of ours, or a
 * range outside of the object.
 * - unavailable: a passing fault, nothing happened. - unknown: a write whose outcome is not known.
 */
export type StorageFault = 'missing' | 'exists' | 'denied' | 'invalid' | 'unavailable' | 'unknown';

/** What storage could not do, ready for a client: 58P01 for what is missing, 58P02 for a name taken, else 58030. */
export class StorageError extends SqlError {
  readonly fault: StorageFault;
  readonly uri: string;

  constructor(fault: StorageFault, uri: string, message: string, options?: { cause?: unknown }) {
    super({ sqlstate: SQLSTATES[fault] ?? '58030', message }, options);
    this.name = 'StorageError';
    this.fault = fault;
    this.uri = uri;
  }
}

const SQLSTATES: Partial<Readonly<Record<StorageFault, string>>> = { missing: '58P01', exists: '58P02' };

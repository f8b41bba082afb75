import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SqlError } from '../base/sql-error.ts';
import { localCopies } from '../storage/local-copies.ts';
import type { Store } from '../storage/storage.ts';
import { MainConnection } from './main-connection.ts';
import { EngineThread } from './engine-thread.ts';
import type { Engine } from './engine.ts';
import { ChunkTraitsByPath } from './scan/chunk-traits.ts';
import { PhysicalSchemas } from './scan/physical-schemas.ts';
import { TranscodedFiles } from './transcode/transcoded-files.ts';

export type EngineOptions = {
  readonly store: Store;
  readonly threads: number;
  readonly memoryBytes: number;
  /** Absolute; made if it is missing. Holds what does not fit in memory, and files before they are published. */
  readonly temporaryFolder: string;
  readonly temporaryBytes: number;
  /** Copies of remote files that no statement reads take so much of the temporary folder at most. */
  readonly copiesBytes: number;
  /** Absolute folders: the only ones, besides the temporary one, that SQL can read or write. */
  readonly folders: readonly string[];
  /** Errors of DuckDB in their own words, for the log. */
  readonly onForeignError?: (original: string) => void;
};

/** libuv's threads each hold one running query; with fewer, short statements wait behind long ones. */
const MIN_THREADPOOL_SIZE = 32;

/**
 * Starts the engine's thread with its DuckDB instance. Refuses (F0000) where UV_THREADPOOL_SIZE, which must be in the
 * environment before node starts, is below 32.
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  requireThreadpool();
  await mkdir(options.temporaryFolder, { recursive: true });
  const thread = await EngineThread.start(
    {
      threads: options.threads,
      memoryLimit: `${options.memoryBytes}B`,
      temporaryFolder: options.temporaryFolder,
      temporaryLimit: `${options.temporaryBytes}B`,
      allowedFolders: options.folders,
    },
    options.onForeignError,
  );
  // Another process may work in the same folder.
  const copiesFolder = join(options.temporaryFolder, `copies-${process.pid}`);
  // A predecessor with the same process id, as in a container, may have been killed.
  await rm(copiesFolder, { recursive: true, force: true });
  const copies = localCopies(options.store, copiesFolder, options.copiesBytes);
  const transcoded = new TranscodedFiles(options.temporaryFolder, options.temporaryBytes);
  const parts = {
    store: options.store,
    copies,
    temporaryFolder: options.temporaryFolder,
    temporaryBytes: options.temporaryBytes,
    schemas: new PhysicalSchemas(),
    traits: new ChunkTraitsByPath(),
    transcoded,
  };
  return {
    temporaryFolder: options.temporaryFolder,
    connect: async () => await MainConnection.open(thread, parts),
    [Symbol.asyncDispose]: async () => {
      await thread.stop();
      await transcoded[Symbol.asyncDispose]();
      await copies[Symbol.asyncDispose]();
    },
  };
}

function requireThreadpool(): void {
  const size = Number(process.env.UV_THREADPOOL_SIZE ?? 4);
  if (size >= MIN_THREADPOOL_SIZE) return;
  throw new SqlError({
    sqlstate: 'F0000',
    severity: 'FATAL',
    message: `UV_THREADPOOL_SIZE is ${size}, but the engine needs at least ${MIN_THREADPOOL_SIZE}`,
    hint: 'set it in the environment before node starts; the bergwire launcher does',
  });
}

import type { LocalCopies, LocalLease, WantedFile } from '../../storage/local-copies.ts';
import type { Store } from '../../storage/storage.ts';
import type { EngineScan } from '../engine.ts';
import { equalityDeleteSets } from './equality-deletes.ts';

/**
 * The files of scans as local ones: those that are on this machine anyway, and copies of the others, for as long as
 * the lease is not disposed of. Data files are fetched with the columns that the scan reads, delete files whole.
 */
export async function leaseFiles(
  scans: readonly EngineScan[],
  store: Store,
  copies: LocalCopies,
  signal: AbortSignal,
): Promise<LocalLease> {
  const wanted = new Map<string, WantedFile>();
  for (const scan of scans) {
    for (const file of filesOf(scan, store)) {
      const before = wanted.get(file.uri);
      wanted.set(file.uri, before === undefined ? file : both(before, file));
    }
  }
  if (wanted.size === 0) return { localPath: (uri) => store.localPath(uri), [Symbol.asyncDispose]: async () => {} };
  return await untilAborted(copies.lease([...wanted.values()], signal), signal);
}

function filesOf({ plan, columns }: EngineScan, store: Store): readonly WantedFile[] {
  const isRemote = ({ file }: { readonly file: { readonly path: string } }): boolean =>
    store.localPath(file.path) === undefined;
  const remote = plan.files.filter(isRemote);
  const keys = remote.length === 0 ? [] : equalityDeleteSets(plan).flatMap(({ fields }) => fields.map(({ id }) => id));
  const read = new Set([...columns.map(({ fieldId }) => fieldId), ...keys]);
  const positions = new Set(plan.files.flatMap(({ positionDeletes }) => positionDeletes));
  const equalities = new Set(plan.files.flatMap(({ equalityDeletes }) => equalityDeletes));
  const deletes = [
    ...[...positions].map((index) => ({ file: plan.positionDeletes[index]! })),
    ...[...equalities].map((index) => plan.equalityDeletes[index]!),
  ].filter(isRemote);
  // Only Parquet can be copied in part; other formats are refused with words of their own where the scan is written.
  return [
    ...remote.map(({ file }) => ({ file, columns: read })),
    ...deletes.map(({ file }) => ({ file, columns: 'all' as const })),
  ]
    .filter(({ file }) => file.format === 'parquet')
    .map(({ file, columns: of }) => ({ uri: file.path, sizeBytes: file.sizeBytes, columns: of }));
}

function both(a: WantedFile, b: WantedFile): WantedFile {
  if (a.columns === 'all') return a;
  return b.columns === 'all' ? b : { ...a, columns: a.columns.union(b.columns) };
}

/** A statement that is cancelled does not wait for the network; what arrives later is given back. */
async function untilAborted(lease: Promise<LocalLease>, signal: AbortSignal): Promise<LocalLease> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([lease, aborted.promise]);
  } catch (error) {
    if (signal.aborted) {
      lease
        .then(
          (late) => late[Symbol.asyncDispose](),
          () => undefined,
        )
        .catch(() => undefined);
    }
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

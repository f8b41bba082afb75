import type { DataFile, Snapshot } from './iceberg.ts';

export type ChangedFiles = {
  readonly addedData: readonly DataFile[];
  readonly addedDeletes: readonly DataFile[];
  readonly removedData: readonly DataFile[];
  readonly removedDeletes: readonly DataFile[];
};

/** Spec: Snapshots, `operation`. */
export type Operation = 'append' | 'replace' | 'overwrite' | 'delete';

/** What the changes are in the specification's words. */
export function operationOf(files: ChangedFiles): Operation {
  const removes = files.addedDeletes.length + files.removedData.length > 0;
  if (!removes) return files.removedDeletes.length > 0 ? 'overwrite' : 'append';
  return files.addedData.length > 0 ? 'overwrite' : 'delete';
}

/**
 * The summary of a snapshot (spec: Appendix F, Optional Snapshot Summary Fields): counters of this change that are not
 * zero, then totals, which go on from the parent's; where the parent has none, there are none.
 */
export function snapshotSummary(
  operation: Operation,
  files: ChangedFiles,
  parent: Snapshot | undefined,
  extras: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const counters = Object.entries(changeCounters(files))
    .filter(([, count]) => count !== 0n)
    .map(([name, count]): [string, string] => [name, String(count)]);
  return {
    operation,
    ...extras,
    ...Object.fromEntries(counters),
    'changed-partition-count': String(changedPartitions(files)),
    ...totals(changeCounters(files), parent),
  };
}

function changeCounters(files: ChangedFiles): Readonly<Record<string, bigint>> {
  const { addedData, addedDeletes, removedData, removedDeletes } = files;
  const positions = (deletes: readonly DataFile[]) => deletes.filter((file) => file.content === 'position-deletes');
  const equalities = (deletes: readonly DataFile[]) => deletes.filter((file) => file.content === 'equality-deletes');
  return {
    'added-data-files': BigInt(addedData.length),
    'deleted-data-files': BigInt(removedData.length),
    'added-delete-files': BigInt(addedDeletes.length),
    'removed-delete-files': BigInt(removedDeletes.length),
    'added-position-delete-files': BigInt(positions(addedDeletes).length),
    'removed-position-delete-files': BigInt(positions(removedDeletes).length),
    'added-equality-delete-files': BigInt(equalities(addedDeletes).length),
    'removed-equality-delete-files': BigInt(equalities(removedDeletes).length),
    'added-records': records(addedData),
    'deleted-records': records(removedData),
    'added-position-deletes': records(positions(addedDeletes)),
    'removed-position-deletes': records(positions(removedDeletes)),
    'added-equality-deletes': records(equalities(addedDeletes)),
    'removed-equality-deletes': records(equalities(removedDeletes)),
    'added-files-size': bytes(addedData) + bytes(addedDeletes),
    'removed-files-size': bytes(removedData) + bytes(removedDeletes),
  };
}

const TOTALS: readonly (readonly [total: string, added: string, removed: string])[] = [
  ['total-data-files', 'added-data-files', 'deleted-data-files'],
  ['total-delete-files', 'added-delete-files', 'removed-delete-files'],
  ['total-records', 'added-records', 'deleted-records'],
  ['total-files-size', 'added-files-size', 'removed-files-size'],
  ['total-position-deletes', 'added-position-deletes', 'removed-position-deletes'],
  ['total-equality-deletes', 'added-equality-deletes', 'removed-equality-deletes'],
];

function totals(
  counters: Readonly<Record<string, bigint>>,
  parent: Snapshot | undefined,
): Readonly<Record<string, string>> {
  const entries = TOTALS.flatMap(([total, added, removed]): [string, string][] => {
    const before = parent === undefined ? '0' : parent.summary[total];
    if (before === undefined || !/^\d+$/.test(before)) return [];
    const after = BigInt(before) + counters[added]! - counters[removed]!;
    return after < 0n ? [] : [[total, String(after)]];
  });
  return Object.fromEntries(entries);
}

function changedPartitions(files: ChangedFiles): number {
  const all = [...files.addedData, ...files.addedDeletes, ...files.removedData, ...files.removedDeletes];
  return new Set(all.map(partitionKeyOf)).size;
}

/** Spec id and partition values as one text: equal for files of the same partition. */
export function partitionKeyOf(file: DataFile): string {
  return JSON.stringify([file.specId, ...file.partition], (_key, part: unknown) => {
    if (typeof part === 'bigint') return `${part}n`;
    if (part instanceof Uint8Array) return { bytes: Buffer.from(part).toString('hex') };
    return typeof part === 'number' && (Number.isNaN(part) || Object.is(part, -0))
      ? { number: Object.is(part, -0) ? '-0' : 'NaN' }
      : part;
  });
}

function records(files: readonly DataFile[]): bigint {
  return files.reduce((sum, file) => sum + BigInt(file.recordCount), 0n);
}

function bytes(files: readonly DataFile[]): bigint {
  return files.reduce((sum, file) => sum + BigInt(file.contentSizeBytes ?? file.sizeBytes), 0n);
}

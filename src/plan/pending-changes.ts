import type { DataFile } from '../iceberg/iceberg.ts';

/**
 * What an open transaction has written to a table and not committed, so that it reads its own writes. Added position
 * deletes apply to every data file they name, the added ones too, as they will by the commit's one sequence number.
 */
export type PendingChanges = {
  readonly addedData: readonly DataFile[];
  readonly addedDeletes: readonly DataFile[];
  /** Paths of data files that are no longer part of the table. */
  readonly removedData: ReadonlySet<string>;
};

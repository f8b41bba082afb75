import type { TableName } from '../catalog/catalog.ts';
import type { TemporaryColumn } from './temporary/temporary-columns.ts';
import type { Schema, Snapshot } from '../iceberg/iceberg.ts';

/** What a relation of the mirror stands for in one statement. */
export type RelationRead =
  /** The table as the transaction sees it now. */
  | { readonly kind: 'current'; readonly name: TableName }
  /** One snapshot (null: none yet) read with `schema`. */
  | {
      readonly kind: 'asOf';
      readonly name: TableName;
      readonly snapshot: Snapshot | null;
      readonly schema: Schema;
    }
  /** A temporary table of the session. */
  | {
      readonly kind: 'temporary';
      readonly name: TableName;
      readonly columns: readonly TemporaryColumn[];
    }
  /** A metadata table (`t$snapshots`) of table `name`; `snapshot` undefined means the current one. */
  | {
      readonly kind: 'metadata';
      readonly name: TableName;
      readonly table: string;
      readonly snapshot?: Snapshot | null;
    };

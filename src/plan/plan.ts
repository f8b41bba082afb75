/**
 * Room `plan`: which files a query needs, pure over Iceberg metadata. A *Predicate* in terms of field ids is held
 * against manifest-list summaries, partition values and column bounds; what may hold a match is kept, on any doubt
 * kept. Each surviving data file gets the deletes that apply to it. A plan never imports an engine: an engine
 * executes a plan. Pruning never changes results: the WHERE stays with the engine. I/O is handed in (ManifestCache):
 * the manifest list and the manifests that survive its summaries are all that is read.
 *
 * The way of a scan (`planScan`): a predicate is *bound* to a schema (no `not`, comparable literals); for a manifest,
 * a partition or a file, *facts* tell what a column may hold at most (null, NaN, limits of the other values);
 * `mayMatch` asks whether the predicate can be true of that. `assignedDeletes` holds the rules of the specification on
 * sequence numbers, specs and partitions. `resolveSnapshot` finds what a time travel means; `metadata-table/` has the
 * tables about a table, as Spark shows them.
 *
 * To debug: `describeScan` is what EXPLAIN prints. A file wrongly pruned is a fact that promises too much:
 * `partitionFacts`, `summaryFacts`, `columnFacts` are pure, call them with the manifest's row.
 *
 * Comparisons are PostgreSQL's: NaN equals NaN and is above everything, -0 equals 0, text compares by code point,
 * uuid by unsigned bytes.
 */
import type { DataFile, IcebergValue, NestedField, PartitionSpec, Schema } from '../iceberg/iceberg.ts';

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** Three-valued like SQL: a row is wanted where the predicate is true. `field` is a field id (nested ids too). */
export type Predicate =
  | { readonly kind: 'true' }
  | { readonly kind: 'false' }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Predicate[] }
  | { readonly kind: 'not'; readonly of: Predicate }
  | { readonly kind: 'compare'; readonly field: number; readonly op: Comparison; readonly value: IcebergValue }
  | { readonly kind: 'in'; readonly field: number; readonly values: readonly IcebergValue[] }
  | { readonly kind: 'startsWith'; readonly field: number; readonly prefix: string }
  | { readonly kind: 'isNull' | 'isNotNull'; readonly field: number };

export type PlannedFile = {
  readonly file: DataFile;
  readonly spec: PartitionSpec;
  readonly dataSequenceNumber: bigint;
  /** Snapshot's sequence for row lineage is dataSequenceNumber; indexes into ScanPlan.positionDeletes. */
  readonly positionDeletes: readonly number[];
  /** Indexes into ScanPlan.equalityDeletes. */
  readonly equalityDeletes: readonly number[];
};

export type EqualityDelete = {
  readonly file: DataFile;
  readonly dataSequenceNumber: bigint;
  /** The delete's key fields, found in any schema of the table (they may have been dropped since). */
  readonly fields: readonly NestedField[];
};

/** Everything an engine needs to read one relation as of one snapshot. */
export type ScanPlan = {
  /** For messages: `ns.table`. */
  readonly table: string;
  /** The schema that the rows are read with. */
  readonly schema: Schema;
  readonly snapshotId: bigint | null;
  readonly files: readonly PlannedFile[];
  readonly positionDeletes: readonly DataFile[];
  readonly equalityDeletes: readonly EqualityDelete[];
  /** Parsed `schema.name-mapping.default`: for files without field ids. */
  readonly nameMapping?: readonly MappedField[];
  readonly counts: PlanCounts;
};

export type MappedField = {
  readonly fieldId?: number;
  readonly names: readonly string[];
  readonly fields?: readonly MappedField[];
};

/** What EXPLAIN shows. */
export type PlanCounts = {
  /** Manifests of data files. */
  readonly manifestsTotal: number;
  readonly manifestsRead: number;
  readonly deleteManifestsTotal: number;
  readonly deleteManifestsRead: number;
  readonly filesTotal: number;
  readonly filesRead: number;
  readonly deleteFilesApplied: number;
  /** Of the data and delete files to read. */
  readonly sizeBytes: number;
  /** Of the data files to read, deleted rows included. */
  readonly recordCount: number;
};

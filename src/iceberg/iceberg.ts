/**
 * Room `iceberg`: the table format (format/spec.md of apache/iceberg) and its commits. Metadata, manifest lists and
 * manifests are parsed and written here; a commit is built here as `{requirements, updates}` and applied purely. It
 * does no I/O by itself: it is handed a Store. Spec JSON keys appear only where metadata is parsed and written.
 *
 * Snapshot ids and sequence numbers are `bigint`; field ids, spec ids, schema ids and counts are numbers.
 */
import type { JsonObject } from './json.ts';

export type PrimitiveType =
  | 'boolean'
  | 'int'
  | 'long'
  | 'float'
  | 'double'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'timestamptz'
  | 'timestamp_ns'
  | 'timestamptz_ns'
  | 'string'
  | 'uuid'
  | 'binary'
  | 'unknown'
  | 'variant'
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'fixed'; readonly length: number }
  | { readonly kind: 'geometry' | 'geography'; readonly text: string };

export type Type = PrimitiveType | StructType | ListType | MapType;
export type StructType = { readonly kind: 'struct'; readonly fields: readonly NestedField[] };
export type ListType = {
  readonly kind: 'list';
  readonly elementId: number;
  readonly element: Type;
  readonly elementRequired: boolean;
};
export type MapType = {
  readonly kind: 'map';
  readonly keyId: number;
  readonly key: Type;
  readonly valueId: number;
  readonly value: Type;
  readonly valueRequired: boolean;
};

export type NestedField = {
  readonly id: number;
  readonly name: string;
  readonly required: boolean;
  readonly type: Type;
  readonly doc?: string;
  /** The specification's JSON single-value form, kept as parsed. */
  readonly initialDefault?: unknown;
  readonly writeDefault?: unknown;
};

export type Schema = {
  readonly schemaId: number;
  readonly fields: readonly NestedField[];
  readonly identifierFieldIds: readonly number[];
};

/** As in metadata: `identity`, `bucket[16]`, `truncate[4]`, `year`, `month`, `day`, `hour`, `void`, or unknown. */
export type Transform =
  | { readonly kind: 'identity' | 'year' | 'month' | 'day' | 'hour' | 'void' }
  | { readonly kind: 'bucket'; readonly buckets: number }
  | { readonly kind: 'truncate'; readonly width: number }
  | { readonly kind: 'unknown'; readonly text: string };

export type PartitionField = {
  readonly fieldId: number;
  readonly sourceId: number;
  readonly name: string;
  readonly transform: Transform;
};
export type PartitionSpec = { readonly specId: number; readonly fields: readonly PartitionField[] };

export type SortField = {
  readonly sourceId: number;
  readonly transform: Transform;
  readonly direction: 'asc' | 'desc';
  readonly nullOrder: 'nulls-first' | 'nulls-last';
};
export type SortOrder = { readonly orderId: number; readonly fields: readonly SortField[] };

export type Snapshot = {
  readonly snapshotId: bigint;
  readonly parentSnapshotId?: bigint;
  readonly sequenceNumber: bigint;
  readonly timestampMs: number;
  readonly manifestList?: string;
  /** v1 only: manifests listed in the metadata itself. */
  readonly manifests?: readonly string[];
  readonly summary: Readonly<Record<string, string>>;
  readonly schemaId?: number;
  readonly firstRowId?: bigint;
  readonly addedRows?: bigint;
  /** Keys we carry without reading them, as parsed. */
  readonly carried?: JsonObject;
};

export type SnapshotRef = {
  readonly snapshotId: bigint;
  readonly type: 'branch' | 'tag';
  readonly maxRefAgeMs?: number;
  readonly maxSnapshotAgeMs?: number;
  readonly minSnapshotsToKeep?: number;
  readonly carried?: JsonObject;
};

export type TableMetadata = {
  readonly formatVersion: 1 | 2 | 3;
  readonly tableUuid: string;
  readonly location: string;
  readonly lastSequenceNumber: bigint;
  readonly lastUpdatedMs: number;
  readonly lastColumnId: number;
  readonly schemas: readonly Schema[];
  readonly currentSchemaId: number;
  readonly partitionSpecs: readonly PartitionSpec[];
  readonly defaultSpecId: number;
  readonly lastPartitionId: number;
  readonly sortOrders: readonly SortOrder[];
  readonly defaultSortOrderId: number;
  readonly properties: Readonly<Record<string, string>>;
  readonly currentSnapshotId: bigint | null;
  readonly snapshots: readonly Snapshot[];
  readonly snapshotLog: readonly { readonly timestampMs: number; readonly snapshotId: bigint }[];
  readonly metadataLog: readonly { readonly timestampMs: number; readonly metadataFile: string }[];
  readonly refs: Readonly<Record<string, SnapshotRef>>;
  readonly nextRowId?: bigint;
  /** Statistics and keys we carry without reading them, as parsed, so that a commit loses nothing. */
  readonly carried: JsonObject;
};

/** One row of a manifest list (`manifest_file`). */
export type ManifestFile = {
  readonly path: string;
  readonly lengthBytes: number;
  readonly specId: number;
  readonly content: 'data' | 'deletes';
  readonly sequenceNumber: bigint;
  readonly minSequenceNumber: bigint;
  readonly addedSnapshotId: bigint;
  readonly addedFilesCount: number;
  readonly existingFilesCount: number;
  readonly deletedFilesCount: number;
  readonly addedRowsCount: bigint;
  readonly existingRowsCount: bigint;
  readonly deletedRowsCount: bigint;
  /** Positional in the manifest's own spec; undefined where the list has none. Bounds are single-value bytes. */
  readonly partitions?: readonly FieldSummary[];
  readonly keyMetadata?: Uint8Array;
  readonly firstRowId?: bigint;
};
export type FieldSummary = {
  readonly containsNull: boolean;
  readonly containsNan?: boolean;
  readonly lowerBound?: Uint8Array;
  readonly upperBound?: Uint8Array;
};

/**
 * A value in Iceberg's own terms: boolean; number for int, float, double, date (days); bigint for long, time,
 * timestamps (micros, or nanos for the _ns types) and decimals (unscaled); string; Uint8Array for binary, fixed, uuid.
 */
export type IcebergValue = null | boolean | number | bigint | string | Uint8Array;

export type FileContent = 'data' | 'position-deletes' | 'equality-deletes';

/** `data_file` of a manifest entry. Maps are by field id; bounds are single-value bytes. */
export type DataFile = {
  readonly content: FileContent;
  readonly path: string;
  readonly format: 'parquet' | 'avro' | 'orc' | 'puffin';
  readonly specId: number;
  /** Positional in the file's spec. */
  readonly partition: readonly IcebergValue[];
  readonly recordCount: number;
  readonly sizeBytes: number;
  readonly columnSizes?: ReadonlyMap<number, bigint>;
  readonly valueCounts?: ReadonlyMap<number, bigint>;
  readonly nullCounts?: ReadonlyMap<number, bigint>;
  readonly nanCounts?: ReadonlyMap<number, bigint>;
  readonly lowerBounds?: ReadonlyMap<number, Uint8Array>;
  readonly upperBounds?: ReadonlyMap<number, Uint8Array>;
  readonly keyMetadata?: Uint8Array;
  readonly splitOffsets?: readonly bigint[];
  readonly equalityIds?: readonly number[];
  readonly sortOrderId?: number;
  readonly firstRowId?: bigint;
  readonly referencedDataFile?: string;
  readonly contentOffset?: bigint;
  readonly contentSizeBytes?: bigint;
};

/** A live manifest entry with inheritance applied (spec: Sequence Number Inheritance). */
export type ManifestEntry = {
  readonly status: 'existing' | 'added' | 'deleted';
  readonly snapshotId: bigint;
  readonly dataSequenceNumber: bigint;
  readonly fileSequenceNumber: bigint;
  readonly file: DataFile;
};

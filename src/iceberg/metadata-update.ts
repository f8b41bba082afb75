import type { PartitionSpec, Schema, Snapshot, SnapshotRef, SortOrder, TableMetadata } from './iceberg.ts';

/** A change of table metadata, as a REST catalog takes it (open API: TableUpdate). Id -1 is the one last added. */
export type MetadataUpdate =
  | { readonly action: 'upgrade-format-version'; readonly formatVersion: TableMetadata['formatVersion'] }
  | { readonly action: 'add-schema'; readonly schema: Schema }
  | { readonly action: 'set-current-schema'; readonly schemaId: number }
  | { readonly action: 'add-spec'; readonly spec: PartitionSpec }
  | { readonly action: 'set-default-spec'; readonly specId: number }
  | { readonly action: 'add-sort-order'; readonly sortOrder: SortOrder }
  | { readonly action: 'set-default-sort-order'; readonly sortOrderId: number }
  | { readonly action: 'set-properties'; readonly updates: Readonly<Record<string, string>> }
  | { readonly action: 'remove-properties'; readonly removals: readonly string[] }
  | { readonly action: 'add-snapshot'; readonly snapshot: Snapshot }
  | { readonly action: 'remove-snapshots'; readonly snapshotIds: readonly bigint[] }
  | { readonly action: 'set-snapshot-ref'; readonly name: string; readonly ref: SnapshotRef }
  | { readonly action: 'remove-snapshot-ref'; readonly name: string }
  | { readonly action: 'set-location'; readonly location: string };

/** What must hold of the base for an update to be applied (open API: TableRequirement). */
export type TableRequirement =
  | { readonly type: 'assert-create' }
  | { readonly type: 'assert-table-uuid'; readonly uuid: string }
  | { readonly type: 'assert-ref-snapshot-id'; readonly ref: string; readonly snapshotId: bigint | null }
  | { readonly type: 'assert-last-assigned-field-id'; readonly lastColumnId: number }
  | { readonly type: 'assert-last-assigned-partition-id'; readonly lastPartitionId: number }
  | { readonly type: 'assert-current-schema-id'; readonly schemaId: number }
  | { readonly type: 'assert-default-spec-id'; readonly specId: number }
  | { readonly type: 'assert-default-sort-order-id'; readonly sortOrderId: number };

/** Whether the base (null: there is no table) meets a requirement. */
export function meets(base: TableMetadata | null, requirement: TableRequirement): boolean {
  if (requirement.type === 'assert-create') return base === null;
  if (base === null) return false;
  switch (requirement.type) {
    case 'assert-table-uuid':
      return base.tableUuid === requirement.uuid;
    case 'assert-ref-snapshot-id':
      return (base.refs[requirement.ref]?.snapshotId ?? null) === requirement.snapshotId;
    case 'assert-last-assigned-field-id':
      return base.lastColumnId === requirement.lastColumnId;
    case 'assert-last-assigned-partition-id':
      return base.lastPartitionId === requirement.lastPartitionId;
    case 'assert-current-schema-id':
      return base.currentSchemaId === requirement.schemaId;
    case 'assert-default-spec-id':
      return base.defaultSpecId === requirement.specId;
    case 'assert-default-sort-order-id':
      return base.defaultSortOrderId === requirement.sortOrderId;
  }
}

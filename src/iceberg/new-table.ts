import { randomUUID } from 'node:crypto';
import { highestFieldId } from './highest-field-id.ts';
import type { PartitionSpec, Schema, SortOrder, TableMetadata } from './iceberg.ts';

export type NewTable = {
  /** Field ids are assigned, from 1, each once. */
  readonly schema: Schema;
  /** Field ids from 1000. */
  readonly spec: PartitionSpec;
  readonly sortOrder: SortOrder;
  readonly location: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly formatVersion: 1 | 2;
};

/** Metadata of a table without snapshots. */
export function newTableMetadata(table: NewTable, nowMs: number = Date.now()): TableMetadata {
  const unsorted = table.sortOrder.fields.length === 0;
  const orderId = unsorted ? 0 : Math.max(1, table.sortOrder.orderId);
  return {
    formatVersion: table.formatVersion,
    tableUuid: randomUUID(),
    location: table.location.replace(/\/+$/, ''),
    lastSequenceNumber: 0n,
    lastUpdatedMs: nowMs,
    lastColumnId: highestFieldId(table.schema.fields),
    schemas: [table.schema],
    currentSchemaId: table.schema.schemaId,
    partitionSpecs: [table.spec],
    defaultSpecId: table.spec.specId,
    lastPartitionId: Math.max(999, ...table.spec.fields.map((field) => field.fieldId)),
    sortOrders: [{ orderId, fields: table.sortOrder.fields }],
    defaultSortOrderId: orderId,
    properties: table.properties,
    currentSnapshotId: null,
    snapshots: [],
    snapshotLog: [],
    metadataLog: [],
    refs: {},
    carried: {},
  };
}

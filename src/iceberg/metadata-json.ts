import { formatVersionNotSupported, malformed } from './errors.ts';
import { JsonReader } from './json-reader.ts';
import { parseSpec, parseSpecFields, specFieldsJson, specJson } from './spec-json.ts';
import { parseSchema, schemaJson } from './schema-json.ts';
import { parseRef, parseSnapshot, present, refJson, snapshotJson } from './snapshot-json.ts';
import { parseSortOrder, sortOrderJson } from './sort-order-json.ts';
import type { PartitionSpec, Schema, SnapshotRef, TableMetadata } from './iceberg.ts';
import type { Json, JsonObject } from './json.ts';

/**
 * Table metadata from its JSON form (spec: Table Metadata Fields), versions 1 to 3. What v1 leaves out is filled in:
 * one schema and spec become lists of one, -1 for "no snapshot" becomes null, `main` is a ref, no uuid is ''.
 */
export function parseTableMetadata(value: Json): TableMetadata {
  const reader = new JsonReader(value, 'table metadata');
  const formatVersion = parseFormatVersion(reader);
  const { schemas, currentSchemaId } = parseSchemas(reader);
  const { partitionSpecs, defaultSpecId, lastPartitionId } = parseSpecs(reader);
  const sortOrders = (reader.optionalList('sort-orders') ?? []).map(parseSortOrder);
  const current = reader.optionalLong('current-snapshot-id') ?? -1n;
  const currentSnapshotId = current === -1n ? null : current;
  const metadata = {
    formatVersion,
    tableUuid: reader.optionalString('table-uuid') ?? '',
    location: reader.string('location'),
    lastSequenceNumber: reader.optionalLong('last-sequence-number') ?? 0n,
    lastUpdatedMs: reader.number('last-updated-ms'),
    lastColumnId: reader.number('last-column-id'),
    schemas,
    currentSchemaId,
    partitionSpecs,
    defaultSpecId,
    lastPartitionId,
    sortOrders: sortOrders.length > 0 ? sortOrders : [{ orderId: 0, fields: [] }],
    defaultSortOrderId: reader.optionalNumber('default-sort-order-id') ?? 0,
    properties: reader.strings('properties'),
    currentSnapshotId,
    snapshots: (reader.optionalList('snapshots') ?? []).map(parseSnapshot),
    snapshotLog: (reader.optionalList('snapshot-log') ?? []).map(parseSnapshotLogEntry),
    metadataLog: (reader.optionalList('metadata-log') ?? []).map(parseMetadataLogEntry),
    refs: parseRefs(reader, currentSnapshotId),
    nextRowId: formatVersion >= 3 ? (reader.optionalLong('next-row-id') ?? 0n) : undefined,
  };
  return present<TableMetadata>({ ...metadata, carried: reader.carried() ?? {} });
}

export function tableMetadataJson(metadata: TableMetadata): JsonObject {
  const { formatVersion } = metadata;
  const schema = metadata.schemas.find((candidate) => candidate.schemaId === metadata.currentSchemaId);
  const spec = metadata.partitionSpecs.find((candidate) => candidate.specId === metadata.defaultSpecId);
  if (schema === undefined || spec === undefined) {
    throw malformed('table metadata', 'the current schema or the default partition spec is missing');
  }
  return present<JsonObject>({
    'format-version': formatVersion,
    'table-uuid': metadata.tableUuid === '' ? undefined : metadata.tableUuid,
    location: metadata.location,
    'last-sequence-number': formatVersion === 1 ? undefined : metadata.lastSequenceNumber,
    'last-updated-ms': metadata.lastUpdatedMs,
    'last-column-id': metadata.lastColumnId,
    schema: formatVersion === 1 ? schemaJson(schema) : undefined,
    'current-schema-id': metadata.currentSchemaId,
    schemas: metadata.schemas.map(schemaJson),
    'partition-spec': formatVersion === 1 ? specFieldsJson(spec) : undefined,
    'default-spec-id': metadata.defaultSpecId,
    'partition-specs': metadata.partitionSpecs.map(specJson),
    'last-partition-id': metadata.lastPartitionId,
    'default-sort-order-id': metadata.defaultSortOrderId,
    'sort-orders': metadata.sortOrders.map(sortOrderJson),
    properties: metadata.properties,
    // As Iceberg's Java library writes "no snapshot", which its older readers expect.
    'current-snapshot-id': metadata.currentSnapshotId ?? (formatVersion < 3 ? -1 : undefined),
    'next-row-id': metadata.nextRowId,
    refs: Object.fromEntries(Object.entries(metadata.refs).map(([name, ref]) => [name, refJson(ref)])),
    snapshots: metadata.snapshots.map((snapshot) => snapshotJson(snapshot, formatVersion)),
    'snapshot-log': metadata.snapshotLog.map((entry) => ({
      'timestamp-ms': entry.timestampMs,
      'snapshot-id': entry.snapshotId,
    })),
    'metadata-log': metadata.metadataLog.map((entry) => ({
      'timestamp-ms': entry.timestampMs,
      'metadata-file': entry.metadataFile,
    })),
    ...metadata.carried,
  });
}

function parseFormatVersion(reader: JsonReader): 1 | 2 | 3 {
  const version = reader.number('format-version');
  if (version === 1 || version === 2 || version === 3) return version;
  throw formatVersionNotSupported(version);
}

function parseSchemas(reader: JsonReader): { schemas: readonly Schema[]; currentSchemaId: number } {
  const list = reader.optionalList('schemas');
  const single = reader.optional('schema');
  if (list !== undefined && list.length > 0) {
    return { schemas: list.map(parseSchema), currentSchemaId: reader.number('current-schema-id') };
  }
  if (single === undefined) throw malformed('table metadata', 'it has no schema');
  const schema = parseSchema(single);
  return { schemas: [schema], currentSchemaId: reader.optionalNumber('current-schema-id') ?? schema.schemaId };
}

function parseSpecs(reader: JsonReader): Pick<TableMetadata, 'partitionSpecs' | 'defaultSpecId' | 'lastPartitionId'> {
  const list = reader.optionalList('partition-specs');
  const single = reader.optionalList('partition-spec');
  const partitionSpecs: readonly PartitionSpec[] =
    list !== undefined && list.length > 0
      ? list.map(parseSpec)
      : [{ specId: 0, fields: parseSpecFields(single ?? []) }];
  const highest = Math.max(999, ...partitionSpecs.flatMap((spec) => spec.fields.map((field) => field.fieldId)));
  return {
    partitionSpecs,
    defaultSpecId: reader.optionalNumber('default-spec-id') ?? partitionSpecs[0]!.specId,
    lastPartitionId: reader.optionalNumber('last-partition-id') ?? highest,
  };
}

function parseRefs(reader: JsonReader, currentSnapshotId: bigint | null): Readonly<Record<string, SnapshotRef>> {
  const refs = Object.entries(reader.has('refs') ? reader.object('refs') : {}).map(
    ([name, ref]): [string, SnapshotRef] => [name, parseRef(ref)],
  );
  reader.optional('refs');
  if (currentSnapshotId !== null && !refs.some(([name]) => name === 'main')) {
    refs.push(['main', { snapshotId: currentSnapshotId, type: 'branch' }]);
  }
  return Object.fromEntries(refs);
}

function parseSnapshotLogEntry(value: Json): { timestampMs: number; snapshotId: bigint } {
  const reader = new JsonReader(value, 'snapshot log');
  return { timestampMs: reader.number('timestamp-ms'), snapshotId: reader.long('snapshot-id') };
}

function parseMetadataLogEntry(value: Json): { timestampMs: number; metadataFile: string } {
  const reader = new JsonReader(value, 'metadata log');
  return { timestampMs: reader.number('timestamp-ms'), metadataFile: reader.string('metadata-file') };
}

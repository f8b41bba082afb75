import { decimalBytes } from './decimal-bytes.ts';
import type { PartitionSpec, TableMetadata, Type } from './iceberg.ts';
import type { Json, JsonObject } from './json.ts';

/** Avro schema of a manifest (spec: Manifests); partition fields have the transforms' result types. */
export function manifestSchema(
  formatVersion: TableMetadata['formatVersion'],
  spec: PartitionSpec,
  partitionTypes: readonly (Type | undefined)[],
): JsonObject {
  const partition: JsonObject = {
    type: 'record',
    name: 'r102',
    fields: spec.fields.map((field, index) => {
      const name = avroName(field.name);
      return {
        ...optional(field.fieldId, name, avroType(partitionTypes[index], field.fieldId)),
        ...(name !== field.name && { 'iceberg-field-name': field.name }),
      };
    }),
  };
  const v1 = formatVersion === 1;
  return record('manifest_entry', [
    required(0, 'status', 'int'),
    v1 ? required(1, 'snapshot_id', 'long') : optional(1, 'snapshot_id', 'long'),
    ...(v1 ? [] : [optional(3, 'sequence_number', 'long'), optional(4, 'file_sequence_number', 'long')]),
    required(2, 'data_file', record('r2', dataFileFields(formatVersion, partition))),
  ]);
}

function dataFileFields(formatVersion: TableMetadata['formatVersion'], partition: JsonObject): readonly JsonObject[] {
  const v1 = formatVersion === 1;
  return [
    ...(v1 ? [] : [required(134, 'content', 'int')]),
    required(100, 'file_path', 'string'),
    required(101, 'file_format', 'string'),
    required(102, 'partition', partition),
    required(103, 'record_count', 'long'),
    required(104, 'file_size_in_bytes', 'long'),
    ...(v1 ? [required(105, 'block_size_in_bytes', 'long')] : []),
    optional(108, 'column_sizes', keyed(117, 118, 'long')),
    optional(109, 'value_counts', keyed(119, 120, 'long')),
    optional(110, 'null_value_counts', keyed(121, 122, 'long')),
    optional(137, 'nan_value_counts', keyed(138, 139, 'long')),
    optional(125, 'lower_bounds', keyed(126, 127, 'bytes')),
    optional(128, 'upper_bounds', keyed(129, 130, 'bytes')),
    optional(131, 'key_metadata', 'bytes'),
    optional(132, 'split_offsets', { type: 'array', items: 'long', 'element-id': 133 }),
    ...(v1 ? [] : [optional(135, 'equality_ids', { type: 'array', items: 'int', 'element-id': 136 })]),
    optional(140, 'sort_order_id', 'int'),
    ...(v1 ? [] : [optional(143, 'referenced_data_file', 'string')]),
  ];
}

/** Avro schema of a manifest list (spec: Manifest Lists). */
export function manifestListSchema(formatVersion: TableMetadata['formatVersion']): JsonObject {
  const summary = record('r508', [
    required(509, 'contains_null', 'boolean'),
    optional(518, 'contains_nan', 'boolean'),
    optional(510, 'lower_bound', 'bytes'),
    optional(511, 'upper_bound', 'bytes'),
  ]);
  return record('manifest_file', [
    required(500, 'manifest_path', 'string'),
    required(501, 'manifest_length', 'long'),
    required(502, 'partition_spec_id', 'int'),
    ...(formatVersion === 1
      ? []
      : [
          required(517, 'content', 'int'),
          required(515, 'sequence_number', 'long'),
          required(516, 'min_sequence_number', 'long'),
        ]),
    required(503, 'added_snapshot_id', 'long'),
    required(504, 'added_files_count', 'int'),
    required(505, 'existing_files_count', 'int'),
    required(506, 'deleted_files_count', 'int'),
    required(512, 'added_rows_count', 'long'),
    required(513, 'existing_rows_count', 'long'),
    required(514, 'deleted_rows_count', 'long'),
    optional(507, 'partitions', { type: 'array', items: summary, 'element-id': 508 }),
    optional(519, 'key_metadata', 'bytes'),
  ]);
}

/** A name that Avro allows, made as Iceberg's Java library makes it. */
export function avroName(name: string): string {
  const escaped = Array.from({ length: name.length }, (_, index) => {
    const unit = name[index]!;
    if (/[A-Za-z_]/.test(unit) || (index > 0 && /[0-9]/.test(unit))) return unit;
    return /[0-9]/.test(unit) ? `_${unit}` : `_x${name.charCodeAt(index).toString(16).toUpperCase()}`;
  });
  return escaped.length === 0 ? '_' : escaped.join('');
}

function record(name: string, fields: readonly Json[]): JsonObject {
  return { type: 'record', name, fields };
}

function required(id: number, name: string, type: Json): JsonObject {
  return { name, type, 'field-id': id };
}

function optional(id: number, name: string, type: Json): JsonObject {
  return { name, type: ['null', type], default: null, 'field-id': id };
}

/** A map from an int, which Avro has no map for: an array of pairs. */
function keyed(keyId: number, valueId: number, value: 'long' | 'bytes'): JsonObject {
  const pair = record(`k${keyId}_v${valueId}`, [required(keyId, 'key', 'int'), required(valueId, 'value', value)]);
  return { type: 'array', items: pair, logicalType: 'map' };
}

/** Spec: Appendix A, Avro. Named types have the field's id in their name, since Avro allows each name once. */
function avroType(type: Type | undefined, fieldId: number): Json {
  if (typeof type === 'object' && type.kind === 'decimal') {
    const { precision, scale } = type;
    const name = `decimal_${precision}_${scale}_${fieldId}`;
    return { type: 'fixed', name, size: decimalBytes(precision), logicalType: 'decimal', precision, scale };
  }
  if (typeof type === 'object' && type.kind === 'fixed') {
    return { type: 'fixed', name: `fixed_${type.length}_${fieldId}`, size: type.length };
  }
  switch (type) {
    case 'boolean':
    case 'int':
    case 'long':
    case 'float':
    case 'double':
    case 'string':
      return type;
    case 'date':
      return { type: 'int', logicalType: 'date' };
    case 'time':
      return { type: 'long', logicalType: 'time-micros' };
    case 'timestamp':
      return { type: 'long', logicalType: 'timestamp-micros', 'adjust-to-utc': false };
    case 'timestamptz':
      return { type: 'long', logicalType: 'timestamp-micros', 'adjust-to-utc': true };
    case 'timestamp_ns':
      return { type: 'long', logicalType: 'timestamp-nanos', 'adjust-to-utc': false };
    case 'timestamptz_ns':
      return { type: 'long', logicalType: 'timestamp-nanos', 'adjust-to-utc': true };
    case 'uuid':
      return { type: 'fixed', name: `uuid_fixed_${fieldId}`, size: 16, logicalType: 'uuid' };
    case 'binary':
      return 'bytes';
    default:
      // A void field over a column that is gone: every value is null.
      return 'int';
  }
}

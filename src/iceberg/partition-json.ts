import { JsonReader } from './json-reader.ts';
import type { PartitionField, PartitionSpec, Transform } from './iceberg.ts';
import type { Json, JsonObject } from './json.ts';

export function parseSpec(value: Json): PartitionSpec {
  const reader = new JsonReader(value, 'partition spec');
  return { specId: reader.number('spec-id'), fields: parseSpecFields(reader.list('fields')) };
}

/** Fields of a spec; v1 may leave out field ids: they are 1000, 1001, ... in order then. */
export function parseSpecFields(fields: readonly Json[]): readonly PartitionField[] {
  return fields.map((value, index) => {
    const reader = new JsonReader(value, 'partition field');
    const sources = reader.optionalList('source-ids');
    const transform = parseTransform(reader.string('transform'));
    return {
      fieldId: reader.optionalNumber('field-id') ?? 1000 + index,
      sourceId: reader.optionalNumber('source-id') ?? Number(sources?.[0] ?? -1),
      name: reader.string('name'),
      // A transform of several sources (v3) is one that we do not know.
      transform: (sources?.length ?? 1) > 1 ? { kind: 'unknown', text: transformText(transform) } : transform,
    };
  });
}

export function specJson(spec: PartitionSpec): JsonObject {
  return { 'spec-id': spec.specId, fields: specFieldsJson(spec) };
}

export function specFieldsJson(spec: PartitionSpec): readonly JsonObject[] {
  return spec.fields.map((field) => ({
    name: field.name,
    transform: transformText(field.transform),
    'source-id': field.sourceId,
    'field-id': field.fieldId,
  }));
}

export function parseTransform(text: string): Transform {
  switch (text) {
    case 'identity':
    case 'year':
    case 'month':
    case 'day':
    case 'hour':
    case 'void':
      return { kind: text };
  }
  const sized = /^(bucket|truncate)\[(\d+)\]$/.exec(text);
  if (sized?.[1] === 'bucket') return { kind: 'bucket', buckets: Number(sized[2]) };
  if (sized?.[1] === 'truncate') return { kind: 'truncate', width: Number(sized[2]) };
  return { kind: 'unknown', text };
}

export function transformText(transform: Transform): string {
  switch (transform.kind) {
    case 'bucket':
      return `bucket[${transform.buckets}]`;
    case 'truncate':
      return `truncate[${transform.width}]`;
    case 'unknown':
      return transform.text;
    default:
      return transform.kind;
  }
}

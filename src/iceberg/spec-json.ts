import { JsonReader } from './json-reader.ts';
import { parseTransform, transformText } from './transform-text.ts';
import type { PartitionField, PartitionSpec } from './iceberg.ts';
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

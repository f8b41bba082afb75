import { JsonReader } from './json-reader.ts';
import { parseStruct, typeJson } from './type-json.ts';
import type { Schema } from './iceberg.ts';
import type { Json, JsonObject } from './json.ts';

/** v1's single `schema` may lack an id: it is 0 then. */
export function parseSchema(value: Json): Schema {
  const reader = new JsonReader(value, 'schema');
  return {
    schemaId: reader.optionalNumber('schema-id') ?? 0,
    fields: parseStruct(value).fields,
    identifierFieldIds: (reader.optionalList('identifier-field-ids') ?? []).map(Number),
  };
}

export function schemaJson(schema: Schema): JsonObject {
  return {
    type: 'struct',
    'schema-id': schema.schemaId,
    ...(schema.identifierFieldIds.length > 0 && { 'identifier-field-ids': [...schema.identifierFieldIds] }),
    fields: (typeJson({ kind: 'struct', fields: schema.fields }) as JsonObject)['fields']!,
  };
}

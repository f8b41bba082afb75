import type { NestedField, PartitionSpec, Schema, TableMetadata, Type } from './iceberg.ts';

/**
 * The result types of a spec's fields, positional; undefined where the source column is in no schema or the
 * transform is unknown. Sources are looked up in the current schema first: promoted columns have their new type.
 */
export function partitionTypes(spec: PartitionSpec, metadata: TableMetadata): readonly (Type | undefined)[] {
  const schemas = metadata.schemas.toSorted((a, b) => rank(b, metadata) - rank(a, metadata));
  return spec.fields.map((field) => {
    switch (field.transform.kind) {
      case 'bucket':
      case 'year':
      case 'month':
      case 'hour':
        return 'int';
      case 'day':
        return 'date';
      case 'unknown':
        return undefined;
      default:
        return sourceType(field.sourceId, schemas);
    }
  });
}

/** The field of a schema with this id, at any depth. */
export function findField(fields: readonly NestedField[], id: number): NestedField | undefined {
  for (const field of fields) {
    if (field.id === id) return field;
    const inside = findField(childFields(field.type), id);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/** The fields directly inside a type: of a struct its own, of a list its element, of a map key and value. */
export function childFields(type: Type): readonly NestedField[] {
  if (typeof type === 'string') return [];
  switch (type.kind) {
    case 'struct':
      return type.fields;
    case 'list':
      return [{ id: type.elementId, name: 'element', required: type.elementRequired, type: type.element }];
    case 'map':
      return [
        { id: type.keyId, name: 'key', required: true, type: type.key },
        { id: type.valueId, name: 'value', required: type.valueRequired, type: type.value },
      ];
    default:
      return [];
  }
}

function sourceType(id: number, schemas: readonly Schema[]): Type | undefined {
  for (const schema of schemas) {
    const field = findField(schema.fields, id);
    if (field !== undefined) return field.type;
  }
  return undefined;
}

/** The current schema before all others, then the newest first. */
function rank(schema: Schema, metadata: TableMetadata): number {
  return schema.schemaId === metadata.currentSchemaId ? Number.POSITIVE_INFINITY : schema.schemaId;
}

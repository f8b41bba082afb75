import { SqlError } from '../base/sql-error.ts';
import { applyUpdates } from './apply-updates.ts';
import type { NestedField, Schema, TableMetadata, Type } from './iceberg.ts';

/** Names from the top-level column inwards; a list's element and a map's key and value go by those words. */
export type ColumnPath = string | readonly string[];

export function currentSchema(metadata: TableMetadata): Schema {
  return metadata.schemas.find((schema) => schema.schemaId === metadata.currentSchemaId)!;
}

/** The fields with the one at `names` replaced by what `change` makes of it; 42703 if there is none. */
export function changeField(
  fields: readonly NestedField[],
  names: readonly string[],
  change: (field: NestedField) => readonly NestedField[],
): readonly NestedField[] {
  const [name, ...rest] = names;
  if (!fields.some((field) => field.name === name)) {
    throw new SqlError({ sqlstate: '42703', message: `column "${names.join('.')}" does not exist` });
  }
  return fields.flatMap((field) => {
    if (field.name !== name) return [field];
    return rest.length === 0 ? change(field) : [{ ...field, type: changeInside(field.type, rest, change) }];
  });
}

export function withFields(
  metadata: TableMetadata,
  fields: readonly NestedField[],
  identifierFieldIds: readonly number[] = currentSchema(metadata).identifierFieldIds,
): TableMetadata {
  const schema = { ...currentSchema(metadata), fields, identifierFieldIds };
  return applyUpdates(metadata, [
    { action: 'add-schema', schema },
    { action: 'set-current-schema', schemaId: -1 },
  ]);
}

export function namesOf(path: ColumnPath): readonly string[] {
  return typeof path === 'string' ? [path] : path;
}

export function fieldAt(metadata: TableMetadata, names: readonly string[]): NestedField {
  let found: NestedField | undefined;
  changeField(currentSchema(metadata).fields, names, (field) => {
    found = field;
    return [field];
  });
  return found!;
}

export function structAt(metadata: TableMetadata, names: readonly string[]): Extract<Type, { kind: 'struct' }> {
  const { type } = fieldAt(metadata, names);
  if (typeof type === 'object' && type.kind === 'struct') return type;
  throw new SqlError({ sqlstate: '42809', message: `column "${names.join('.')}" is not a struct` });
}

function changeInside(
  type: Type,
  names: readonly string[],
  change: (field: NestedField) => readonly NestedField[],
): Type {
  if (typeof type === 'object' && type.kind === 'struct')
    return { ...type, fields: changeField(type.fields, names, change) };
  if (typeof type === 'object' && type.kind === 'list') {
    const element = { id: type.elementId, name: 'element', required: type.elementRequired, type: type.element };
    const [changed] = changeField([element], names, change);
    return changed === undefined ? type : { ...type, element: changed.type, elementRequired: changed.required };
  }
  if (typeof type === 'object' && type.kind === 'map') {
    const value = { id: type.valueId, name: 'value', required: type.valueRequired, type: type.value };
    const [changed] = changeField([value], names, change);
    return changed === undefined ? type : { ...type, value: changed.type, valueRequired: changed.required };
  }
  throw new SqlError({ sqlstate: '42703', message: `column "${names.join('.')}" does not exist` });
}

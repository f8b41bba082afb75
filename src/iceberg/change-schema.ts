import { SqlError } from '../base/sql-error.ts';
import { applyUpdates } from './apply-updates.ts';
import { withFreshIds } from './field-ids.ts';
import { withAddedColumn, withRenamedColumn } from './name-mapping.ts';
import { primitiveText } from './type-json.ts';
import type { NestedField, PrimitiveType, Schema, TableMetadata, Type } from './iceberg.ts';

/** Names from the top-level column inwards; a list's element and a map's key and value go by those words. */
export type ColumnPath = string | readonly string[];

export type NewColumn = {
  readonly name: string;
  /** Ids inside the type are given anew. */
  readonly type: Type;
  readonly doc?: string;
};

/** Appends an optional column, at the top or inside the struct at `parent`; its field id was never used before. */
export function addColumn(metadata: TableMetadata, column: NewColumn, parent: ColumnPath = []): TableMetadata {
  const path = namesOf(parent);
  const siblings = path.length === 0 ? currentSchema(metadata).fields : structAt(metadata, path).fields;
  if (siblings.some((field) => field.name === column.name)) throw duplicateColumn(column.name);
  let lastId = metadata.lastColumnId;
  const nextId = (): number => ++lastId;
  const added: NestedField = { id: nextId(), required: false, ...column, type: withFreshIds(column.type, nextId) };
  const fields =
    path.length === 0
      ? [...siblings, added]
      : changeField(currentSchema(metadata).fields, path, (field) => [
          { ...field, type: { kind: 'struct', fields: [...siblings, added] } },
        ]);
  return withFields({ ...withAddedColumn(metadata, added, path), lastColumnId: lastId }, fields);
}

/** Refuses (2BP01) a column that the current partition spec, sort order or identifier needs. */
export function dropColumn(metadata: TableMetadata, path: ColumnPath): TableMetadata {
  const names = namesOf(path);
  const dropped = fieldAt(metadata, names);
  const inside = idsInside(dropped);
  const spec = metadata.partitionSpecs.find((candidate) => candidate.specId === metadata.defaultSpecId);
  const order = metadata.sortOrders.find((candidate) => candidate.orderId === metadata.defaultSortOrderId);
  const needsIt = (field: { readonly sourceId: number }): boolean => inside.has(field.sourceId);
  if (spec?.fields.some((field) => field.transform.kind !== 'void' && needsIt(field)) === true)
    throw columnInUse(names, 'partition spec');
  if (order?.fields.some(needsIt) === true) throw columnInUse(names, 'sort order');
  if (currentSchema(metadata).identifierFieldIds.some((id) => inside.has(id))) throw columnInUse(names, 'primary key');
  return withFields(
    metadata,
    changeField(currentSchema(metadata).fields, names, () => []),
  );
}

export function renameColumn(metadata: TableMetadata, path: ColumnPath, newName: string): TableMetadata {
  const names = namesOf(path);
  const renamed = fieldAt(metadata, names);
  const siblings = names.length === 1 ? currentSchema(metadata).fields : structAt(metadata, names.slice(0, -1)).fields;
  if (siblings.some((field) => field.name === newName && field.id !== renamed.id)) throw duplicateColumn(newName);
  const fields = changeField(currentSchema(metadata).fields, names, (field) => [{ ...field, name: newName }]);
  return withFields(withRenamedColumn(metadata, renamed.id, newName), fields);
}

/** Only promotions that every reader follows (spec: Schema Evolution): int to long, float to double, wider decimal. */
export function promoteColumn(metadata: TableMetadata, path: ColumnPath, type: PrimitiveType): TableMetadata {
  const names = namesOf(path);
  const { type: before } = fieldAt(metadata, names);
  if (!isPromotion(before, type)) throw notAPromotion(names, before, type);
  return withFields(
    metadata,
    changeField(currentSchema(metadata).fields, names, (field) => [{ ...field, type }]),
  );
}

/** Whether values of `before` can be read as `after` (equal types too). */
export function isPromotion(before: Type, after: Type): boolean {
  if (typeof before === 'string') {
    return before === after || (before === 'int' && after === 'long') || (before === 'float' && after === 'double');
  }
  if (typeof after === 'string' || before.kind !== after.kind) return false;
  if (before.kind === 'decimal' && after.kind === 'decimal')
    return before.scale === after.scale && before.precision <= after.precision;
  return before.kind === 'fixed' && after.kind === 'fixed' && before.length === after.length;
}

/** Drops NOT NULL. */
export function makeColumnOptional(metadata: TableMetadata, path: ColumnPath): TableMetadata {
  const names = namesOf(path);
  const { id } = fieldAt(metadata, names);
  if (currentSchema(metadata).identifierFieldIds.includes(id)) throw columnInUse(names, 'primary key');
  return withFields(
    metadata,
    changeField(currentSchema(metadata).fields, names, (field) => [{ ...field, required: false }]),
  );
}

export function setColumnDoc(metadata: TableMetadata, path: ColumnPath, doc: string | undefined): TableMetadata {
  const fields = changeField(currentSchema(metadata).fields, namesOf(path), (field) => {
    const { doc: before, ...rest } = field;
    return before === doc ? [field] : [{ ...rest, ...(doc !== undefined && { doc }) }];
  });
  return withFields(metadata, fields);
}

export function currentSchema(metadata: TableMetadata): Schema {
  return metadata.schemas.find((schema) => schema.schemaId === metadata.currentSchemaId)!;
}

function withFields(metadata: TableMetadata, fields: readonly NestedField[]): TableMetadata {
  const schema = { ...currentSchema(metadata), fields };
  return applyUpdates(metadata, [
    { action: 'add-schema', schema },
    { action: 'set-current-schema', schemaId: -1 },
  ]);
}

function namesOf(path: ColumnPath): readonly string[] {
  return typeof path === 'string' ? [path] : path;
}

function fieldAt(metadata: TableMetadata, names: readonly string[]): NestedField {
  let found: NestedField | undefined;
  changeField(currentSchema(metadata).fields, names, (field) => {
    found = field;
    return [field];
  });
  return found!;
}

function structAt(metadata: TableMetadata, names: readonly string[]): Extract<Type, { kind: 'struct' }> {
  const { type } = fieldAt(metadata, names);
  if (typeof type === 'object' && type.kind === 'struct') return type;
  throw new SqlError({ sqlstate: '42809', message: `column "${names.join('.')}" is not a struct` });
}

function idsInside(field: NestedField): ReadonlySet<number> {
  const ids = new Set([field.id]);
  if (typeof field.type !== 'object') return ids;
  const inner = field.type.kind === 'struct' ? field.type.fields : [];
  for (const child of inner) for (const id of idsInside(child)) ids.add(id);
  return ids;
}

/** The fields with the one at `names` replaced by what `change` makes of it; 42703 if there is none. */
function changeField(
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

function duplicateColumn(name: string): SqlError {
  return new SqlError({ sqlstate: '42701', message: `column "${name}" already exists` });
}

function columnInUse(names: readonly string[], user: string): SqlError {
  return new SqlError({
    sqlstate: '2BP01',
    message: `cannot drop column "${names.join('.')}" because the ${user} depends on it`,
  });
}

function notAPromotion(names: readonly string[], before: Type, after: PrimitiveType): SqlError {
  const from =
    typeof before === 'object' && (before.kind === 'struct' || before.kind === 'list' || before.kind === 'map')
      ? before.kind
      : primitiveText(before);
  return new SqlError({
    sqlstate: '0A000',
    message: `cannot change column "${names.join('.')}" from ${from} to ${primitiveText(after)}`,
    hint: 'Iceberg widens int to long, float to double, and decimals to a higher precision.',
  });
}

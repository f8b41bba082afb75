import type { TableName } from '../catalog/catalog.ts';
import type { Schema } from '../iceberg/iceberg.ts';
import { rememberedType } from '../translate/postgres-type-of.ts';

/**
 * The name of the primary key that the mirror shows, undefined without one: a table's identifier fields, where all of
 * them are required columns of types that Postgres has an order for. The table property `bergwire.primary-key`
 * remembers the name.
 */
export function primaryKeyName(
  table: TableName,
  schema: Schema,
  properties: Readonly<Record<string, string>>,
): string | undefined {
  const columns = schema.identifierFieldIds.map((id) => schema.fields.find((field) => field.id === id));
  const isKey = columns.every((field) => {
    if (field === undefined || !field.required) return false;
    const { id, type } = field;
    if (typeof type === 'object') return type.kind === 'decimal';
    return !UNORDERED.test(rememberedType(properties[`bergwire.type.${id}`], type) ?? '');
  });
  return columns.length > 0 && isKey ? (properties['bergwire.primary-key'] ?? `${table.name}_pkey`) : undefined;
}

/** Types without a default operator class for btree. */
const UNORDERED = /^(json|xml|xid|point|lseg|path|box|polygon|line|circle)\b/;

import { fileColumns } from './file-columns.ts';
import { sqlName } from '../../base/sql-name.ts';
import type { NestedField, Type } from '../../iceberg/iceberg.ts';

/** The FIELD_IDS option of COPY for columns with the names of `fileColumns`. */
export function fieldIds(fields: readonly NestedField[]): string {
  const names = fileColumns(fields);
  return `{${fields.map((field, index) => `${sqlName(names[index]!)}: ${idsOf(field.id, field.type)}`).join(', ')}}`;
}

function idsOf(id: number, type: Type): string {
  if (typeof type === 'string' || !('kind' in type)) return String(id);
  switch (type.kind) {
    case 'struct': {
      const children = type.fields.map((field) => `${sqlName(field.name)}: ${idsOf(field.id, field.type)}`);
      return `{__duckdb_field_id: ${id}${children.map((child) => `, ${child}`).join('')}}`;
    }
    case 'list':
      return `{__duckdb_field_id: ${id}, element: ${idsOf(type.elementId, type.element)}}`;
    case 'map':
      return `{__duckdb_field_id: ${id}, key: ${idsOf(type.keyId, type.key)}, value: ${idsOf(type.valueId, type.value)}}`;
    default:
      return String(id);
  }
}

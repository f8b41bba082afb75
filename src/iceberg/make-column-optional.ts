import { changeField, currentSchema, fieldAt, namesOf, withFields } from './change-field.ts';
import { columnInUse } from './errors.ts';
import type { ColumnPath } from './change-field.ts';
import type { TableMetadata } from './iceberg.ts';

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

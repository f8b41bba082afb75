import { changeField, currentSchema, withFields } from './change-field.ts';
import type { TableMetadata } from './iceberg.ts';

/** Sets NOT NULL; whoever does it has made sure that no row has a null there. */
export function requireColumn(metadata: TableMetadata, name: string): TableMetadata {
  return withFields(
    metadata,
    changeField(currentSchema(metadata).fields, [name], (field) => [{ ...field, required: true }]),
  );
}

import { changeField, currentSchema, namesOf, withFields } from './change-field.ts';
import type { ColumnPath } from './change-field.ts';
import type { TableMetadata } from './iceberg.ts';

/** The field's comment; undefined takes it away. */
export function setColumnDoc(metadata: TableMetadata, path: ColumnPath, doc: string | undefined): TableMetadata {
  const fields = changeField(currentSchema(metadata).fields, namesOf(path), (field) => {
    const { doc: before, ...rest } = field;
    return before === doc ? [field] : [{ ...rest, ...(doc !== undefined && { doc }) }];
  });
  return withFields(metadata, fields);
}

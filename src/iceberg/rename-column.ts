import { changeField, currentSchema, fieldAt, namesOf, structAt, withFields } from './change-field.ts';
import { duplicateColumn } from './errors.ts';
import { withRenameInNameMapping } from './name-mapping.ts';
import type { ColumnPath } from './change-field.ts';
import type { TableMetadata } from './iceberg.ts';

/** The column keeps its field id; files are read by that. */
export function renameColumn(metadata: TableMetadata, path: ColumnPath, newName: string): TableMetadata {
  const names = namesOf(path);
  const renamed = fieldAt(metadata, names);
  const siblings = names.length === 1 ? currentSchema(metadata).fields : structAt(metadata, names.slice(0, -1)).fields;
  if (siblings.some((field) => field.name === newName && field.id !== renamed.id)) throw duplicateColumn(newName);
  const fields = changeField(currentSchema(metadata).fields, names, (field) => [{ ...field, name: newName }]);
  return withFields(withRenameInNameMapping(metadata, renamed.id, newName), fields);
}

import { changeField, currentSchema, namesOf, structAt, withFields } from './change-field.ts';
import { duplicateColumn } from './errors.ts';
import { withFreshIds } from './fresh-ids.ts';
import { withColumnInNameMapping } from './name-mapping.ts';
import type { ColumnPath } from './change-field.ts';
import type { NestedField, TableMetadata, Type } from './iceberg.ts';

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
  return withFields({ ...withColumnInNameMapping(metadata, added, path), lastColumnId: lastId }, fields);
}

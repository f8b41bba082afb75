import { changeField, currentSchema, fieldAt, withFields } from './change-field.ts';
import { columnKeepsType } from './errors.ts';
import { withRenameInNameMapping } from './name-mapping.ts';
import type { TableMetadata } from './iceberg.ts';

/**
 * Puts the column `replacement` in the place of `name`, under that name: a type that no promotion leads to needs a new
 * field id. Refuses (42P16) a column that the current partition spec or sort order needs.
 */
export function replaceColumn(metadata: TableMetadata, name: string, replacement: string): TableMetadata {
  const old = fieldAt(metadata, [name]);
  const added = fieldAt(metadata, [replacement]);
  const spec = metadata.partitionSpecs.find(({ specId }) => specId === metadata.defaultSpecId);
  const order = metadata.sortOrders.find(({ orderId }) => orderId === metadata.defaultSortOrderId);
  if (spec?.fields.some(({ sourceId, transform }) => sourceId === old.id && transform.kind !== 'void') === true)
    throw columnKeepsType(name, 'partition spec');
  if (order?.fields.some(({ sourceId }) => sourceId === old.id) === true) throw columnKeepsType(name, 'sort order');
  const { doc, required } = old;
  const fields = changeField(
    currentSchema(metadata).fields.filter(({ id }) => id !== added.id),
    [name],
    () => [{ ...added, name, required, ...(doc !== undefined && { doc }) }],
  );
  const schema = currentSchema(metadata);
  const identifierFieldIds = schema.identifierFieldIds.map((id) => (id === old.id ? added.id : id));
  return withFields(withRenameInNameMapping(metadata, added.id, name), fields, identifierFieldIds);
}

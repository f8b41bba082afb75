import { changeField, currentSchema, fieldAt, namesOf, withFields } from './change-field.ts';
import { columnInUse } from './errors.ts';
import type { ColumnPath } from './change-field.ts';
import type { NestedField, TableMetadata } from './iceberg.ts';

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

function idsInside(field: NestedField): ReadonlySet<number> {
  const ids = new Set([field.id]);
  if (typeof field.type !== 'object') return ids;
  const inner = field.type.kind === 'struct' ? field.type.fields : [];
  for (const child of inner) for (const id of idsInside(child)) ids.add(id);
  return ids;
}

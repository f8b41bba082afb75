import { applyUpdates } from './apply-updates.ts';
import type { SortField, TableMetadata } from './iceberg.ts';

/** Makes these fields the default sort order (spec: Sorting); none means unsorted. Files keep the order they have. */
export function setSortOrder(metadata: TableMetadata, fields: readonly SortField[]): TableMetadata {
  return applyUpdates(metadata, [
    { action: 'add-sort-order', sortOrder: { orderId: -1, fields } },
    { action: 'set-default-sort-order', sortOrderId: -1 },
  ]);
}

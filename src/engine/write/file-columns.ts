import type { NestedField } from '../../iceberg/iceberg.ts';

/**
 * Names of a data file's columns: the table's own, for readers that look at files alone. Names that the engine cannot
 * tell apart, or needs for itself, become `c<index>`; Iceberg readers go by field id.
 */
export function fileColumns(fields: readonly NestedField[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { name } of fields) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
  return fields.map(({ name }, index) => {
    const isOwn = counts.get(name.toLowerCase()) === 1 && !/^[cp]\d+$|^$/i.test(name);
    return isOwn ? name : `c${index}`;
  });
}

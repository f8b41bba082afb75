import { childFields } from './partition-type.ts';
import type { NestedField } from './iceberg.ts';

/** The highest id of the fields and everything inside them; 0 of none. */
export function highestFieldId(fields: readonly NestedField[]): number {
  return fields.reduce((highest, field) => Math.max(highest, field.id, highestFieldId(childFields(field.type))), 0);
}

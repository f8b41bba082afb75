import { applyUpdates } from './apply-updates.ts';
import { currentSchema } from './change-field.ts';
import type { TableMetadata } from './iceberg.ts';

/** `changed`, made of `base` in several steps, without the schemas of the steps between. */
export function oneSchema(base: TableMetadata, changed: TableMetadata): TableMetadata {
  const { schemas, currentSchemaId } = base;
  return applyUpdates({ ...changed, schemas, currentSchemaId }, [
    { action: 'add-schema', schema: currentSchema(changed) },
    { action: 'set-current-schema', schemaId: -1 },
  ]);
}

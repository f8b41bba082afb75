import { currentSchema, withFields } from './change-field.ts';
import { identifierFieldIds } from './identifier-field-ids.ts';
import type { TableMetadata } from './iceberg.ts';

/** Makes these columns, which are required, the identifier fields (spec: Identifier Field IDs). */
export function setIdentifierFields(metadata: TableMetadata, names: readonly string[]): TableMetadata {
  const { fields, identifierFieldIds: before } = currentSchema(metadata);
  const ids = identifierFieldIds(fields, names);
  return ids.join() === before.join() ? metadata : withFields(metadata, fields, ids);
}

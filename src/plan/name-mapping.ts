import type { TableMetadata } from '../iceberg/iceberg.ts';
import { contradictoryMetadata } from './errors.ts';
import type { MappedField } from './plan.ts';

/**
 * The table's `schema.name-mapping.default` (spec: Column Projection), undefined where it has none. A field without an
 * id is legal: it maps its names to no column.
 */
export function nameMapping(metadata: TableMetadata, table: string): readonly MappedField[] | undefined {
  const text = metadata.properties['schema.name-mapping.default'];
  if (text === undefined) return undefined;
  try {
    return mappedFields(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw contradictoryMetadata(table, `property schema.name-mapping.default is no name mapping: ${error.message}`);
  }
}

function mappedFields(json: unknown): readonly MappedField[] {
  if (!Array.isArray(json)) throw new SyntaxError('a list of fields was expected');
  return json.map(mappedField);
}

function mappedField(json: unknown): MappedField {
  if (typeof json !== 'object' || json === null) throw new SyntaxError('a field was expected');
  const { 'field-id': fieldId, names, fields } = json as Record<string, unknown>;
  if (!Array.isArray(names) || !names.every((name): name is string => typeof name === 'string')) {
    throw new SyntaxError('a field has no list of names');
  }
  if (typeof fieldId !== 'number' && fieldId !== undefined && fieldId !== null) {
    throw new SyntaxError('a field-id is not a number');
  }
  return {
    names,
    ...(typeof fieldId === 'number' && { fieldId }),
    ...(fields !== undefined && fields !== null && { fields: mappedFields(fields) }),
  };
}

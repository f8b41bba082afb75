import { SqlError } from '../base/sql-error.ts';
import type { NestedField } from './iceberg.ts';

/** Ids of identifier fields by name (spec: Identifier Field IDs): columns of types that are exactly comparable. */
export function identifierFieldIds(fields: readonly NestedField[], names: readonly string[]): readonly number[] {
  return names.flatMap((name) => {
    const field = fields.find((candidate) => candidate.name === name);
    if (field === undefined) return [];
    const { type } = field;
    const isNested = typeof type === 'object' && type.kind !== 'decimal' && type.kind !== 'fixed';
    if (isNested || type === 'float' || type === 'double') throw notAnIdentifier(name);
    return [field.id];
  });
}

function notAnIdentifier(name: string): SqlError {
  return new SqlError({
    sqlstate: '0A000',
    message: `column "${name}" cannot be part of a primary key`,
    hint: 'Identifier fields of Iceberg are of scalar types, no floating point ones.',
  });
}

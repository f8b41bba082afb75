import { SqlError } from '../base/sql-error.ts';
import { changeField, currentSchema, fieldAt, namesOf, withFields } from './change-field.ts';
import { primitiveText } from './type-json.ts';
import type { ColumnPath } from './change-field.ts';
import type { PrimitiveType, TableMetadata, Type } from './iceberg.ts';

/** Only promotions that every reader follows (spec: Schema Evolution): int to long, float to double, wider decimal. */
export function promoteColumn(metadata: TableMetadata, path: ColumnPath, type: PrimitiveType): TableMetadata {
  const names = namesOf(path);
  const { type: before } = fieldAt(metadata, names);
  if (!isPromotion(before, type)) throw notAPromotion(names, before, type);
  return withFields(
    metadata,
    changeField(currentSchema(metadata).fields, names, (field) => [{ ...field, type }]),
  );
}

/** Whether values of `before` can be read as `after` (equal types too). */
export function isPromotion(before: Type, after: Type): boolean {
  if (typeof before === 'string') {
    return before === after || (before === 'int' && after === 'long') || (before === 'float' && after === 'double');
  }
  if (typeof after === 'string' || before.kind !== after.kind) return false;
  if (before.kind === 'decimal' && after.kind === 'decimal')
    return before.scale === after.scale && before.precision <= after.precision;
  return before.kind === 'fixed' && after.kind === 'fixed' && before.length === after.length;
}

function notAPromotion(names: readonly string[], before: Type, after: PrimitiveType): SqlError {
  const from =
    typeof before === 'object' && (before.kind === 'struct' || before.kind === 'list' || before.kind === 'map')
      ? before.kind
      : primitiveText(before);
  return new SqlError({
    sqlstate: '0A000',
    message: `cannot change column "${names.join('.')}" from ${from} to ${primitiveText(after)}`,
    hint: 'Iceberg widens int to long, float to double, and decimals to a higher precision.',
  });
}

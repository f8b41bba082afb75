import { currentSchema } from '../../iceberg/change-field.ts';
import type { NestedField, PrimitiveType, TableMetadata } from '../../iceberg/iceberg.ts';
import { isPromotion, promoteColumn } from '../../iceberg/promote-column.ts';
import type { ColumnDefinition } from '../../postgres/table-definition.ts';
import { icebergTypeOf } from '../../translate/iceberg-type-of.ts';

/**
 * Whether a column's stored values are also those of its new type: the Iceberg type may be promoted, and the remembered
 * Postgres type (stored-type.ts) may change to one that prints every stored value alike.
 */
export function keepsValues(
  properties: TableMetadata['properties'],
  field: NestedField,
  definition: ColumnDefinition,
): boolean {
  const before = properties[`bergwire.type.${field.id}`];
  const after = definition.declaredType;
  const printsAlike = after === undefined ? WITHOUT.test(before ?? 'smallint') : isWider(before, after);
  return (
    printsAlike &&
    isPromotion(
      field.type,
      icebergTypeOf(definition, () => 0),
    )
  );
}

/** The column with its new type, its values as they are stored; for types of which `keepsValues` holds. */
export function retypeColumn(metadata: TableMetadata, name: string, definition: ColumnDefinition): TableMetadata {
  const field = currentSchema(metadata).fields.find((candidate) => candidate.name === name);
  const { [`bergwire.type.${field?.id}`]: _, ...others } = metadata.properties;
  const after = definition.declaredType;
  const promoted = promoteColumn(metadata, name, icebergTypeOf(definition, () => 0) as PrimitiveType);
  const properties = after === undefined ? others : { ...others, [`bergwire.type.${field?.id}`]: after };
  return { ...promoted, properties };
}

/** Declarations whose stored values are also those of the plain type. */
const WITHOUT =
  /^(?:smallint|character varying(?:\(\d+\))?|jsonb?|name|(?:time|timestamp)\(\d\) with(?:out)? time zone)$/;

/** The same type with the same or a larger limit; a text becomes a varchar without one. */
function isWider(before: string | undefined, after: string): boolean {
  if (before === after || (before === undefined && after === 'character varying')) return true;
  const [from, to] = [before ?? '', after].map((declared) =>
    /^(character varying|bit varying)(?:\((\d+)\))?$/.exec(declared),
  );
  if (!from || !to || from[1] !== to[1]) return false;
  return Number(to[2] ?? Infinity) >= Number(from[2] ?? Infinity);
}

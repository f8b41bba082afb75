import { notSupported } from '../base/sql-error.ts';
import { currentSchema } from '../iceberg/change-field.ts';
import type { PrimitiveType, TableMetadata } from '../iceberg/iceberg.ts';
import { promoteColumn } from '../iceberg/promote-column.ts';
import type { ColumnDefinition } from '../postgres/table-definition.ts';
import { icebergTypeOf } from '../translate/iceberg-type-of.ts';

/**
 * ALTER COLUMN TYPE: the Iceberg type may be promoted, and the remembered Postgres type (stored-type.ts) may change to
 * one that prints every stored value alike; no file is rewritten. Raises 0A000 for all others.
 */
export function retypeColumn(metadata: TableMetadata, definition: ColumnDefinition): TableMetadata {
  const field = currentSchema(metadata).fields.find(({ name }) => name === definition.name);
  const key = `bergwire.type.${field?.id}`;
  const { [key]: before, ...others } = metadata.properties;
  const after = definition.declaredType;
  const keepsValues = after === undefined ? WITHOUT.test(before ?? 'smallint') : isWider(before, after);
  if (!keepsValues)
    throw notSupported(
      `changing the type of column "${definition.name}" to ${after ?? 'this type'}`,
      'Stored values would have to be written anew: add a column, UPDATE it, and drop the old one.',
    );
  const promoted = promoteColumn(metadata, definition.name, icebergTypeOf(definition, () => 0) as PrimitiveType);
  return { ...promoted, properties: after === undefined ? others : { ...others, [key]: after } };
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

import { addColumn } from '../../iceberg/add-column.ts';
import { currentSchema } from '../../iceberg/change-field.ts';
import { dropColumn } from '../../iceberg/drop-column.ts';
import type { TableMetadata } from '../../iceberg/iceberg.ts';
import { makeColumnOptional } from '../../iceberg/make-column-optional.ts';
import { oneSchema } from '../../iceberg/one-schema.ts';
import { renameColumn } from '../../iceberg/rename-column.ts';
import { replaceColumn } from '../../iceberg/replace-column.ts';
import { requireColumn } from '../../iceberg/require-column.ts';
import { setIdentifierFields } from '../../iceberg/set-identifier-fields.ts';
import { icebergTypeOf } from '../../translate/iceberg-type-of.ts';
import { withChecks } from '../with-checks.ts';
import type { Alteration, NewColumn } from './alteration.ts';
import { retypeColumn } from './retype-column.ts';

/** The altered metadata of a fresh base; one schema more at most. Pure. */
export function alterMetadata(base: TableMetadata, alteration: Alteration): TableMetadata {
  const names = currentSchema(base).fields.map(({ name }) => name);
  const key = alteration.primaryKey?.columns ?? [];
  let metadata = withNewColumns(base, alteration);
  if (!alteration.keepsKey) metadata = setIdentifierFields(metadata, keptKey(base, key));
  for (const name of alteration.dropped) if (names.includes(name)) metadata = dropColumn(metadata, name);
  for (const { column, storedAs } of alteration.added)
    if (storedAs !== column) metadata = renameColumn(metadata, [storedAs], column);
  for (const { column, definition } of alteration.retyped) metadata = retypeColumn(metadata, column, definition);
  for (const { column, storedAs } of alteration.replaced) metadata = replaceColumn(metadata, column, storedAs);
  for (const name of alteration.optional) metadata = makeColumnOptional(metadata, name);
  for (const name of alteration.required) metadata = requireColumn(metadata, name);
  for (const { column, definition } of alteration.added)
    if (definition.notNull) metadata = requireColumn(metadata, column);
  if (!alteration.keepsKey) metadata = withKeyName(setIdentifierFields(metadata, key), alteration);
  return oneSchema(base, withChecks(withDefaults(metadata, alteration), alteration.checks));
}

/**
 * The metadata with the columns that the alteration adds at its end, null in every row, then those whose values it
 * computes anew under names of their own. Field ids are those of `alterMetadata`. Pure.
 */
export function withNewColumns(base: TableMetadata, { added, replaced }: Alteration): TableMetadata {
  return [...added, ...replaced].reduce(withColumn, base);
}

/** Columns of the key that were in the key before: others are not required yet, or not there. */
function keptKey(base: TableMetadata, key: readonly string[]): readonly string[] {
  const { fields, identifierFieldIds } = currentSchema(base);
  return fields.filter(({ id, name }) => identifierFieldIds.includes(id) && key.includes(name)).map(({ name }) => name);
}

function withColumn(metadata: TableMetadata, { storedAs, definition }: NewColumn): TableMetadata {
  const added = addColumn(metadata, { name: storedAs, type: icebergTypeOf(definition, () => 0) });
  if (definition.declaredType === undefined) return added;
  const key = `bergwire.type.${idOf(added, storedAs)}`;
  return { ...added, properties: { ...added.properties, [key]: definition.declaredType } };
}

/** Defaults by column, and the identity of columns that have another type now. */
function withDefaults(metadata: TableMetadata, { added, retyped, replaced, defaults }: Alteration): TableMetadata {
  const fresh = [...added, ...replaced].map(({ column, definition }) => ({ column, sql: definition.defaultSql }));
  const properties = { ...metadata.properties };
  const set = (key: string, sql: string | undefined): void => {
    if (sql === undefined) delete properties[key];
    else properties[key] = sql;
  };
  for (const { column, sql } of [...defaults, ...fresh]) set(`bergwire.default.${idOf(metadata, column)}`, sql);
  for (const { column, definition } of retyped) set(`bergwire.identity.${idOf(metadata, column)}`, definition.identity);
  return { ...metadata, properties };
}

function withKeyName(metadata: TableMetadata, { primaryKey }: Alteration): TableMetadata {
  const { 'bergwire.primary-key': _, ...others } = metadata.properties;
  const properties = primaryKey === undefined ? others : { ...others, 'bergwire.primary-key': primaryKey.name };
  return { ...metadata, properties };
}

function idOf(metadata: TableMetadata, name: string): number | undefined {
  return currentSchema(metadata).fields.find((field) => field.name === name)?.id;
}

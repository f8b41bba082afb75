import { SqlError } from '../../base/sql-error.ts';
import { applyUpdates } from '../../iceberg/apply-updates.ts';
import { currentSchema } from '../../iceberg/change-field.ts';
import type { TableMetadata } from '../../iceberg/iceberg.ts';
import { setIdentifierFields } from '../../iceberg/set-identifier-fields.ts';
import { setSortOrder } from '../../iceberg/set-sort-order.ts';
import type { SortClause, TableChange, TransformClause } from '../../sql/sql.ts';
import type { TableOptions } from '../table-options.ts';
import { sourceAndTransform } from '../source-and-transform.ts';
import { changePartitioning } from './change-partitioning.ts';

/** A command of ALTER TABLE that Postgres does not know, applied to fresh metadata. Pure. */
export function changeOf(metadata: TableMetadata, change: TableChange, options: TableOptions): TableMetadata {
  switch (change.kind) {
    case 'addPartitionField':
      return changePartitioning(metadata, undefined, change.field);
    case 'dropPartitionField':
      return changePartitioning(metadata, change.field, undefined);
    case 'replacePartitionField':
      return changePartitioning(metadata, change.field, change.by);
    case 'writeOrder':
      return withWriteOrder(metadata, change.order, change.distribution);
    case 'setIdentifierFields':
      return withIdentifiers(metadata, change.columns);
    case 'dropIdentifierFields':
      return withoutIdentifiers(metadata, change.columns);
    case 'setProperties':
      return withProperties(metadata, change.properties, options);
    case 'removeProperties':
      return applyUpdates(metadata, [{ action: 'remove-properties', removals: change.keys }]);
  }
}

/** The distribution is for engines that write with many tasks; here rows of a statement are sorted together. */
function withWriteOrder(
  metadata: TableMetadata,
  order: readonly SortClause[] | undefined,
  distribution: string,
): TableMetadata {
  const columns = currentSchema(metadata).fields;
  const fields = order?.map((clause) => {
    const { direction, nullOrder } = clause;
    return { ...sourceAndTransform(clause, columns), direction, nullOrder };
  });
  const sorted = fields === undefined ? metadata : setSortOrder(metadata, fields);
  return { ...sorted, properties: { ...sorted.properties, 'write.distribution-mode': distribution } };
}

function withIdentifiers(metadata: TableMetadata, columns: readonly TransformClause[]): TableMetadata {
  const { fields } = currentSchema(metadata);
  for (const { column, position } of columns) {
    const field = fields.find(({ name }) => name === column);
    if (field === undefined)
      throw new SqlError({ sqlstate: '42703', message: `column "${column}" does not exist`, position });
    if (!field.required)
      throw new SqlError({
        sqlstate: '42P16',
        message: `column "${column}" is not marked NOT NULL`,
        hint: 'Identifier fields are required columns: ALTER COLUMN ... SET NOT NULL first.',
        position,
      });
  }
  return setIdentifierFields(metadata, [...new Set(columns.map(({ column }) => column))]);
}

function withoutIdentifiers(metadata: TableMetadata, columns: readonly TransformClause[]): TableMetadata {
  const { fields, identifierFieldIds } = currentSchema(metadata);
  const names = identifierFieldIds.flatMap((id) => fields.find((field) => field.id === id)?.name ?? []);
  const missing = columns.find(({ column }) => !names.includes(column));
  if (missing !== undefined)
    throw new SqlError({
      sqlstate: '42704',
      message: `column "${missing.column}" is no identifier field`,
      position: missing.position,
    });
  const dropped = new Set(columns.map(({ column }) => column));
  return setIdentifierFields(
    metadata,
    names.filter((name) => !dropped.has(name)),
  );
}

function withProperties(
  metadata: TableMetadata,
  given: ReadonlyMap<string, string>,
  { formatVersion, properties }: TableOptions,
): TableMetadata {
  const names = ['format-version', 'format_version'];
  const isUpgrade = names.some((name) => given.has(name)) && formatVersion !== metadata.formatVersion;
  if (isUpgrade && formatVersion < metadata.formatVersion)
    throw new SqlError({
      sqlstate: '22023',
      message: `format version ${metadata.formatVersion} cannot become ${formatVersion}`,
    });
  return applyUpdates(metadata, [
    ...(isUpgrade ? [{ action: 'upgrade-format-version', formatVersion } as const] : []),
    { action: 'set-properties', updates: properties },
  ]);
}

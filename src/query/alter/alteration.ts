import type { AlterTableCmd, Node } from '@pgsql/types';
import { currentSchema } from '../../iceberg/change-field.ts';
import type { TableMetadata } from '../../iceberg/iceberg.ts';
import { primaryKeyName } from '../../postgres/primary-key-name.ts';
import type {
  CheckDefinition,
  ColumnDefinition,
  PrimaryKeyDefinition,
  TableDefinition,
} from '../../postgres/table-definition.ts';
import type { MirroredColumn, MirroredRelation } from '../../translate/translate.ts';
import { sqlName } from '../../base/sql-name.ts';
import { withChecks } from '../with-checks.ts';
import { columnMissing, identityKeepsType } from './errors.ts';
import { keepsValues } from './retype-column.ts';

/** What ALTER TABLE does to a table's definition: the difference between before and after, as Postgres sees it. */
export type Alteration = {
  readonly added: readonly NewColumn[];
  readonly dropped: readonly string[];
  /** Columns whose stored values are also values of their new type. */
  readonly retyped: readonly Change[];
  /** Columns whose values are computed anew; `using` is SQL over the columns from before. */
  readonly replaced: readonly (NewColumn & { readonly using: string })[];
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly defaults: readonly { readonly column: string; readonly sql: string | undefined }[];
  readonly checks: readonly CheckDefinition[];
  /** Names of columns in the altered table. */
  readonly primaryKey: PrimaryKeyDefinition | undefined;
  /** Identifier fields that Postgres cannot show as a key stay as they are. */
  readonly keepsKey: boolean;
};

/** A column by its name in the table. */
export type Change = { readonly column: string; readonly definition: ColumnDefinition };

/** `storedAs` is its name while the columns from before are there too. */
export type NewColumn = Change & { readonly storedAs: string };

/** One command as the grammar reads it, and its expression after USING as text. */
export type AlterCommand = { readonly node: AlterTableCmd; readonly using?: string };

export function alterationOf(
  metadata: TableMetadata,
  before: MirroredRelation,
  after: TableDefinition,
  commands: readonly AlterCommand[],
): Alteration {
  const showsKey = primaryKeyName(before, currentSchema(metadata), metadata.properties) !== undefined;
  const live = before.columns.filter((column) => column !== undefined);
  const afterOf = (attnum: number): ColumnDefinition | undefined =>
    after.columns.find((definition) => definition.attnum === attnum);
  const kept = live.flatMap(({ attnum, field }) => {
    const definition = afterOf(attnum);
    return definition === undefined ? [] : [{ field, column: field.name, definition }];
  });
  const retyping = commands.filter(({ node }) => node.subtype === 'AT_AlterColumnType');
  const changes = retyping.map((command) => {
    const found = kept.find(({ definition }) => definition.name === command.node.name);
    if (found === undefined) throw columnMissing(command.node.name ?? '');
    return { ...found, command };
  });
  const inPlace = changes.filter(
    ({ field, definition, command }) => !computes(command) && keepsValues(metadata.properties, field, definition),
  );
  const replaced = changes.filter((change) => !inPlace.includes(change));
  for (const { column, definition } of replaced) if (definition.identity !== undefined) throw identityKeepsType(column);
  return {
    added: after.columns
      .filter(({ attnum }) => !live.some((column) => column.attnum === attnum))
      .map((definition) => ({ column: definition.name, definition, storedAs: unusedName(definition.name, live) })),
    dropped: live.filter(({ attnum }) => afterOf(attnum) === undefined).map(({ field }) => field.name),
    retyped: inPlace.map(({ column, definition }) => ({ column, definition })),
    replaced: replaced.map(({ column, definition, command }, index) => ({
      column,
      definition,
      using: command.using ?? sqlName(column),
      storedAs: unusedName(`new ${index + 1}`, live),
    })),
    required: kept.filter(({ field, definition }) => definition.notNull && !field.required).map(({ column }) => column),
    optional: kept.filter(({ field, definition }) => !definition.notNull && field.required).map(({ column }) => column),
    defaults: kept
      .filter(({ field, definition }) => definition.defaultSql !== metadata.properties[`bergwire.default.${field.id}`])
      .map(({ column, definition }) => ({ column, sql: definition.defaultSql })),
    checks: after.checks,
    primaryKey: after.primaryKey && {
      ...after.primaryKey,
      columns: after.primaryKey.columns.map(
        (name) => kept.find(({ definition }) => definition.name === name)?.column ?? name,
      ),
    },
    keepsKey: after.primaryKey === undefined && !showsKey,
  };
}

/** Whether the altered table is what the table is already. */
export function changesNothing(metadata: TableMetadata, alteration: Alteration): boolean {
  const { added, dropped, retyped, replaced, required, optional, defaults, primaryKey, keepsKey } = alteration;
  if ([added, dropped, retyped, replaced, required, optional, defaults].some((list) => list.length > 0)) return false;
  const { fields, identifierFieldIds } = currentSchema(metadata);
  const key = identifierFieldIds.map((id) => fields.find((field) => field.id === id)?.name);
  const sameKey = keepsKey || key.join() === (primaryKey?.columns ?? []).join();
  const { properties } = metadata;
  return (
    sameKey &&
    JSON.stringify(withChecks(metadata, alteration.checks).properties, sortedKeys) ===
      JSON.stringify(properties, sortedKeys)
  );
}

function sortedKeys(_key: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;
}

/** USING with more than the column itself, or it cast to the new type. */
function computes({ node, using }: AlterCommand): boolean {
  if (using === undefined) return false;
  const definition = node.def !== undefined && 'ColumnDef' in node.def ? node.def.ColumnDef : undefined;
  let expression: Node | undefined = definition?.raw_default;
  if (expression !== undefined && 'TypeCast' in expression) {
    if (typeText(expression.TypeCast.typeName) !== typeText(definition?.typeName)) return true;
    expression = expression.TypeCast.arg;
  }
  if (expression === undefined || !('ColumnRef' in expression)) return true;
  const [field, ...rest] = expression.ColumnRef.fields ?? [];
  return rest.length > 0 || field === undefined || !('String' in field) || field.String.sval !== node.name;
}

function typeText(type: unknown): string {
  return JSON.stringify(type, (key, value: unknown) => (key === 'location' ? undefined : value));
}

/** Short, so that Postgres keeps all of it. */
function unusedName(wanted: string, columns: readonly MirroredColumn[]): string {
  return columns.some(({ field }) => field.name === wanted) ? unusedName(`${wanted}'`, columns) : wanted;
}

import type { Constraint, CreateStmt, Node } from '@pgsql/types';
import type { TableName } from '../catalog/catalog.ts';
import { notSupported } from '../base/sql-error.ts';
import { identifierFieldIds } from '../iceberg/identifier-field-ids.ts';
import { newTableMetadata } from '../iceberg/new-table.ts';
import type { NestedField, TableMetadata } from '../iceberg/iceberg.ts';
import type { Statement } from '../sql/sql.ts';
import type { TableDefinition } from '../postgres/table-definition.ts';
import { icebergTypeOf } from '../translate/iceberg-type-of.ts';
import type { Execution } from './query.ts';
import type { StatementRun } from './statement-run.ts';
import { checkLocation } from './check-location.ts';
import { stageObjects } from './define-objects.ts';
import { duplicateTable, noColumns } from './errors.ts';
import { mirrorRelations } from './mirror-relations.ts';
import { alreadyExists, unenforcedKey } from './notices.ts';
import { partitionSpec } from './partition-spec.ts';
import { inClientText } from './prepare-statement.ts';
import { finished } from './statement-run.ts';
import { tableOptions } from './table-options.ts';
import { creationTarget } from './creation-target.ts';

/** CREATE TABLE: Postgres judges the definition on the mirror, its columns become an Iceberg schema. */
export async function createTable(run: StatementRun, node: CreateStmt): Promise<Execution> {
  const { statement } = run.prepared;
  if (node.relation === undefined) throw new Error('CREATE TABLE without a name');
  const name = await creationTarget(node.relation, run.tables, run.context);
  if ((await run.tables.load(name)) !== undefined) {
    if (node.if_not_exists !== true) throw duplicateTable(name.name);
    return finished('CREATE TABLE', [alreadyExists('relation', name.name, '42P07')]);
  }
  refuseUnsupported(node);
  const mirrored = await mirrorRelations(run.parts, statement, run.tables, run.context);
  await run.parts.postgres.mirror.ensureNamespace(name.namespace);
  const definition = await run.parts.postgres
    .describeDefinition({ role: run.context.role, settings: run.context.settings }, mirrored.statement.text, name)
    .catch((error: unknown) => {
      throw inClientText(error, mirrored.statement.toClientPosition);
    });
  // Those of serial columns, which Postgres makes along with the table.
  if (makesSequences(definition)) await stageObjects(run);
  const staged = await run.tables.create(name, await tableMetadata(run, name, definition, statement));
  await mirrorRelations(run.parts, statement, run.tables, run.context);
  await run.parts.postgres.mirror.ensureTable(staged.loaded);
  const notices = [...(definition.notices ?? [])];
  return finished('CREATE TABLE', definition.primaryKey ? [...notices, unenforcedKey(name)] : notices);
}

/** New metadata for a table of these columns; options come from the statement's own clauses. */
export async function tableMetadata(
  run: StatementRun,
  name: TableName,
  definition: TableDefinition,
  statement: Statement,
): Promise<TableMetadata> {
  if (definition.columns.length === 0) throw noColumns();
  const clauses = statement.extension?.kind === 'createTable' ? statement.extension : undefined;
  const options = tableOptions(clauses?.properties ?? new Map());
  await checkLocation(run.parts.catalog, name, options);
  const properties: Record<string, string> = { ...options.properties };
  const fields: NestedField[] = [];
  let lastId = 0;
  const nextId = (): number => ++lastId;
  for (const column of definition.columns) {
    const id = nextId();
    const { name: columnName, notNull: required, comment: doc } = column;
    const type = icebergTypeOf(column, nextId);
    fields.push({ id, name: columnName, required, type, ...(doc !== undefined && { doc }) });
    if (column.defaultSql !== undefined) properties[`bergwire.default.${id}`] = column.defaultSql;
    if (column.identity !== undefined) properties[`bergwire.identity.${id}`] = column.identity;
    if (column.declaredType !== undefined) properties[`bergwire.type.${id}`] = column.declaredType;
  }
  if (definition.primaryKey) properties['bergwire.primary-key'] = definition.primaryKey.name;
  for (const check of definition.checks) properties[`bergwire.check.${check.name}`] = check.sql;
  return newTableMetadata({
    schema: {
      schemaId: 0,
      fields,
      identifierFieldIds: identifierFieldIds(fields, definition.primaryKey?.columns ?? []),
    },
    spec: partitionSpec(clauses?.partitionBy ?? [], fields),
    sortOrder: { orderId: 0, fields: [] },
    location: options.location ?? (await run.parts.catalog.locationFor(name)),
    properties,
    formatVersion: options.formatVersion,
  });
}

function refuseUnsupported(node: CreateStmt): void {
  if (node.partspec !== undefined)
    throw notSupported(
      "Postgres' PARTITION BY",
      'Name Iceberg transforms instead: PARTITION BY (day(ts), bucket(16, id), region).',
    );
  if ((node.inhRelations ?? []).length > 0 || node.ofTypename !== undefined)
    throw notSupported('table inheritance', 'Create the table with its own columns, or LIKE another one.');
  for (const constraint of constraints(node)) {
    switch (constraint.contype) {
      case 'CONSTR_UNIQUE':
      case 'CONSTR_EXCLUSION':
      case 'CONSTR_FOREIGN':
        throw notSupported(
          `a ${(constraint.contype ?? '').replace('CONSTR_', '').replace('FOREIGN', 'FOREIGN KEY')} constraint`,
          'Iceberg tables have no indexes to enforce them; leave the constraint out.',
        );
      case 'CONSTR_GENERATED':
        throw notSupported('a generated column', 'Compute the value in the statement that writes the row.');
      default:
        break;
    }
  }
}

function constraints(node: CreateStmt): readonly Constraint[] {
  return [...(node.tableElts ?? []).flatMap(columnConstraints), ...(node.constraints ?? []).flatMap(own)];
}

function columnConstraints(node: Node): readonly Constraint[] {
  return 'ColumnDef' in node ? (node.ColumnDef.constraints ?? []).flatMap(own) : own(node);
}

function own(node: Node): readonly Constraint[] {
  return 'Constraint' in node ? [node.Constraint] : [];
}

function makesSequences({ columns }: TableDefinition): boolean {
  return columns.some(({ defaultSql }) => defaultSql?.startsWith('nextval(') === true);
}

import type { CreateTableAsStmt } from '@pgsql/types';
import { notSupported, SqlError } from '../base/sql-error.ts';
import type { Field } from '../pgtype/pgtype.ts';
import { innerStatement } from '../sql/inner-statement.ts';
import { sqlName } from '../base/sql-name.ts';
import type { TableName } from '../catalog/catalog.ts';
import type { Statement } from '../sql/sql.ts';
import { runFinishedChange } from './finish/run-finished-change.ts';
import type { StagedTable } from './transaction-tables.ts';
import type { ColumnDefinition } from '../postgres/table-definition.ts';
import type { Execution } from './query.ts';
import type { StatementRun } from './statement-run.ts';
import { tableMetadata } from './create-table.ts';
import { duplicateTable } from './errors.ts';
import { alreadyExists } from './notices.ts';
import { prepareStatement } from './prepare-statement.ts';
import { planRun } from './plan-run.ts';
import { writeTableRows } from './run-modify.ts';
import { connectFor, finished } from './statement-run.ts';
import { creationTarget } from './creation-target.ts';
import { OID } from '../pgtype/oid.ts';
import { declaredTypeMatters } from '../translate/iceberg-type-of.ts';
import { storedColumns } from './stored-columns.ts';

/** CREATE TABLE ... AS: the query's columns become the schema, its rows the first snapshot. */
export async function createTableAs(run: StatementRun, node: CreateTableAsStmt): Promise<Execution> {
  const { statement } = run.prepared;
  const relation = node.into?.rel;
  if (node.objtype !== 'OBJECT_TABLE' || relation === undefined)
    throw notSupported('CREATE MATERIALIZED VIEW', 'Use CREATE TABLE ... AS.');
  const name = await creationTarget(relation, run.tables, run.context);
  if ((await run.tables.load(name)) !== undefined) {
    if (node.if_not_exists !== true) throw duplicateTable(name.name);
    return finished('CREATE TABLE AS', [alreadyExists('relation', name.name, '42P07')]);
  }
  const inner = innerStatement(run.parts.grammar, statement);
  if (inner === undefined) throw notSupported('CREATE TABLE AS EXECUTE', 'Write the query itself after AS.');
  const prepared = await prepareStatement(
    run.parts,
    inner,
    run.prepared.parameterOids,
    run.context,
    run.tables,
    'engineOnly',
  );
  if (prepared.route.kind === 'finish' && prepared.fields !== null)
    return await createFinished(run, node, name, inner, prepared.fields, prepared.route.plan.reason);
  if (prepared.route.kind !== 'select' || prepared.fields === null)
    throw notSupported('CREATE TABLE AS of a data-modifying statement', 'Write a query after AS.');
  const innerRun = { ...run, prepared };
  const { translation } = prepared.route;
  const { statement: source } = await planRun(innerRun, translation);
  const connection = await connectFor(innerRun);
  try {
    const stored = storedColumns({ ...translation, sql: source.sql }, prepared.fields);
    const columns = await declared(run, named(stored.columns, prepared.fields, node));
    const staged = await createNamed(run, name, columns);
    if (node.into?.skipData === true) return finished('CREATE TABLE AS');
    const files = await writeTableRows(connection, staged, { ...source, sql: stored.sql });
    run.written(files.map(({ path }) => path));
    run.tables.addChanges(staged, files, [], []);
    const count = files.reduce((sum, file) => sum + file.recordCount, 0);
    return finished(`SELECT ${count}`);
  } finally {
    await connection[Symbol.asyncDispose]();
  }
}

/** The query has no translation: Postgres finishes it as what is inserted into the new table. */
async function createFinished(
  run: StatementRun,
  node: CreateTableAsStmt,
  name: TableName,
  query: Statement,
  fields: readonly Field[],
  reason: SqlError,
): Promise<Execution> {
  const columns = fields.map(({ typeOid, typmod }) => ({
    typeOid: typeOid === OID.unknown ? OID.text : typeOid,
    typmod,
    notNull: false,
  }));
  await createNamed(run, name, await declared(run, named(columns, fields, node)));
  if (node.into?.skipData === true) return finished('CREATE TABLE AS');
  const head = `INSERT INTO ${sqlName(name.namespace.join('.'))}.${sqlName(name.name)} `;
  const insert: Statement = {
    ...query,
    kind: 'insert',
    text: head + query.text,
    relations: [...query.relations, { schema: name.namespace.join('.'), name: name.name, position: 1 }],
    toClientPosition: (position) => query.toClientPosition(Math.max(1, position - head.length)),
  };
  const oids = run.prepared.parameterOids;
  const prepared = await prepareStatement(run.parts, insert, oids, run.context, run.tables, 'engineOnly');
  const { route } = prepared;
  if (route.kind !== 'finish' || route.plan.target === undefined) throw reason;
  const execution = await runFinishedChange({ ...run, prepared }, route.plan, route.plan.target);
  return { ...execution, tag: () => execution.tag().replace('INSERT 0', 'SELECT') };
}

async function createNamed(
  run: StatementRun,
  name: TableName,
  columns: readonly ColumnDefinition[],
): Promise<StagedTable> {
  const { statement } = run.prepared;
  await run.parts.postgres.mirror.ensureNamespace(name.namespace);
  const staged = await run.tables.create(name, await tableMetadata(run, name, { columns, checks: [] }, statement));
  await run.parts.postgres.mirror.ensureTable(staged.loaded);
  return staged;
}

/** With the declarations that Iceberg's types do not keep, as Postgres prints them. */
async function declared(run: StatementRun, columns: readonly ColumnDefinition[]): Promise<readonly ColumnDefinition[]> {
  const special = columns.filter(declaredTypeMatters);
  const names = await run.parts.postgres.evaluate(
    { role: run.context.role, settings: run.context.settings },
    special.map(({ typeOid, typmod }) => ({
      sql: `pg_catalog.format_type(${typeOid}::pg_catalog.oid, ${typmod})`,
      typeOid: OID.text,
    })),
    { oids: [], formats: [], values: [] },
  );
  return columns.map((column) => {
    const index = special.indexOf(column);
    return index < 0 ? column : { ...column, declaredType: names[index] as string };
  });
}

function named(
  columns: readonly Omit<ColumnDefinition, 'name'>[],
  fields: readonly Field[],
  node: CreateTableAsStmt,
): readonly ColumnDefinition[] {
  const given = (node.into?.colNames ?? []).flatMap((name) => ('String' in name ? [name.String.sval ?? ''] : []));
  if (given.length > fields.length)
    throw new SqlError({ sqlstate: '42601', message: 'too many column names were specified' });
  const names = new Set<string>();
  return columns.map((column, index) => {
    const name = given[index] ?? fields[index]?.name ?? '';
    if (names.has(name))
      throw new SqlError({ sqlstate: '42701', message: `column "${name}" specified more than once` });
    names.add(name);
    return { ...column, name };
  });
}

import type { CopyStmt, RangeVar } from '@pgsql/types';
import { SqlError } from '../../base/sql-error.ts';
import { sqlName } from '../../base/sql-name.ts';
import type { CopyOptions } from '../../copy/copy.ts';
import { copyRowFormat } from '../../copy/row-writer.ts';
import { OID } from '../../pgtype/oid.ts';
import type { Field } from '../../pgtype/pgtype.ts';
import { innerStatement } from '../../sql/inner-statement.ts';
import { splitStatements } from '../../sql/split-statements.ts';
import type { Statement } from '../../sql/sql.ts';
import { notSupported } from '../../base/sql-error.ts';
import type { Execution } from '../query.ts';
import { prepareStatement } from '../prepare-statement.ts';
import type { PreparedStatement } from '../prepare-statement.ts';
import type { StatementRun } from '../statement-run.ts';
import { checkForced, copyColumns } from './copy-columns.ts';
import { copiedRows } from './copied-rows.ts';
import { exportRows } from './export-rows.ts';
import { noParameters, notATable, notReturning } from './errors.ts';

const NO_PARAMETERS = { formats: [], values: [] };

/** COPY table or (query) TO STDOUT: the rows of a query in the encoding of COPY. */
export async function copyTo(
  run: StatementRun,
  node: CopyStmt,
  readOptions: () => CopyOptions,
  runQuery: (run: StatementRun) => Promise<Execution>,
): Promise<Execution> {
  const source =
    node.relation === undefined ? await querySource(run, node) : await tableSource(run, node, node.relation);
  const options = readOptions();
  const fields = source.prepared.fields ?? [];
  const names = fields.map(({ name }) => name);
  checkForced(options, names, source.known ?? names, node.relation?.relname);
  const inner = { ...run, prepared: source.prepared, parameters: NO_PARAMETERS };
  if (options.format === 'parquet') return await exportRows(inner, source.statement);
  if (options.format === 'arrow') return await copyToArrow(inner, fields, runQuery);
  const format = options.format === 'binary' ? 1 : 0;
  const rowFormat = copyRowFormat(options, names);
  const execution = await runQuery({ ...inner, resultFormats: names.map(() => format), copyRows: rowFormat });
  const copied = copiedRows(execution.rows!, rowFormat, options, names);
  const columns = names.map(() => format);
  return {
    rows: null,
    copyOut: { format, columns, rows: copied.rows },
    tag: () => `COPY ${copied.rowCount()}`,
    notices: execution.notices,
    figures: execution.figures,
  };
}

/** The library is large, and is loaded where somebody wants it. */
async function copyToArrow(
  run: StatementRun,
  fields: readonly Field[],
  runQuery: (run: StatementRun) => Promise<Execution>,
): Promise<Execution> {
  const { arrowRows } = await import('./arrow-rows.ts');
  const { formats, stream, rowCount } = arrowRows(fields);
  const execution = await runQuery({ ...run, resultFormats: formats });
  return {
    rows: null,
    copyOut: { format: 1, columns: fields.map(() => 1 as const), rows: stream(execution.rows!) },
    tag: () => `COPY ${rowCount()}`,
    notices: execution.notices,
    figures: execution.figures,
  };
}

type Source = {
  readonly statement: Statement;
  readonly prepared: PreparedStatement;
  /** All columns of the relation; undefined for a query. */
  readonly known?: readonly string[];
};

async function querySource(run: StatementRun, node: CopyStmt): Promise<Source> {
  const query = node.query!;
  const statement = innerStatement(run.parts.grammar, run.prepared.statement);
  if ('SelectStmt' in query && query.SelectStmt.intoClause !== undefined)
    throw notSupported('COPY (SELECT INTO)', 'Leave INTO out: the rows go to the client.');
  if (statement === undefined || statement.kind === 'utility')
    throw notSupported('COPY of this statement', 'Use a SELECT, INSERT, UPDATE, DELETE, MERGE or VALUES.');
  const prepared = await prepareStatement(run.parts, statement, [], run.context, run.tables);
  if (prepared.parameterOids.length > 0) throw noParameters(parameterPosition(run, statement));
  if (prepared.fields === null) throw notReturning();
  return { statement, prepared };
}

function parameterPosition(run: StatementRun, statement: Statement): number | undefined {
  const token = run.parts.grammar.scan(statement.text)?.find(({ kind }) => kind === 'parameter');
  return token && statement.toClientPosition(Buffer.from(statement.text).toString('utf8', 0, token.start).length + 1);
}

/** The table's columns as a query. Errors have no position: PostgreSQL gives none. */
async function tableSource(run: StatementRun, node: CopyStmt, relation: RangeVar): Promise<Source> {
  const name = relation.relname ?? '';
  const qualified =
    relation.schemaname === undefined ? sqlName(name) : `${sqlName(relation.schemaname)}.${sqlName(name)}`;
  const select = async (list: string): Promise<Source> => {
    const [statement] = splitStatements(run.parts.grammar, `SELECT ${list} FROM ${qualified}`);
    try {
      return {
        statement: statement!,
        prepared: await prepareStatement(run.parts, statement!, [], run.context, run.tables),
      };
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      const { position: _position, ...fields } = error.fields;
      throw new SqlError(fields, { cause: error });
    }
  };
  const all = await select('*');
  const { fields } = all.prepared;
  await refuseViews(run, fields?.[0]?.tableOid ?? 0, name);
  const known = (fields ?? []).map((field) => field.name);
  const columns = copyColumns(node, name, known);
  if (columns === known) return { ...all, known };
  return { ...(await select(columns.map(sqlName).join(', '))), known };
}

const KINDS: Readonly<Record<string, string>> = {
  v: 'view',
  m: 'materialized view',
  f: 'foreign table',
  S: 'sequence',
  p: 'partitioned table',
};

async function refuseViews(run: StatementRun, oid: number, name: string): Promise<void> {
  if (run.parts.postgres.mirror.byOid(oid) !== undefined) return;
  const { role, settings } = run.context;
  const [kind] = await run.parts.postgres.evaluate(
    { role, settings },
    [{ sql: `(SELECT relkind::text FROM pg_catalog.pg_class WHERE oid = ${oid})`, typeOid: OID.text }],
    NO_POSTGRES_PARAMETERS,
  );
  const refused = typeof kind === 'string' ? KINDS[kind] : undefined;
  if (refused !== undefined) throw notATable('from', refused, name);
}

const NO_POSTGRES_PARAMETERS = { oids: [], formats: [], values: [] };

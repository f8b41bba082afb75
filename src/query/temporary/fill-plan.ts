import { notSupported } from '../../base/sql-error.ts';
import { sqlName } from '../../base/sql-name.ts';
import { sqlText } from '../../base/sql-text.ts';
import type { Field } from '../../pgtype/pgtype.ts';
import { mentionedRelations } from '../../sql/mentioned-relations.ts';
import { queryPart } from '../../sql/query-part.ts';
import { renameRelations } from '../../sql/rename-relations.ts';
import { splitStatements } from '../../sql/split-statements.ts';
import type { Statement } from '../../sql/sql.ts';
import type { DatabaseParts } from '../database-parts.ts';
import { findTable } from '../mirror-relations.ts';
import type { PreparedStatement } from '../prepare-statement.ts';
import type { StatementContext } from '../query.ts';
import type { TransactionTables } from '../transaction-tables.ts';
import { temporaryTogether } from '../errors.ts';
import { isTemporaryName } from './temporary-name.ts';
import { TemporaryObjects } from './temporary-objects.ts';

/** A query over tables of the catalog, whose rows the private instance gets in a table of its own. */
export type FillSource = {
  /** SQL text of the table's name. */
  readonly table: string;
  readonly prepared: PreparedStatement;
  readonly columns: readonly string[];
  /** A whole table of the catalog, which must not be too large. */
  readonly isWhole: boolean;
};

/** How a statement that changes temporary tables gets rows from tables of the catalog. */
export type FillPlan = {
  /** For the private instance, over the sources' tables. */
  readonly statement: Statement;
  readonly sources: readonly FillSource[];
};

type Prepare = (statement: Statement, oids: readonly number[]) => Promise<PreparedStatement>;

/**
 * A query that is all of what the statement reads is computed by the engine; where the statement reads tables in other
 * places they are handed over whole.
 */
export async function fillPlan(
  parts: DatabaseParts,
  statement: Statement,
  parameterOids: readonly number[],
  context: StatementContext,
  tables: TransactionTables,
  prepare: Prepare,
): Promise<FillPlan> {
  const part = queryPart(parts.grammar, statement);
  if (part !== undefined && !/\$\d/.test(part.replaced('').text)) {
    const prepared = await prepare(part.query, parameterOids);
    const fields = prepared.fields ?? [];
    const columns = fields.map((_, index) => `c${index + 1}`);
    const source = { table: newName(), prepared, columns, isWhole: false };
    return { statement: part.replaced(selectFrom(source.table, fields, part.query)), sources: [source] };
  }
  if (statement.kind === 'utility') throw temporaryTogether();
  return await wholeTables(parts, statement, context, tables, prepare);
}

async function wholeTables(
  parts: DatabaseParts,
  statement: Statement,
  context: StatementContext,
  tables: TransactionTables,
  prepare: Prepare,
): Promise<FillPlan> {
  const { temporary } = context;
  if (!(temporary instanceof TemporaryObjects)) throw temporaryTogether();
  const names = await temporary.names();
  const sources: FillSource[] = [];
  const renamed = new Map<string, string>();
  const keyOf = ({ schema = '', name }: { readonly schema?: string; readonly name: string }): string =>
    JSON.stringify([schema, name]);
  for (const mention of mentionedRelations(statement.node)) {
    const { schema, name } = mention;
    if (renamed.has(keyOf(mention)) || isTemporaryName(mention, names, context)) continue;
    const found = await findTable(parts, { name, position: 1, ...(schema && { schema }) }, tables, context);
    if (found === undefined) continue;
    const qualified = `${sqlName(found.name.namespace.join('.'))}.${sqlName(found.name.name)}`;
    const [query] = splitStatements(parts.grammar, `SELECT * FROM ${qualified}`);
    const prepared = await prepare(query!, []);
    const columns = (prepared.fields ?? []).map((field) => field.name);
    const source = { table: newName(), prepared, columns, isWhole: true };
    sources.push(source);
    renamed.set(keyOf(mention), source.table);
  }
  if (statement.timeTravel.length > 0)
    throw notSupported(
      'time travel in a change of a temporary table',
      'Copy that snapshot into a temporary table first.',
    );
  const rewritten = renameRelations(parts.grammar, statement, (relation) => renamed.get(keyOf(relation)));
  return { statement: rewritten, sources };
}

/** The columns by the names of the query. Bare constants are repeated, so that they still take the type of the target. */
function selectFrom(table: string, fields: readonly Field[], query: Statement): string {
  const select = 'SelectStmt' in query.node ? query.node.SelectStmt : {};
  const targets = select.op === 'SETOP_NONE' ? (select.targetList ?? []) : [];
  const columns = fields.map((field, index) => {
    const target = targets[index];
    const value =
      targets.length === fields.length && target && 'ResTarget' in target ? target.ResTarget.val : undefined;
    const constant = value !== undefined && 'A_Const' in value ? value.A_Const : undefined;
    const { sval, isnull } = (constant ?? {}) as { sval?: { sval?: string }; isnull?: boolean };
    const sql = isnull === true ? 'NULL' : sval === undefined ? `c${index + 1}` : sqlText(sval.sval ?? '');
    return `${sql} AS ${sqlName(field.name)}`;
  });
  return `SELECT ${columns.join(', ')} FROM ${table}`;
}

/** Nobody guesses it, and it is gone after the transaction at the latest. */
function newName(): string {
  return `pg_temp.${sqlName(`source ${crypto.randomUUID()}`)}`;
}

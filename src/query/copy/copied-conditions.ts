import type { CopyStmt } from '@pgsql/types';
import { sqlName } from '../../base/sql-name.ts';
import type { EngineValue } from '../../engine/engine.ts';
import { byteOffsets } from '../../sql/byte-offsets.ts';
import { splitStatements } from '../../sql/split-statements.ts';
import { scanMarker } from '../../translate/translate.ts';
import type { MirroredColumn, MirroredRelation } from '../../translate/translate.ts';
import { bindParameters } from '../bind-parameters.ts';
import { engineTranslation } from '../engine-translation.ts';
import { inClientText, prepareStatement } from '../prepare-statement.ts';
import type { TranslatedCheck } from '../check-rows.ts';
import type { StatementRun } from '../statement-run.ts';
import { tableChecks } from '../table-checks.ts';
import type { StagedTable } from '../transaction-tables.ts';
import { subqueryInWhere } from './errors.ts';

/** SQL over rows of the table (a subquery with columns `c<attnum>`), and its parameters. */
export type OverRows = {
  readonly sql: (rows: string) => string;
  readonly parameters: readonly EngineValue[];
  /** See ModifyTranslation. */
  readonly sequences: readonly number[];
};

/** What the engine computes of copied rows before they are written. */
export type CopiedConditions = {
  /** One row per row, whether it is copied. */
  readonly where: OverRows | undefined;
  /** Rows with the defaults of columns that the stream lacks, as `n<attnum>`. */
  readonly complete: OverRows | undefined;
  readonly checks: readonly TranslatedCheck[];
  /** Constraints are looked at in SQL, not as rows are read. */
  readonly inSql: boolean;
};

export async function copiedConditions(
  run: StatementRun,
  node: CopyStmt,
  staged: StagedTable,
  relation: MirroredRelation,
  columns: readonly MirroredColumn[],
): Promise<CopiedConditions> {
  const { properties } = staged.loaded.metadata;
  const live = relation.columns.filter((column) => column !== undefined);
  const table = `${sqlName(relation.schemaName)}.${sqlName(relation.relationName)}`;
  const defaulted = live.some(
    (column) =>
      !columns.includes(column) &&
      ['default', 'identity'].some((kind) => properties[`bergwire.${kind}.${column.field.id}`] !== undefined),
  );
  const names = columns.map(({ field }) => sqlName(field.name)).join(', ');
  const where = node.whereClause === undefined ? undefined : await whereClause(run, node, table);
  const complete = defaulted
    ? await overRows(run, `INSERT INTO ${table} (${names}) SELECT ${names} FROM ${table}`)
    : undefined;
  const checks = await tableChecks(run, staged);
  const required = live.some(({ field }) => field.required);
  const inSql = checks.length > 0 || ((where !== undefined || complete !== undefined) && required);
  return { where, complete, checks, inSql };
}

async function whereClause(run: StatementRun, node: CopyStmt, table: string): Promise<OverRows> {
  const { statement } = run.prepared;
  refuseSubqueries(node, (offset) => statement.toClientPosition(byteOffsets(statement.text).position(offset)));
  const tokens = run.parts.grammar.scan(statement.text) ?? [];
  let depth = 0;
  const word = tokens.find(({ text, kind }) => {
    if (text === '(') depth++;
    if (text === ')') depth--;
    return depth === 0 && kind === 'keyword' && text.toLowerCase() === 'where';
  })!;
  const outer = byteOffsets(statement.text);
  const condition = Buffer.from(statement.text).toString('utf8', word.end);
  const head = 'SELECT (';
  const toClient = (position: number): number =>
    statement.toClientPosition(outer.position(word.end + byteOffsets(condition).offset(position - head.length)));
  try {
    return await overRows(run, `${head}${condition}\n)::boolean FROM ${table}`);
  } catch (error) {
    throw inClientText(error, toClient);
  }
}

function refuseSubqueries(node: CopyStmt, position: (offset: number) => number): void {
  JSON.stringify(node.whereClause, (key, value: unknown) => {
    if (key === 'SubLink') throw subqueryInWhere(position((value as { location?: number }).location ?? 0));
    return value;
  });
}

/** A statement of our own that reads the table once. */
async function overRows(run: StatementRun, text: string): Promise<OverRows> {
  const [statement] = splitStatements(run.parts.grammar, text);
  const { route } = await prepareStatement(
    run.parts,
    { ...statement!, toClientPosition: (at) => at },
    [],
    run.context,
    run.tables,
  );
  const { sql, scans, parameters } = route.kind === 'modify' ? route.translation : engineTranslation(route);
  if (scans.length !== 1) throw new Error('a condition of COPY reads more than its own rows');
  const values = await bindParameters(run.parts, parameters, [], { formats: [], values: [] }, run.context);
  const sequences = route.kind === 'modify' ? route.translation.sequences : [];
  return { sql: (rows) => sql.replaceAll(scanMarker(0), () => rows), parameters: values, sequences };
}

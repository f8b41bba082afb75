import { scanMarker } from '../../translate/translate.ts';
import type { NestedField } from '../../iceberg/iceberg.ts';
import type { ScanPlan } from '../../plan/plan.ts';
import type { EngineScan, EngineStatement } from '../engine.ts';
import { unsupportedFileFormat } from '../errors.ts';
import type { PlainStatement, SetupStep } from '../worker/messages.ts';
import { duckdbType } from './duckdb-type.ts';
import { equalityFilters } from './equality-filter.ts';
import { equalityDeleteSets } from './equality-deletes.ts';
import { textListValue } from './list-value.ts';
import { positionFilter } from './position-filter.ts';
import { localPath } from './scan-context.ts';
import type { ScanContext } from './scan-context.ts';
import { readablePaths } from './readable-paths.ts';
import type { FileColumn, LocalFile } from './read-files-sql.ts';
import { readFilesSql } from './read-files-sql.ts';

/** Replaces the scan markers of a statement by SQL over the planned files; deletes are loaded on the connection. */
export async function plainStatement(statement: EngineStatement, context: ScanContext): Promise<PlainStatement> {
  const setup: SetupStep[] = [];
  let { sql } = statement;
  for (const [i, scan] of statement.scans.entries()) {
    const scanned = await scanSql(scan, i, context);
    setup.push(...scanned.setup);
    sql = sql.replaceAll(scanMarker(i), () => scanned.sql);
  }
  return { setup, sql, parameters: statement.parameters, timeZone: statement.timeZone };
}

/**
 * A parenthesised subquery with the scan's columns `c<attnum>`, and `row_file`, `row_position` where wanted. What it
 * needs on the connection is in `setup`, or already there: DuckDB variables and temp tables named `bw_*<number>*`.
 */
async function scanSql(
  scan: EngineScan,
  number: number,
  context: ScanContext,
): Promise<{ readonly sql: string; readonly setup: readonly SetupStep[] }> {
  const { plan } = scan;
  const wanted = scan.columns.map(({ attnum, fieldId }) => ({ alias: `c${attnum}`, field: fieldOf(plan, fieldId) }));
  const outputs = wanted.map(({ alias }) => alias);
  if (scan.positions) outputs.push('row_file', 'row_position');
  if (outputs.length === 0) outputs.push('1 AS c0');
  if (plan.files.length === 0) return { sql: emptySql(wanted), setup: [] };

  const files = await localFiles(scan, context);
  const sets = equalityDeleteSets(plan);
  const keys: FileColumn[] = sets.flatMap(({ fields }) => fields.map((field) => ({ alias: `k${field.id}`, field })));
  const columns = [...wanted, ...new Map(keys.map((key) => [key.alias, key])).values()];
  const setup: SetupStep[] = [];
  const groups = [...Map.groupBy(files, ({ schema }) => schema).values()].map((group, i) => {
    const variable = `bw_files${number}_${i}`;
    setup.push({ sql: `SET VARIABLE ${variable} = $1`, parameters: [textListValue(group.map(({ path }) => path))] });
    return readFilesSql(group, columns, plan.nameMapping, variable, plan.table);
  });
  const base = groups.length === 1 ? groups[0]! : groups.map((sql) => `(${sql})`).join(' UNION ALL ');
  const filters = [
    await positionFilter(plan, number, context),
    await equalityFilters(plan, sets, number, context),
  ].filter((filter) => filter !== undefined);
  const joins = filters.map(({ join }) => join).join('');
  const conditions = filters.flatMap(({ condition }) => (condition === undefined ? [] : [condition]));
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  return { sql: `(SELECT ${outputs.join(', ')} FROM (${base}) AS s${joins}${where})`, setup };
}

function fieldOf(plan: ScanPlan, fieldId: number): NestedField {
  const field = plan.schema.fields.find(({ id }) => id === fieldId);
  if (field === undefined) throw new Error(`schema of ${plan.table} has no top-level field ${fieldId}`);
  return field;
}

function emptySql(columns: readonly FileColumn[]): string {
  const nulls = columns.map(({ alias, field }) => `NULL::${duckdbType(field.type)} AS ${alias}`);
  return `(SELECT ${[...nulls, 'NULL::UBIGINT AS row_file', 'NULL::BIGINT AS row_position'].join(', ')} WHERE false)`;
}

async function localFiles({ plan, fileOrder }: EngineScan, context: ScanContext): Promise<readonly LocalFile[]> {
  const order = fileOrder ?? plan.files.map((_, index) => index);
  const paths = order.map((index) => {
    const { file } = plan.files[index]!;
    if (file.format !== 'parquet') throw unsupportedFileFormat(plan.table, file.format, 'data');
    return localPath(file.path, context.files);
  });
  const schemas = await context.schemas.of(paths, context.query);
  const traits = await context.traits.of(paths, context.query);
  const readable = await readablePaths(
    order.map((index) => plan.files[index]!.file),
    paths,
    context,
  );
  return order.map((index, i) => ({
    planned: plan.files[index]!,
    index,
    path: readable[i]!,
    schema: schemas[i]!,
    hasFloatBloom: traits[i]!.hasFloatBloom,
    hasBytesBloom: traits[i]!.hasBytesBloom,
  }));
}

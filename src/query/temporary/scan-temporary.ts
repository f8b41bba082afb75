import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { sqlName } from '../../base/sql-name.ts';
import type { Type } from '../../iceberg/iceberg.ts';
import { planScan } from '../../plan/plan-scan.ts';
import type { ScanRequest } from '../../translate/translate.ts';
import { temporaryArray, temporaryColumnType, undefinedTable } from '../errors.ts';
import type { RelationRead } from '../relation-reads.ts';
import { currentState, type PlannedRelation } from '../scan-relations.ts';
import type { StatementRun } from '../statement-run.ts';
import { csvLine } from '../csv-line.ts';
import { csvSource } from '../csv-source.ts';
import { engineExpression, exportExpression } from './export-expression.ts';
import { TemporaryObjects } from './temporary-objects.ts';

/** Rows that one step takes out of the private instance. */
const STEP_ROWS = 5000;

/** A temporary table as a source of the engine: the columns that are asked for are written to a file that it reads. */
export async function scanTemporary(
  run: StatementRun,
  request: ScanRequest,
  read: Extract<RelationRead, { kind: 'temporary' }>,
): Promise<PlannedRelation> {
  const { temporary } = run.context;
  const table = temporary instanceof TemporaryObjects ? temporary.mirroredAs(read.name) : undefined;
  if (table === undefined) throw undefinedTable(read.name.name);
  const columns = request.attnums.map((attnum) => {
    const column = read.columns[attnum - 1]!;
    if (column.refused !== undefined) throw temporaryColumnType(column.name, column.refused);
    return { attnum, ...column };
  });
  const file = join(run.parts.engine.temporaryFolder, `temporary-${randomUUID()}.csv`);
  run.scratch(file);
  const selected = columns.map(({ name, type }) => exportExpression(sqlName(name), type));
  const types: readonly Type[] = ['int', ...columns.map(({ type }) => type)];
  const query = `SELECT ${['1', ...selected].join(', ')} FROM pg_temp.${sqlName(read.name.name)}`;
  const longestLine = await writeRows(run, query, types, file);
  const names = ['n', ...columns.map(({ attnum }) => `v${attnum}`)];
  const values = columns.map(({ attnum, type }) => `${engineExpression(`v${attnum}`, type)} AS c${attnum}`);
  const source = csvSource(file, names, longestLine);
  const plan = await planScan({
    table: read.name.name,
    metadata: table.metadata,
    ...currentState(table.metadata),
    predicate: { kind: 'true' },
    manifests: run.parts.manifests,
    fieldIds: new Set(),
  });
  return {
    scan: { plan, columns: [], positions: false },
    predicate: { kind: 'true' },
    inline: `(SELECT ${values.length === 0 ? '1 AS c0' : values.join(', ')} FROM ${source})`,
  };
}

/** What the text of the exported values depends on. */
const EXPORT_SETTINGS: ReadonlyMap<string, string> = new Map([
  ['bytea_output', 'hex'],
  ['datestyle', 'ISO, MDY'],
  ['intervalstyle', 'postgres'],
  ['extra_float_digits', '1'],
]);

/** Writes the rows of a query of the private instance as CSV; answers the length of the longest line. */
async function writeRows(run: StatementRun, query: string, types: readonly Type[], path: string): Promise<number> {
  const instance = await run.temporary.enter({ ...run.context, settings: EXPORT_SETTINGS });
  const portal = { name: run.temporary.newPortal(), maxRows: STEP_ROWS };
  await using file = await open(path, 'wx', 0o600);
  let longest = 0;
  let answer = await instance.run(query, { oids: [], formats: [], values: [] }, [], portal, run.signal);
  for (;;) {
    const lines = answer.rows.map((row) => csvLine(row, types, temporaryArray));
    for (const line of lines) longest = Math.max(longest, line.length);
    await file.write(lines.join(''));
    if (answer.tag !== '') return longest;
    answer = await instance.more(portal, run.signal);
  }
}

import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { notSupported } from '../../base/sql-error.ts';
import type { Type } from '../../iceberg/iceberg.ts';
import type { FinishedChange, TargetOfChange } from '../../postgres/postgres.ts';
import type { MirroredColumn, MirroredRelation } from '../../translate/translate.ts';
import { csvLine } from '../csv-line.ts';
import { csvSource } from '../csv-source.ts';
import type { StatementRun } from '../statement-run.ts';
import { engineExpression, exportExpression } from '../temporary/export-expression.ts';

/** Rows that are written at once. */
const STEP_ROWS = 1000;

/** How Postgres is asked for the new rows of a change. The first value only keeps lines from being empty. */
export function targetOfChange(relation: MirroredRelation): TargetOfChange {
  return {
    relation,
    exports: liveColumns(relation).map(({ attnum, field }) => ({
      attnum,
      sql: (column) => `(${exportExpression(column, exportedType(field.type))})::pg_catalog.text`,
    })),
  };
}

/**
 * SQL of the rows that a change takes away and adds, as `actions` of run-modify.ts has them; the rows it was done on are
 * the engine's table `copied`.
 */
export async function changedRows(
  run: StatementRun,
  relation: MirroredRelation,
  { deleted, inserted }: FinishedChange,
): Promise<string> {
  const columns = liveColumns(relation);
  const types = columns.map(({ field }) => exportedType(field.type));
  const file = join(run.parts.engine.temporaryFolder, `finished-${randomUUID()}.csv`);
  run.scratch(file);
  const longest = await writeLines(file, inserted, (row) => csvLine(row, types, severalDimensions));
  const names = columns.map(({ attnum }) => `v${attnum}`);
  const values = columns.map(({ attnum }, index) => `${engineExpression(`v${attnum}`, types[index]!)} AS n${attnum}`);
  const added = `SELECT CAST(1 AS TINYINT) AS action, CAST(NULL AS UBIGINT) AS row_file, CAST(NULL AS BIGINT) AS row_position,
    ${values.join(', ')} FROM ${csvSource(file, names, longest)}`;
  if (deleted === '') return added;
  const none = columns.map(() => 'NULL').join(', ');
  return `${added} UNION ALL SELECT 3, row_file, row_position, ${none} FROM copied WHERE rowid IN (${deleted})`;
}

/** Writes a line for each row, a few at a time: others have their turn between them. Answers the longest line's length. */
async function writeLines(
  path: string,
  rows: readonly Uint8Array[],
  lineOf: (row: Uint8Array) => string,
): Promise<number> {
  await using file = await open(path, 'wx', 0o600);
  let longest = 0;
  for (let start = 0; start < rows.length; start += STEP_ROWS) {
    const lines = rows.slice(start, start + STEP_ROWS).map(lineOf);
    for (const line of lines) longest = Math.max(longest, line.length);
    await file.write(lines.join(''));
  }
  return longest;
}

/** Whether new rows of the relation can be handed over: structs and maps, and lists of lists, cannot. */
export function canBeChanged(relation: MirroredRelation): boolean {
  return liveColumns(relation).every(({ field: { type } }) => isPlain(type) || (isList(type) && isPlain(type.element)));
}

function isPlain(type: Type): boolean {
  return typeof type !== 'object' || type.kind === 'decimal' || type.kind === 'fixed';
}

function isList(type: Type): type is Extract<Type, { kind: 'list' }> {
  return typeof type === 'object' && type.kind === 'list';
}

function exportedType(type: Type): Type {
  return typeof type === 'object' && type.kind === 'fixed' ? 'binary' : type;
}

function liveColumns(relation: MirroredRelation): readonly MirroredColumn[] {
  return relation.columns.filter((column) => column !== undefined);
}

function severalDimensions(): ReturnType<typeof notSupported> {
  return notSupported(
    'an array of several dimensions in a change that Postgres finishes',
    'Keep arrays of one dimension, from 1, in it.',
  );
}

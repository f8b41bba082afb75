import { sqlName } from '../../base/sql-name.ts';
import { sqlText } from '../../base/sql-text.ts';
import { planRun } from '../plan-run.ts';
import { engineTranslation } from '../engine-translation.ts';
import { prepareOwn } from '../prepare-own.ts';
import { qualifiedName } from '../qualified-name.ts';
import { connectFor } from '../statement-run.ts';
import type { StatementRun } from '../statement-run.ts';
import type { StagedTable } from '../transaction-tables.ts';
import type { CheckDefinition, PrimaryKeyDefinition } from '../../postgres/table-definition.ts';
import { containsNulls, duplicatedKey, violatedBySomeRow } from './errors.ts';

export type Validation = {
  /** Columns that are NOT NULL now. */
  readonly required: readonly string[];
  readonly checks: readonly CheckDefinition[];
  /** A key that is new. */
  readonly primaryKey: PrimaryKeyDefinition | undefined;
};

/** Raises 23502, 23514 or 23505 where rows that are there already break what was added; reads the altered table. */
export async function validateRows(run: StatementRun, staged: StagedTable, validation: Validation): Promise<void> {
  const { required, checks, primaryKey } = validation;
  const table = qualifiedName(staged.name);
  for (const column of required)
    if ((await firstRow(run, staged, `SELECT 1 FROM ${table} WHERE ${sqlName(column)} IS NULL LIMIT 1`)) !== undefined)
      throw containsNulls(staged.name, column);
  for (const { name, sql } of checks)
    if ((await firstRow(run, staged, `SELECT 1 FROM ${table} WHERE NOT (${sql}\n) LIMIT 1`)) !== undefined)
      throw violatedBySomeRow(staged.name, name);
  if (primaryKey === undefined) return;
  const columns = primaryKey.columns.map(sqlName).join(', ');
  const names = primaryKey.columns.join(', ');
  const shown = primaryKey.columns.map((name) => `${sqlName(name)}::text`).join(` || ', ' || `);
  const duplicate = await firstRow(
    run,
    staged,
    `SELECT ${sqlText(`Key (${names})=(`)} || ${shown} || ') is duplicated.' FROM ${table}
     GROUP BY ${columns} HAVING count(*) > 1 LIMIT 1`,
  );
  if (duplicate !== undefined) throw duplicatedKey(staged.name, primaryKey.name, String(duplicate[0]));
}

async function firstRow(run: StatementRun, staged: StagedTable, text: string): Promise<readonly unknown[] | undefined> {
  const prepared = await prepareOwn(run, staged.name, 'select', text);
  const own = { ...run, prepared, parameters: { formats: [], values: [] } };
  const { statement } = await planRun(own, engineTranslation(prepared.route));
  const connection = await connectFor(run);
  try {
    return (await connection.values(statement))[0];
  } finally {
    await connection[Symbol.asyncDispose]();
  }
}

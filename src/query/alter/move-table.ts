import type { TableName } from '../../catalog/catalog.ts';
import type { StatementRun } from '../statement-run.ts';
import type { StagedTable } from '../transaction-tables.ts';

/** Gives a table another name, which nothing has; its files stay where they are. */
export async function moveTable(run: StatementRun, staged: StagedTable, to: TableName): Promise<void> {
  await run.parts.postgres.mirror.dropTable(staged.name);
  run.tables.rename(staged, to);
  await run.parts.postgres.mirror.ensureTable(staged.loaded);
}

import type { MetadataChange, StagedTable } from './transaction-tables.ts';
import type { StatementRun } from './statement-run.ts';

/** Changes a staged table's metadata and mirrors the result, so that Postgres knows it from here on. */
export async function changeMirrored(run: StatementRun, staged: StagedTable, change: MetadataChange): Promise<void> {
  run.tables.change(staged, change);
  await run.parts.postgres.mirror.ensureTable(staged.loaded);
}

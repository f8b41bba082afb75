import type { PlannedFile } from '../plan/plan.ts';
import { planScan } from '../plan/plan-scan.ts';
import type { StatementRun } from './statement-run.ts';
import type { StagedTable } from './transaction-tables.ts';
import { tableNameText } from './errors.ts';
import { currentState } from './scan-relations.ts';

/** Every data file of a table as its transaction sees it. */
export async function liveFiles(run: StatementRun, staged: StagedTable): Promise<readonly PlannedFile[]> {
  const { metadata } = staged.loaded;
  const { files } = await planScan({
    table: tableNameText(staged.name),
    metadata,
    ...currentState(metadata),
    predicate: { kind: 'true' },
    manifests: run.parts.manifests,
    pending: staged.pending,
    fieldIds: new Set(),
  });
  return files;
}

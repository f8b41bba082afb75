import type { TruncateStmt } from '@pgsql/types';
import { planScan } from '../plan/plan-scan.ts';
import type { Execution } from './query.ts';
import type { StatementRun } from './statement-run.ts';
import { tableNameText } from './errors.ts';
import { currentState } from './scan-relations.ts';
import { stageNamed } from './stage-named.ts';
import { finished } from './statement-run.ts';

/** TRUNCATE: every data file leaves the table; no row is read. */
export async function truncateTables(run: StatementRun, node: TruncateStmt): Promise<Execution> {
  for (const relation of node.relations ?? []) {
    if (!('RangeVar' in relation)) continue;
    const staged = await stageNamed(run, relation.RangeVar);
    const { metadata } = staged.loaded;
    const plan = await planScan({
      table: tableNameText(staged.name),
      metadata,
      ...currentState(metadata),
      predicate: { kind: 'true' },
      manifests: run.parts.manifests,
      pending: staged.pending,
      fieldIds: new Set(),
    });
    run.tables.addChanges(
      staged,
      [],
      [],
      plan.files.map(({ file }) => file.path),
    );
  }
  return finished('TRUNCATE TABLE');
}

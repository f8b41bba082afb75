import type { TruncateStmt } from '@pgsql/types';
import type { Execution } from './query.ts';
import type { StatementRun } from './statement-run.ts';
import { liveFiles } from './live-files.ts';
import { restartOwned } from './restart-sequence.ts';
import { stageNamed } from './stage-named.ts';
import { finished } from './statement-run.ts';

/** TRUNCATE: every data file leaves the table; no row is read. */
export async function truncateTables(run: StatementRun, node: TruncateStmt): Promise<Execution> {
  for (const relation of node.relations ?? []) {
    if (!('RangeVar' in relation)) continue;
    const staged = await stageNamed(run, relation.RangeVar);
    const files = await liveFiles(run, staged);
    run.tables.addChanges(
      staged,
      [],
      [],
      files.map(({ file }) => file.path),
    );
    if (node.restart_seqs === true) await restartOwned(run, staged.name.namespace.join('.'), staged.name.name);
  }
  return finished('TRUNCATE TABLE');
}

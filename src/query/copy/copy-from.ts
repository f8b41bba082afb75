import type { CopyStmt } from '@pgsql/types';
import { notSupported } from '../../base/sql-error.ts';
import type { CopyOptions } from '../../copy/copy.ts';
import type { Execution } from '../query.ts';
import type { StatementRun } from '../statement-run.ts';

export async function copyFrom(_run: StatementRun, _node: CopyStmt, options: () => CopyOptions): Promise<Execution> {
  options();
  throw notSupported('COPY FROM', 'Use INSERT.');
}

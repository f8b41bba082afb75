import { notSupported } from '../../base/sql-error.ts';
import type { Statement } from '../../sql/sql.ts';
import type { Execution } from '../query.ts';
import type { StatementRun } from '../statement-run.ts';

/** COPY ... TO STDOUT (FORMAT parquet | arrow). */
export async function exportRows(
  _run: StatementRun,
  format: 'parquet' | 'arrow',
  _statement: Statement,
): Promise<Execution> {
  throw notSupported(`COPY ... TO STDOUT (FORMAT ${format})`, 'Use the format csv or binary.');
}

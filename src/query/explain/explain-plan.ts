import { notSupported } from '../../base/sql-error.ts';
import { explainFinished } from '../finish/explain-finished.ts';
import type { StatementRun } from '../statement-run.ts';
import type { ExplainOptions } from './explain-options.ts';
import { explainSelect } from './explain-select.ts';
import type { Explained } from './run-explain.ts';

/** How a prepared statement is computed; ANALYZE runs it, so it must read only then. */
export async function explainPlan(
  run: StatementRun,
  preparationMs: number,
  options: Pick<ExplainOptions, 'analyse' | 'verbose' | 'format'>,
): Promise<Explained> {
  const { route } = run.prepared;
  switch (route.kind) {
    case 'select':
      return await explainSelect(run, route.translation, preparationMs, options);
    case 'modify':
      return await explainSelect(run, route.translation, preparationMs, options, route.translation);
    case 'finish':
      return await explainFinished(run, route.plan, preparationMs, options);
    default:
      throw notSupported('EXPLAIN of this statement', 'Explain the query itself.');
  }
}

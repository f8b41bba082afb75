import type { ModifyTranslation, Translation } from '../../translate/translate.ts';
import { figuresOf } from '../figures-of.ts';
import { planRun } from '../plan-run.ts';
import { connectFor } from '../statement-run.ts';
import type { StatementRun } from '../statement-run.ts';
import { takeValues } from '../take-values.ts';
import { wholeFiles } from '../whole-files.ts';
import type { ExplainOptions } from './explain-options.ts';
import { describePlan } from './describe-plan.ts';
import type { Explained } from './run-explain.ts';

/** Explains what reads only; ANALYZE has the engine run it, and rows and times stand in its plan. */
export async function explainSelect(
  run: StatementRun,
  translation: Pick<Translation, 'sql' | 'scans' | 'parameters'>,
  preparationMs: number,
  options: Pick<ExplainOptions, 'analyse' | 'verbose' | 'format'>,
  change?: ModifyTranslation,
): Promise<Explained> {
  const startedAt = performance.now();
  const { planned, statement } = await planRun(run, translation);
  const planningMs = preparationMs + performance.now() - startedAt;
  const connection = await connectFor(run);
  try {
    const executedAt = performance.now();
    const engine = await takeValues(run, connection, change?.sequences ?? [], () =>
      connection.explain(statement, { analyse: options.analyse, json: options.format !== 'text' }),
    );
    const whole = change === undefined ? 0 : wholeFiles(change, statement).dropped.length;
    const dropped = (scan: number): number => (scan === change?.targetScan ? whole : 0);
    return {
      ...describePlan(planned, dropped, options.verbose ? statement.sql : undefined, engine),
      planningMs,
      executionMs: options.analyse ? performance.now() - executedAt : undefined,
      execution: { figures: figuresOf(planned), notices: [] },
    };
  } finally {
    await connection[Symbol.asyncDispose]();
  }
}

import { describeScan } from '../../plan/describe-scan.ts';
import { dataRowValues } from '../../postgres/read-reply.ts';
import { figuresOf } from '../figures-of.ts';
import type { ExplainOptions } from '../explain/explain-options.ts';
import type { ExplainedValue } from '../explain/explained-text.ts';
import type { Explained } from '../explain/run-explain.ts';
import { planRun } from '../plan-run.ts';
import type { PlannedRelation } from '../scan-relations.ts';
import type { StatementRun } from '../statement-run.ts';
import type { FinishPlan } from './finish-plan.ts';
import { finished } from './run-finished.ts';

/** EXPLAIN of what Postgres finishes: why, what is read for it, and with ANALYZE the plan that Postgres ran. */
export async function explainFinished(
  run: StatementRun,
  plan: FinishPlan,
  preparationMs: number,
  { analyse, format }: Pick<ExplainOptions, 'analyse' | 'format'>,
): Promise<Explained> {
  const startedAt = performance.now();
  const { planned, plans } = analyse
    ? await analysed(run, plan, format !== 'text')
    : { ...(await scansOf(run, plan)), plans: [] };
  const tookMs = performance.now() - startedAt;
  const scans = planned.map(({ scan, predicate }) => describeScan(scan.plan, predicate));
  const because = plan.reason.message;
  return {
    lines: [
      `Finished in Postgres: ${because}`,
      ...scans.flatMap((scan) => scan.lines),
      ...(analyse ? ['Postgres plan:', ...plans] : []),
    ],
    object: {
      'Finished In Postgres': because,
      Scans: scans.map((scan) => scan.json),
      ...(analyse && format !== 'text' && { 'Postgres Plan': JSON.parse(plans.join('\n')) as ExplainedValue }),
    },
    planningMs: preparationMs + (analyse ? 0 : tookMs),
    executionMs: analyse ? tookMs : undefined,
    execution: { figures: figuresOf(planned), notices: [] },
  };
}

type Analysed = { readonly planned: readonly PlannedRelation[]; readonly plans: readonly string[] };

async function scansOf(run: StatementRun, { copies, parameters }: FinishPlan): Promise<Pick<Analysed, 'planned'>> {
  return await planRun(run, { sql: '', scans: copies.map(({ scan }) => scan), parameters });
}

async function analysed(run: StatementRun, plan: FinishPlan, json: boolean): Promise<Analysed> {
  const explain = `EXPLAIN (ANALYZE${json ? ', FORMAT JSON' : ''}) `;
  const { result, planned } = await finished({ ...run, resultFormats: [0] }, plan, explain);
  if (result.failure !== undefined) throw result.failure;
  const plans: string[] = [];
  const rows = Buffer.from(result.rows);
  for (let at = 0; at < rows.length; at += 1 + rows.readInt32BE(at + 1))
    plans.push(Buffer.from(dataRowValues(rows.subarray(at, at + 1 + rows.readInt32BE(at + 1)))[0] ?? []).toString());
  return { planned, plans };
}

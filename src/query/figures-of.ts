import type { ExecutionFigures } from './query.ts';
import type { PlannedRelation } from './scan-relations.ts';

/** What planned scans read, for the log. */
export function figuresOf(planned: readonly PlannedRelation[]): ExecutionFigures {
  const plans = planned.map(({ scan }) => scan.plan);
  return {
    filesRead: plans.reduce((sum, plan) => sum + plan.counts.filesRead, 0),
    filesTotal: plans.reduce((sum, plan) => sum + plan.counts.filesTotal, 0),
    sizeBytes: plans.reduce((sum, plan) => sum + plan.counts.sizeBytes, 0),
    snapshotIds: plans.flatMap((plan) => (plan.snapshotId === null ? [] : [plan.snapshotId])),
  };
}

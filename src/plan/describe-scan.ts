import type { Predicate, ScanPlan } from './plan.ts';
export function describeScan(plan: ScanPlan, _predicate: Predicate): { readonly lines: readonly string[]; readonly json: unknown } {
  return { lines: [plan.table], json: plan.counts };
}

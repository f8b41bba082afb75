import type { Scope } from './scope.ts';

export function prunePredicates(_scope: Scope): void {
  return;
}

export function pruneMergeTarget(_scope: Scope, _rtindex: number): void {
  return;
}

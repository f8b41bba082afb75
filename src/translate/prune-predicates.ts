import type { Scope } from './scope.ts';

export function prunePredicates(_scope: Scope): void {
  return;
}

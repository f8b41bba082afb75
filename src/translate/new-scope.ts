import type { Query } from '../tree/tree.ts';
import type { Scope } from './scope.ts';
import type { Statement } from './statement.ts';

/** The scope of a query one level below `parent`. */
export function newScope(query: Query, parent: Scope | undefined, statement: Statement): Scope {
  return {
    statement,
    query,
    number: statement.nextNumber(),
    parent,
    entries: new Map(),
    ctes: new Map(),
  };
}

import type { Node } from '@pgsql/types';
import { intoClause } from './into-clause.ts';
import type { StatementKind } from './sql.ts';

/** SELECT INTO creates a table: a utility statement. */
export function statementKind(node: Node): StatementKind {
  if ('SelectStmt' in node) return intoClause(node) ? 'utility' : 'select';
  if ('InsertStmt' in node) return 'insert';
  if ('UpdateStmt' in node) return 'update';
  if ('DeleteStmt' in node) return 'delete';
  return 'MergeStmt' in node ? 'merge' : 'utility';
}

import type { Node } from '@pgsql/types';
import type { StatementKind } from './sql.ts';

/** SELECT INTO creates a table: a utility statement. */
export function statementKind(node: Node): StatementKind {
  if ('SelectStmt' in node) return node.SelectStmt.intoClause ? 'utility' : 'select';
  if ('InsertStmt' in node) return 'insert';
  if ('UpdateStmt' in node) return 'update';
  if ('DeleteStmt' in node) return 'delete';
  return 'MergeStmt' in node ? 'merge' : 'utility';
}

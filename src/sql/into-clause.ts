import type { IntoClause, Node } from '@pgsql/types';

/** The INTO of a SELECT; of set operations it stands in their first query. */
export function intoClause(node: Node | undefined): IntoClause | undefined {
  let select = node !== undefined && 'SelectStmt' in node ? node.SelectStmt : undefined;
  while (select !== undefined) {
    if (select.intoClause !== undefined) return select.intoClause;
    select = select.larg;
  }
  return undefined;
}

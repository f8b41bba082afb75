import type { Statement } from '../sql/sql.ts';
import type { DatabaseParts } from './database-parts.ts';
import type { StatementContext } from './query.ts';
import { mirrorRelations } from './mirror-relations.ts';
import { inClientText, type PreparedStatement } from './prepare-statement.ts';
import type { TransactionTables } from './transaction-tables.ts';

/** Parse and Describe of CALL: its output arguments are the one row it returns. */
export async function prepareCall(
  parts: DatabaseParts,
  given: Statement,
  oids: readonly number[],
  context: StatementContext,
  tables: TransactionTables,
): Promise<PreparedStatement> {
  const { statement, reads } = await mirrorRelations(parts, given, tables, context);
  const { role, settings } = context;
  const { parameterOids, fields, notices } = await parts.postgres
    .analyse({ role, settings }, statement.text, oids)
    .catch((error: unknown) => {
      throw inClientText(error, statement.toClientPosition);
    });
  const route = { kind: 'postgres', text: statement.text, callsRoutines: true } as const;
  return { statement: given, parameterOids, fields, notices, reads, route, context, objects: tables.objects.current };
}

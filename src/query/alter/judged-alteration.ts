import type { TableDefinition } from '../../postgres/table-definition.ts';
import { mirrorRelations } from '../mirror-relations.ts';
import { inClientText } from '../prepare-statement.ts';
import type { StatementRun } from '../statement-run.ts';
import type { StagedTable } from '../transaction-tables.ts';

/**
 * The table as Postgres would have it after the statement, which is about it. `judged` may blank out parts of its text
 * and leaves the rest in its place.
 */
export async function judgedAlteration(
  run: StatementRun,
  staged: StagedTable,
  judged: (text: string) => string = (text) => text,
): Promise<TableDefinition> {
  const { statement } = await mirrorRelations(run.parts, run.prepared.statement, run.tables, run.context);
  const context = { role: run.context.role, settings: run.context.settings };
  try {
    return await run.parts.postgres.describeAlteration(context, judged(statement.text), staged.name);
  } catch (error) {
    throw inClientText(error, statement.toClientPosition);
  }
}

import { SqlError } from '../base/sql-error.ts';
import type { TableName } from '../catalog/catalog.ts';
import { prepareStatement } from './prepare-statement.ts';
import type { PreparedStatement } from './prepare-statement.ts';
import type { StatementRun } from './statement-run.ts';

/** Prepares a statement of the gateway's own about one table, which it names in full; errors carry no position. */
export async function prepareOwn(
  run: StatementRun,
  table: TableName,
  kind: 'select' | 'update',
  text: string,
): Promise<PreparedStatement> {
  const statement = {
    text,
    clientText: text,
    kind,
    node: kind === 'select' ? { SelectStmt: {} } : { UpdateStmt: {} },
    relations: [{ schema: table.namespace.join('.'), name: table.name, position: 1 }],
    timeTravel: [],
    toClientPosition: () => 1,
  };
  try {
    return await prepareStatement(run.parts, statement, [], run.context, run.tables);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const { position: _, ...fields } = error.fields;
    throw new SqlError(fields, { cause: error });
  }
}

import type { IndexStmt } from '@pgsql/types';
import { notSupported, SqlError } from '../base/sql-error.ts';
import type { Execution } from './query.ts';
import type { StatementRun } from './statement-run.ts';
import { mirrorRelations } from './mirror-relations.ts';
import { warning } from './notices.ts';
import { inClientText } from './prepare-statement.ts';
import { finished } from './statement-run.ts';

/**
 * CREATE INDEX changes no answer, so tools that send it may go on: Postgres judges it, and a WARNING says that nothing
 * is stored. A unique index would promise something: it is refused.
 */
export async function createIndex(run: StatementRun, node: IndexStmt): Promise<Execution> {
  if (node.unique === true)
    throw notSupported('CREATE UNIQUE INDEX', 'Iceberg tables have no indexes to enforce it; leave it out.');
  if (node.concurrent === true && run.inBlock)
    throw new SqlError({
      sqlstate: '25001',
      message: 'CREATE INDEX CONCURRENTLY cannot run inside a transaction block',
    });
  const { statement } = await mirrorRelations(run.parts, run.prepared.statement, run.tables, run.context);
  const context = { role: run.context.role, settings: run.context.settings };
  const text = statement.text.replace(/\bconcurrently\b/i, (word) => ' '.repeat(word.length));
  await run.parts.postgres
    .validate(context, [node.concurrent === true ? text : statement.text])
    .catch((error: unknown) => {
      throw inClientText(error, statement.toClientPosition);
    });
  return finished('CREATE INDEX', [warning('Iceberg tables have no indexes: nothing was stored')]);
}

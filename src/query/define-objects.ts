import { notSupported, SqlError } from '../base/sql-error.ts';
import type { NoticeFields } from '../postgres/postgres.ts';
import type { ObjectDefinition } from '../postgres/inventory-request.ts';
import type { Execution } from './query.ts';
import type { StatementRun } from './statement-run.ts';
import { mirrorRelations } from './mirror-relations.ts';
import { refuseDefinition } from './refuse-definition.ts';
import { inClientText } from './prepare-statement.ts';
import { ListingSync } from './listing-sync.ts';
import { restartSequence } from './restart-sequence.ts';
import { finished } from './statement-run.ts';

/** Times a statement is judged again because another session changed the mirror under it. */
const MAX_ATTEMPTS = 5;

/** Statements about views, sequences, types and routines: Postgres judges them, and what they changed is kept. */
export async function defineObjects(run: StatementRun): Promise<Execution> {
  const { node } = run.prepared.statement;
  if ('DropStmt' in node) await new ListingSync(run.parts).refresh();
  const { tag, notices } = await stageObjects(run);
  const reaches = notices.find(({ message, detail }) =>
    /(?:column|default value for column) .* of table/.test(`${message} ${detail}`),
  );
  if (reaches !== undefined)
    throw notSupported('a cascade to columns of tables', 'Change or drop the columns and their defaults first.');
  if ('AlterSeqStmt' in node) await restartSequence(run, node.AlterSeqStmt);
  return finished(tag, notices);
}

/**
 * What a statement on tables does to the objects that need them, staged: 2BP01 where it may not, or their new
 * definitions. Answers the notices of cascades. `text` makes of the statement's text what Postgres knows of it.
 */
export async function stageDependants(
  run: StatementRun,
  text?: (whole: string) => string,
): Promise<readonly NoticeFields[]> {
  const { text: whole } = run.prepared.statement;
  // A column may bring its own sequence.
  if (run.tables.objects.current.size === 0 && !/serial/i.test(whole)) return [];
  const { notices } = await stageObjects(run, text);
  return notices.filter(({ message }) => message.startsWith('drop cascades to'));
}

/** What a statement does to objects, staged; `text` is what is judged of its own. */
export async function stageObjects(
  run: StatementRun,
  text: (whole: string) => string = (whole) => whole,
): Promise<ObjectDefinition> {
  if (run.prepared.statement.timeTravel.length > 0)
    throw notSupported('time travel in a definition', 'Name the snapshot in the query that reads it.');
  const definition = await judged(run, text);
  for (const object of definition.changes.values()) {
    if (object !== null) refuseDefinition(object, run.tables.objects.current);
  }
  run.tables.objects.stage(definition.changes, run.context.role, definition.renamed);
  return definition;
}

async function judged(run: StatementRun, text: (whole: string) => string): Promise<ObjectDefinition> {
  const { parts, context, prepared, tables } = run;
  for (let attempt = 1; ; attempt++) {
    const { statement } = await mirrorRelations(parts, prepared.statement, tables, context);
    const { changes } = parts.postgres.objects;
    try {
      const asked = { role: context.role, settings: context.settings };
      return await parts.postgres.describeObjects(asked, text(statement.text));
    } catch (error) {
      const moved = parts.postgres.objects.changes !== changes;
      if (!moved || attempt === MAX_ATTEMPTS || !(error instanceof SqlError))
        throw inClientText(error, statement.toClientPosition);
    }
  }
}

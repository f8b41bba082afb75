import type { RenameStmt } from '@pgsql/types';
import { notSupported, SqlError } from '../base/sql-error.ts';
import type { TableMetadata } from '../iceberg/iceberg.ts';
import { renameColumn } from '../iceberg/rename-column.ts';
import type { TableDefinition } from '../postgres/table-definition.ts';
import type { Execution } from './query.ts';
import type { StatementRun } from './statement-run.ts';
import { defineObjects, stageDependants } from './define-objects.ts';
import { namesObject } from './names-object.ts';
import { duplicateTable, undefinedTable } from './errors.ts';
import { doesNotExist } from './notices.ts';
import type { StagedTable } from './transaction-tables.ts';
import { changeMirrored } from './change-mirrored.ts';
import { mirrorRelations } from './mirror-relations.ts';
import { inClientText } from './prepare-statement.ts';
import { stageIfExists } from './stage-named.ts';
import { finished } from './statement-run.ts';
import { withChecks } from './with-checks.ts';

/** ALTER TABLE ... RENAME [COLUMN ...] TO. */
export async function renameObject(run: StatementRun, node: RenameStmt): Promise<Execution> {
  if (node.relation === undefined || (node.renameType !== 'OBJECT_TABLE' && node.renameType !== 'OBJECT_COLUMN'))
    throw notSupported(
      `ALTER ${(node.renameType ?? '').replace('OBJECT_', '')} ... RENAME`,
      'Tables and columns can be renamed.',
    );
  const newName = node.newname ?? '';
  const staged = await stageIfExists(run, node.relation);
  if (staged === undefined && namesObject(run, node.relation)) return await defineObjects(run);
  if (staged === undefined) {
    if (node.missing_ok !== true) throw undefinedTable(node.relation.relname ?? '');
    return finished('ALTER TABLE', [doesNotExist('relation', node.relation.relname ?? '')]);
  }
  await stageDependants(run);
  if (node.renameType === 'OBJECT_TABLE') {
    const to = { namespace: staged.name.namespace, name: newName };
    if ((await run.tables.load(to)) !== undefined) throw duplicateTable(newName);
    await run.parts.postgres.mirror.dropTable(staged.name);
    run.tables.rename(staged, to);
    await run.parts.postgres.mirror.ensureTable(staged.loaded);
    return finished('ALTER TABLE');
  }
  const column = node.subname ?? '';
  const names = currentColumns(staged.loaded.metadata);
  if (!names.includes(column)) throw new SqlError({ sqlstate: '42703', message: `column "${column}" does not exist` });
  if (names.includes(newName))
    throw new SqlError({
      sqlstate: '42701',
      message: `column "${newName}" of relation "${staged.name.name}" already exists`,
    });
  const { checks } = await afterRename(run, staged);
  await changeMirrored(run, staged, (metadata) => withChecks(renameColumn(metadata, [column], newName), checks));
  return finished('ALTER TABLE');
}

/** Postgres renames the column on the mirror, in the text of the table's constraints too. */
async function afterRename(run: StatementRun, staged: StagedTable): Promise<TableDefinition> {
  const { statement } = await mirrorRelations(run.parts, run.prepared.statement, run.tables, run.context);
  const context = { role: run.context.role, settings: run.context.settings };
  try {
    return await run.parts.postgres.describeAlteration(context, statement.text, staged.name);
  } catch (error) {
    throw inClientText(error, statement.toClientPosition);
  }
}

function currentColumns(metadata: TableMetadata): readonly string[] {
  const schema = metadata.schemas.find(({ schemaId }) => schemaId === metadata.currentSchemaId);
  return schema?.fields.map(({ name }) => name) ?? [];
}

import type { RenameStmt } from '@pgsql/types';
import { notSupported, SqlError } from '../../base/sql-error.ts';
import { currentSchema } from '../../iceberg/change-field.ts';
import type { TableMetadata } from '../../iceberg/iceberg.ts';
import { renameColumn } from '../../iceberg/rename-column.ts';
import type { TableDefinition } from '../../postgres/table-definition.ts';
import { changeMirrored } from '../change-mirrored.ts';
import { defineObjects, stageDependants } from '../define-objects.ts';
import { namesObject } from '../names-object.ts';
import { duplicateTable, undefinedTable } from '../errors.ts';
import { doesNotExist } from '../notices.ts';
import type { Execution } from '../query.ts';
import { stageIfExists } from '../stage-named.ts';
import { finished } from '../statement-run.ts';
import type { StatementRun } from '../statement-run.ts';
import type { StagedTable } from '../transaction-tables.ts';
import { withChecks } from '../with-checks.ts';
import { judgedAlteration } from './judged-alteration.ts';
import { moveTable } from './move-table.ts';
import { renameSchema } from './rename-schema.ts';

/** ALTER TABLE ... RENAME [COLUMN | CONSTRAINT ...] TO, ALTER SCHEMA ... RENAME TO. */
export async function renameObject(run: StatementRun, node: RenameStmt): Promise<Execution> {
  const { renameType = '', newname: newName = '', subname: oldName = '' } = node;
  if (renameType === 'OBJECT_SCHEMA') return await renameSchema(run, oldName, newName);
  if (node.relation === undefined || !['OBJECT_TABLE', 'OBJECT_COLUMN', 'OBJECT_TABCONSTRAINT'].includes(renameType))
    throw notSupported(
      `ALTER ${renameType.replace('OBJECT_', '')} ... RENAME`,
      'Schemas, tables, columns and constraints can be renamed.',
    );
  const staged = await stageIfExists(run, node.relation);
  if (staged === undefined && namesObject(run, node.relation)) return await defineObjects(run);
  if (staged === undefined) {
    if (node.missing_ok !== true) throw undefinedTable(node.relation.relname ?? '');
    return finished('ALTER TABLE', [doesNotExist('relation', node.relation.relname ?? '')]);
  }
  await stageDependants(run);
  if (renameType === 'OBJECT_TABLE') {
    const to = { namespace: staged.name.namespace, name: newName };
    if ((await run.tables.load(to)) !== undefined) throw duplicateTable(newName);
    await moveTable(run, staged, to);
  } else if (renameType === 'OBJECT_COLUMN') {
    await renameTableColumn(run, staged, oldName, newName);
  } else {
    const after = await judgedAlteration(run, staged);
    await changeMirrored(run, staged, (metadata) => withChecks(withKeyName(metadata, after), after.checks));
  }
  return finished('ALTER TABLE');
}

/** Postgres renames the column on the mirror, in the text of the table's constraints too. */
async function renameTableColumn(
  run: StatementRun,
  staged: StagedTable,
  column: string,
  newName: string,
): Promise<void> {
  const names = currentSchema(staged.loaded.metadata).fields.map(({ name }) => name);
  if (!names.includes(column)) throw new SqlError({ sqlstate: '42703', message: `column "${column}" does not exist` });
  if (names.includes(newName))
    throw new SqlError({
      sqlstate: '42701',
      message: `column "${newName}" of relation "${staged.name.name}" already exists`,
    });
  const { checks } = await judgedAlteration(run, staged);
  await changeMirrored(run, staged, (metadata) => withChecks(renameColumn(metadata, [column], newName), checks));
}

function withKeyName(metadata: TableMetadata, { primaryKey }: TableDefinition): TableMetadata {
  if (primaryKey === undefined) return metadata;
  return { ...metadata, properties: { ...metadata.properties, 'bergwire.primary-key': primaryKey.name } };
}

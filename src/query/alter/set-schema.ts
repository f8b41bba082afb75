import type { AlterObjectSchemaStmt } from '@pgsql/types';
import { notSupported, SqlError } from '../../base/sql-error.ts';
import { defineObjects, stageDependants } from '../define-objects.ts';
import { namesObject } from '../names-object.ts';
import { undefinedSchema, undefinedTable } from '../errors.ts';
import { doesNotExist } from '../notices.ts';
import type { Execution } from '../query.ts';
import { isSystemSchema, namespaceOf } from '../search-path.ts';
import { stageIfExists } from '../stage-named.ts';
import { finished } from '../statement-run.ts';
import type { StatementRun } from '../statement-run.ts';
import { refuseSequences } from './refuse-sequences.ts';
import { moveTable } from './move-table.ts';

/** ALTER TABLE ... SET SCHEMA. */
export async function setSchema(run: StatementRun, node: AlterObjectSchemaStmt): Promise<Execution> {
  if (node.objectType !== 'OBJECT_TABLE' || node.relation === undefined)
    throw notSupported(
      `ALTER ${(node.objectType ?? '').replace('OBJECT_', '')} ... SET SCHEMA`,
      'Tables can move to another schema.',
    );
  const staged = await stageIfExists(run, node.relation);
  if (staged === undefined && namesObject(run, node.relation)) return await defineObjects(run);
  if (staged === undefined) {
    if (node.missing_ok !== true) throw undefinedTable(node.relation.relname ?? '');
    return finished('ALTER TABLE', [doesNotExist('relation', node.relation.relname ?? '')]);
  }
  const schema = node.newschema ?? '';
  const namespace = namespaceOf(schema);
  if (isSystemSchema(schema))
    throw new SqlError({ sqlstate: '42501', message: `permission denied for schema ${schema}` });
  if (!(await run.tables.namespaceExists(namespace))) throw undefinedSchema(schema);
  if (staged.name.namespace.join('.') === schema) return finished('ALTER TABLE');
  const to = { namespace, name: staged.name.name };
  if ((await run.tables.load(to)) !== undefined)
    throw new SqlError({ sqlstate: '42P07', message: `relation "${to.name}" already exists in schema "${schema}"` });
  refuseSequences(staged);
  await stageDependants(run);
  await moveTable(run, staged, to);
  return finished('ALTER TABLE');
}

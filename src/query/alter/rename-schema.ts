import { notSupported } from '../../base/sql-error.ts';
import { checkedNamespace } from '../checked-namespace.ts';
import { stageDependants } from '../define-objects.ts';
import { mirrorSchema } from '../mirror-schema.ts';
import { duplicateSchema, undefinedSchema } from '../errors.ts';
import type { Execution } from '../query.ts';
import { namespaceOf } from '../search-path.ts';
import { finished } from '../statement-run.ts';
import type { StatementRun } from '../statement-run.ts';
import { refuseSequences } from './refuse-sequences.ts';
import { moveTable } from './move-table.ts';

/** ALTER SCHEMA ... RENAME TO: its tables move to a namespace of the new name, their files stay where they are. */
export async function renameSchema(run: StatementRun, oldName: string, newName: string): Promise<Execution> {
  const { tables, parts } = run;
  const from = namespaceOf(oldName);
  if (!(await tables.namespaceExists(from))) throw undefinedSchema(oldName);
  const to = checkedNamespace(newName);
  if (await tables.namespaceExists(to)) throw duplicateSchema(newName);
  if (await tables.hasInnerNamespaces(from))
    throw notSupported('renaming a namespace that has namespaces inside', 'Rename the inner ones first.');
  if ([...tables.objects.current.values()].some(({ schema }) => schema === oldName))
    throw notSupported('renaming a schema that has views, sequences, types or routines', 'Create them in another one.');
  const moved = [];
  for (const name of await tables.tablesIn(from)) {
    const staged = await tables.stage(name);
    if (staged !== undefined) moved.push(staged);
  }
  for (const staged of moved) refuseSequences(staged);
  if (tables.objects.current.size > 0) {
    await mirrorSchema(run, oldName);
    await stageDependants(run);
  }
  tables.createNamespace(to);
  await parts.postgres.mirror.ensureNamespace(to);
  for (const staged of moved) await moveTable(run, staged, { namespace: to, name: staged.name.name });
  tables.dropNamespace(from);
  await parts.postgres.mirror.dropNamespace(from);
  return finished('ALTER SCHEMA');
}

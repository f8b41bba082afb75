import type { DropStmt, Node } from '@pgsql/types';
import { notSupported, SqlError } from '../base/sql-error.ts';
import type { NoticeFields } from '../postgres/postgres.ts';
import type { Execution } from './query.ts';
import type { StatementRun } from './statement-run.ts';
import { stageDependants } from './define-objects.ts';
import { undefinedSchema } from './errors.ts';
import { mirrorSchema } from './mirror-schema.ts';
import { findTable } from './mirror-relations.ts';
import { cascadeNotice, doesNotExist } from './notices.ts';
import { finished } from './statement-run.ts';

/** DROP TABLE and DROP SCHEMA. Data files stay where they are: other snapshots and engines may read them. */
export async function dropObjects(run: StatementRun, node: DropStmt): Promise<Execution> {
  switch (node.removeType) {
    case 'OBJECT_TABLE':
      return await dropTables(run, node);
    case 'OBJECT_INDEX':
      return await dropIndexes(run, node);
    case 'OBJECT_SCHEMA':
      return await dropSchemas(run, node);
    default:
      throw notSupported(
        `DROP ${(node.removeType ?? '').replace('OBJECT_', '')}`,
        'Tables and schemas can be dropped.',
      );
  }
}

async function dropTables(run: StatementRun, node: DropStmt): Promise<Execution> {
  const notices: NoticeFields[] = [...(await stageDependants(run))];
  for (const object of node.objects ?? []) {
    const names = nameParts(object);
    const name = names.at(-1) ?? '';
    const schema = names.at(-2);
    const relation = { name, position: 1, ...(schema !== undefined && { schema }) };
    const loaded = await findTable(run.parts, relation, run.tables, run.context);
    if (loaded === undefined) {
      if (node.missing_ok !== true)
        throw new SqlError({ sqlstate: '42P01', message: `table "${name}" does not exist` });
      notices.push(doesNotExist('table', name));
      continue;
    }
    const staged = await run.tables.stage(loaded.name);
    if (staged !== undefined) run.tables.drop(staged);
    await run.parts.postgres.mirror.dropTable(loaded.name);
  }
  return finished('DROP TABLE', notices);
}

/** There are none but those of primary keys, which Postgres keeps with their constraints. */
async function dropIndexes(run: StatementRun, node: DropStmt): Promise<Execution> {
  const context = { role: run.context.role, settings: run.context.settings };
  await run.parts.postgres.validate(context, [run.prepared.statement.text]);
  const names = (node.objects ?? []).map((object) => nameParts(object).at(-1) ?? '');
  return finished(
    'DROP INDEX',
    names.map((name) => doesNotExist('index', name)),
  );
}

async function dropSchemas(run: StatementRun, node: DropStmt): Promise<Execution> {
  const notices: NoticeFields[] = [];
  const dependants = run.tables.objects.current.size > 0;
  if (dependants) {
    for (const object of node.objects ?? []) await mirrorSchema(run, nameParts(object).at(-1) ?? '');
    notices.push(...(await stageDependants(run)));
  }
  const cascaded: string[] = [];
  for (const object of node.objects ?? []) {
    const schema = nameParts(object).at(-1) ?? '';
    const namespace = schema.split('.');
    if (!(await run.tables.namespaceExists(namespace))) {
      if (node.missing_ok !== true) throw undefinedSchema(schema);
      notices.push(doesNotExist('schema', schema));
      continue;
    }
    const tables = await run.tables.tablesIn(namespace);
    if (tables.length > 0 && node.behavior !== 'DROP_CASCADE')
      throw new SqlError({
        sqlstate: '2BP01',
        message: `cannot drop schema ${schema} because other objects depend on it`,
        detail: tables.map((table) => `table ${schema}.${table.name} depends on schema ${schema}`).join('\n'),
        hint: 'Use DROP ... CASCADE to drop the dependent objects too.',
      });
    cascaded.push(...tables.map((table) => `table ${schema}.${table.name}`));
    for (const table of tables) {
      const staged = await run.tables.stage(table);
      if (staged !== undefined) run.tables.drop(staged);
      await run.parts.postgres.mirror.dropTable(table);
    }
    run.tables.dropNamespace(namespace);
    await run.parts.postgres.mirror.dropNamespace(namespace);
  }
  return finished('DROP SCHEMA', [...notices, ...(dependants ? [] : cascadeNotice(cascaded))]);
}

/** The parts of a possibly qualified name, as the grammar gives them: a list of strings, or one string. */
export function nameParts(node: Node): readonly string[] {
  if ('List' in node) return (node.List.items ?? []).flatMap(nameParts);
  return 'String' in node ? [node.String.sval ?? ''] : [];
}

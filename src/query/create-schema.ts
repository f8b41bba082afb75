import type { CreateSchemaStmt, RoleSpec } from '@pgsql/types';
import { notSupported, SqlError } from '../base/sql-error.ts';
import { sqlName } from '../base/sql-name.ts';
import { sqlText } from '../base/sql-text.ts';
import type { NoticeFields } from '../postgres/postgres.ts';
import { schemaElements } from '../sql/schema-elements.ts';
import type { Statement } from '../sql/sql.ts';
import type { Execution } from './query.ts';
import type { StatementRun } from './statement-run.ts';
import { checkedNamespace } from './checked-namespace.ts';
import { duplicateSchema } from './errors.ts';
import { alreadyExists } from './notices.ts';
import { finished } from './statement-run.ts';

/**
 * CREATE SCHEMA: an Iceberg namespace, its levels separated by dots in the schema's name. `define` runs the statements
 * inside it.
 */
export async function createSchema(
  run: StatementRun,
  node: CreateSchemaStmt,
  define: (run: StatementRun) => Promise<Execution>,
): Promise<Execution> {
  if (node.authrole !== undefined) await checkOwner(run, node.authrole);
  const schema = node.schemaname ?? nameOf(run, node.authrole);
  const namespace = checkedNamespace(schema);
  if (await run.tables.namespaceExists(namespace)) {
    if (node.if_not_exists !== true) throw duplicateSchema(schema);
    return finished('CREATE SCHEMA', [alreadyExists('schema', schema, '42P06')]);
  }
  run.tables.createNamespace(namespace);
  await run.parts.postgres.mirror.ensureNamespace(namespace);
  const notices: NoticeFields[] = [];
  const elements =
    (node.schemaElts ?? []).length === 0 ? [] : schemaElements(run.parts.grammar, run.prepared.statement);
  for (const element of elements) notices.push(...(await define(inside(run, schema, element))).notices);
  return finished('CREATE SCHEMA', notices);
}

/** Names without a schema mean the new one first. */
function inside(run: StatementRun, schema: string, element: Statement): StatementRun {
  const named = Object.values(element.node)[0] as { readonly relation?: { readonly schemaname?: string } };
  const other = named.relation?.schemaname;
  if (other !== undefined && other !== schema)
    throw new SqlError({
      sqlstate: '42P15',
      message: `CREATE specifies a schema (${other}) different from the one being created (${schema})`,
    });
  const path = run.context.settings.get('search_path') ?? '"$user", public';
  const settings = new Map([...run.context.settings, ['search_path', `${sqlName(schema)}, ${path}`]]);
  return {
    ...run,
    context: { ...run.context, settings },
    prepared: { ...run.prepared, statement: element },
  };
}

async function checkOwner(run: StatementRun, role: RoleSpec): Promise<void> {
  const name = nameOf(run, role);
  const context = { role: run.context.role, settings: run.context.settings };
  await run.parts.postgres.validate(context, [`SELECT ${sqlText(sqlName(name))}::pg_catalog.regrole`]);
  if (name !== run.parts.roles.owner)
    throw notSupported('a schema of another role', `Schemas belong to role "${run.parts.roles.owner}".`);
}

/** CURRENT_USER and the like are the session's role. */
function nameOf(run: StatementRun, role: RoleSpec | undefined): string {
  return role?.roletype === 'ROLESPEC_CSTRING' ? (role.rolename ?? '') : run.context.role;
}

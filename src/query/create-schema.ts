import type { CreateSchemaStmt } from '@pgsql/types';
import { notSupported } from '../base/sql-error.ts';
import type { Execution } from './query.ts';
import type { StatementRun } from './statement-run.ts';
import { checkedNamespace } from './checked-namespace.ts';
import { duplicateSchema } from './errors.ts';
import { alreadyExists } from './notices.ts';
import { finished } from './statement-run.ts';

/** CREATE SCHEMA: an Iceberg namespace, its levels separated by dots in the schema's name. */
export async function createSchema(run: StatementRun, node: CreateSchemaStmt): Promise<Execution> {
  const schema = node.schemaname ?? node.authrole?.rolename ?? '';
  if ((node.schemaElts ?? []).length > 0)
    throw notSupported('CREATE SCHEMA with elements', 'Create the schema first, then its tables.');
  const namespace = checkedNamespace(schema);
  if (await run.tables.namespaceExists(namespace)) {
    if (node.if_not_exists !== true) throw duplicateSchema(schema);
    return finished('CREATE SCHEMA', [alreadyExists('schema', schema, '42P06')]);
  }
  run.tables.createNamespace(namespace);
  await run.parts.postgres.mirror.ensureNamespace(namespace);
  return finished('CREATE SCHEMA');
}

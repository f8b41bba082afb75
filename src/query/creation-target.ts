import type { RangeVar } from '@pgsql/types';
import type { TableName } from '../catalog/catalog.ts';
import type { StatementContext } from './query.ts';
import type { TransactionTables } from './transaction-tables.ts';
import { notSupported, SqlError } from '../base/sql-error.ts';
import { undefinedSchema } from './errors.ts';
import { isSystemSchema, namespaceOf, searchPath } from './search-path.ts';

/** Where CREATE TABLE puts a table of this name: the schema it names, else the first of the search path that exists. */
export async function creationTarget(
  relation: RangeVar,
  tables: TransactionTables,
  context: StatementContext,
): Promise<TableName> {
  const name = relation.relname ?? '';
  if (relation.relpersistence === 't')
    throw notSupported('CREATE TEMPORARY TABLE', 'Use a common table expression, or a table that you drop yourself.');
  if (relation.schemaname !== undefined && relation.schemaname !== '') {
    const namespace = namespaceOf(relation.schemaname);
    if (isSystemSchema(relation.schemaname))
      throw new SqlError({ sqlstate: '42501', message: `permission denied for schema ${relation.schemaname}` });
    if (!(await tables.namespaceExists(namespace))) throw undefinedSchema(relation.schemaname);
    return { namespace, name };
  }
  for (const schema of searchPath(context)) {
    if (isSystemSchema(schema)) continue;
    if (await tables.namespaceExists(namespaceOf(schema))) return { namespace: namespaceOf(schema), name };
  }
  throw new SqlError({ sqlstate: '3F000', message: 'no schema has been selected to create in' });
}

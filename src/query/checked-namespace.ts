import { SqlError } from '../base/sql-error.ts';
import { isSystemSchema, namespaceOf } from './search-path.ts';

/** The namespace of a new schema of that name, its levels separated by dots. Raises 42939 and 42602. */
export function checkedNamespace(schema: string): readonly string[] {
  if (isSystemSchema(schema))
    throw new SqlError({
      sqlstate: '42939',
      message: `unacceptable schema name "${schema}"`,
      detail: 'The prefix "pg_" is reserved for system schemas.',
    });
  const namespace = namespaceOf(schema);
  if (namespace.some((level) => level === ''))
    throw new SqlError({
      sqlstate: '42602',
      message: `invalid schema name "${schema}"`,
      hint: 'Dots separate the levels of a namespace; no level is empty.',
    });
  return namespace;
}

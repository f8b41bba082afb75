import type { TableName } from '../catalog/catalog.ts';
import type { RelationName } from '../sql/sql.ts';
import type { StatementContext } from './query.ts';

/** Schemas in the order of the session's search_path, `$user` replaced by the role. */
export function searchPath(context: StatementContext): readonly string[] {
  const setting = context.settings.get('search_path') ?? '"$user", public';
  const names: string[] = [];
  for (const match of setting.matchAll(/"((?:[^"]|"")*)"|([^\s,"]+)/g)) {
    const name = match[1] !== undefined ? match[1].replaceAll('""', '"') : (match[2] ?? '').toLowerCase();
    if (name !== '') names.push(name === '$user' ? context.role : name);
  }
  return names;
}

/** The tables that a name may mean, in the order Postgres would look for them; none for system relations. */
export function candidateTables(relation: RelationName, context: StatementContext): readonly TableName[] {
  if (relation.schema !== undefined)
    return isSystemSchema(relation.schema) ? [] : [{ namespace: namespaceOf(relation.schema), name: relation.name }];
  return searchPath(context)
    .filter((schema) => !isSystemSchema(schema))
    .map((schema) => ({ namespace: namespaceOf(schema), name: relation.name }));
}

/** A namespace's levels are joined by dots in its Postgres schema name. */
export function namespaceOf(schema: string): readonly string[] {
  return schema.split('.');
}

export function isSystemSchema(schema: string): boolean {
  return schema === 'information_schema' || schema.startsWith('pg_');
}

import { sqlName } from '../base/sql-name.ts';
import type { TableName } from '../catalog/catalog.ts';

/** A table's name for Postgres. */
export function qualifiedName({ namespace, name }: TableName): string {
  return `${sqlName(namespace.join('.'))}.${sqlName(name)}`;
}

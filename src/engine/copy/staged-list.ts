import { notSupported } from '../../base/sql-error.ts';
import type { Type } from '../../iceberg/iceberg.ts';
import { duckdbType } from '../scan/duckdb-type.ts';

/** Lists are staged as JSON of their elements' texts. */
export const STAGED_LIST_TYPE = 'VARCHAR';

/** SQL of a staged column as the table has it. */
export function unstaged(column: string, type: Type): string {
  if (typeof type !== 'object' || type.kind !== 'list') return column;
  let shape = '"VARCHAR"';
  let element: Type = type;
  let depth = 0;
  for (; typeof element === 'object' && element.kind === 'list'; element = element.element, depth++)
    shape = `[${shape}]`;
  const texts = `from_json(${column}, '${shape}')`;
  if (element !== 'binary' && typeof element === 'string') return `CAST(${texts} AS ${duckdbType(type)})`;
  if (typeof element === 'object' && element.kind === 'decimal') return `CAST(${texts} AS ${duckdbType(type)})`;
  let value = 'unhex(substr(e0, 3))';
  if (element !== 'binary') throw notSupported(`COPY FROM into ${column}`, 'Use INSERT.');
  for (let level = 1; level < depth; level++) value = `list_transform(e${level}, lambda e${level - 1}: ${value})`;
  return `list_transform(${texts}, lambda e${depth - 1}: ${value})`;
}

/** How deep the lists of a type are nested; 0 for other types. */
export function listDepth(type: Type): number {
  let depth = 0;
  for (let inner = type; typeof inner === 'object' && inner.kind === 'list'; inner = inner.element) depth++;
  return depth;
}

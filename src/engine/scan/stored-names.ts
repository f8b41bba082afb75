import type { NestedField, Type } from '../../iceberg/iceberg.ts';
import { duckdbType } from './duckdb-type.ts';
import type { PhysicalNode, PhysicalSchema } from './physical-schema.ts';

/** Names that DuckDB's reader gives to columns of its own. */
const READER_NAMES = new Set(['filename', 'file_index', 'file_row_number', 'file_row_id', 'rowid']);

/** Types whose Parquet statistics are in the order of the values; floats have NaN, which statistics leave out. */
const PLAIN_TYPES = new Set<Type>(['boolean', 'int', 'long', 'date', 'timestamp', 'string']);

/**
 * The names of columns in files that DuckDB can read as they are stored: each found by its id, each of the table's
 * type. They need no schema map, under which DuckDB knows nothing of the columns' statistics and plans worse.
 * Undefined where a map must say what is meant.
 */
export function storedNames(fields: readonly NestedField[], schema: PhysicalSchema): readonly string[] | undefined {
  if (fields.length === 0 || !schema.hasFieldIds || !hasPlainNames(schema.fields)) return undefined;
  const names = fields.map((field) => storedName(field, schema));
  return names.every((name) => name !== undefined) ? names : undefined;
}

function storedName({ id, type }: NestedField, schema: PhysicalSchema): string | undefined {
  const node = schema.fields.find(({ fieldId }) => fieldId === id);
  if (node === undefined || node.shape.kind !== 'leaf' || node.shape.isInt96) return undefined;
  const isPlain = PLAIN_TYPES.has(type) || (typeof type === 'object' && type.kind === 'decimal');
  const isSame = isPlain && withoutSpaces(node.shape.duckdbType) === withoutSpaces(duckdbType(type));
  return isSame ? node.name : undefined;
}

/** DuckDB renames columns that differ in case alone, or are called like its own. */
function hasPlainNames(fields: readonly PhysicalNode[]): boolean {
  const names = new Set(fields.map(({ name }) => name.toLowerCase()));
  return names.size === fields.length && !names.has('') && names.isDisjointFrom(READER_NAMES);
}

function withoutSpaces(text: string): string {
  return text.replaceAll(' ', '');
}

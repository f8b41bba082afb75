import { duckdbConstant } from '../engine/scan/duckdb-type.ts';
import { duckdbType } from '../engine/scan/duckdb-type.ts';
import type { IcebergValue, Type } from '../iceberg/iceberg.ts';
import type { MetadataValue } from '../plan/metadata-table/metadata-table.ts';

/** Rows of a metadata table as a subquery with columns `c<attnum>`, in place of a scan. */
export function metadataRowsSql(
  types: readonly Type[],
  rows: readonly (readonly MetadataValue[])[],
  attnums: readonly number[],
): string {
  const typeOf = (attnum: number): Type => types[attnum - 1] ?? 'string';
  if (attnums.length === 0) return `(SELECT 1 AS c0 FROM range(${rows.length}))`;
  const names = attnums.map((attnum) => `c${attnum}`);
  if (rows.length === 0)
    return `(SELECT ${attnums.map((attnum) => `NULL::${duckdbType(typeOf(attnum))} AS c${attnum}`).join(', ')} WHERE false)`;
  const tuples = rows.map(
    (row) => `(${attnums.map((attnum) => constant(typeOf(attnum), row[attnum - 1] ?? null)).join(', ')})`,
  );
  return `(SELECT * FROM (VALUES ${tuples.join(', ')}) AS v(${names.join(', ')}))`;
}

function constant(type: Type, value: MetadataValue): string {
  if (value === null || typeof type === 'string') return duckdbConstant(type, value as IcebergValue);
  switch (type.kind) {
    case 'struct': {
      const values = value as readonly MetadataValue[];
      const members = type.fields.map(
        (field, index) => `'${field.name.replaceAll("'", "''")}': ${constant(field.type, values[index] ?? null)}`,
      );
      return `{${members.join(', ')}}`;
    }
    case 'list': {
      const elements = (value as readonly MetadataValue[]).map((element) => constant(type.element, element));
      return `CAST([${elements.join(', ')}] AS ${duckdbType(type)})`;
    }
    case 'map': {
      const entries = [...(value as ReadonlyMap<IcebergValue, MetadataValue>)].map(
        ([key, entry]) => `${constant(type.key, key)}: ${constant(type.value, entry)}`,
      );
      return `CAST(MAP {${entries.join(', ')}} AS ${duckdbType(type)})`;
    }
    default:
      return duckdbConstant(type, value as IcebergValue);
  }
}

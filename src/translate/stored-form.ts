import type { Type } from '../iceberg/iceberg.ts';
import { OID, elementOidOf } from '../pgtype/oid.ts';

/** The column's Postgres type and the Iceberg type that holds it. */
export type StoredColumn = { readonly typeOid: number; readonly typmod: number; readonly type: Type };

/** SQL of the value that statements compute with, from SQL of what the data files hold. */
export function loaded(sql: string, column: StoredColumn): string {
  return converted(sql, column, (element, oid) => {
    switch (oid) {
      case OID.int2:
        return `CAST(${element} AS SMALLINT)`;
      case OID.interval:
        return `pg_interval_in(${element})`;
      case OID.bpchar: {
        // Other engines write text without the blanks.
        const length = column.typmod - 4;
        return length <= 0
          ? element
          : `CASE WHEN length(${element}) < ${length} THEN rpad(${element}, ${length}, ' ') ELSE ${element} END`;
      }
      default:
        return element;
    }
  });
}

/** The other way round. */
export function stored(sql: string, column: StoredColumn): string {
  return converted(sql, column, (element, oid) => {
    switch (oid) {
      case OID.int2:
        return `CAST(${element} AS INTEGER)`;
      case OID.interval:
        return `pg_interval_text(${element})`;
      default:
        return element;
    }
  });
}

/** Every element of an array; nothing where the two forms are one, or the type is Iceberg's own. */
function converted(
  sql: string,
  { typeOid, type }: StoredColumn,
  convert: (element: string, oid: number) => string,
): string {
  const oid = elementOidOf(typeOid) ?? typeOid;
  if (!CONVERTED.has(oid) || convert('e', oid) === 'e') return sql;
  let depth = 0;
  for (let inner = type; typeof inner === 'object' && inner.kind === 'list'; inner = inner.element) depth++;
  if (depth === 0) return `(${convert(sql, oid)})`;
  let element = convert('e0', oid);
  for (let level = 1; level < depth; level++) element = `list_transform(e${level}, lambda e${level - 1}: ${element})`;
  return `list_transform(${sql}, lambda e${depth - 1}: ${element})`;
}

const CONVERTED: ReadonlySet<number> = new Set([OID.int2, OID.interval, OID.bpchar]);

import { createHash } from 'node:crypto';
import type { LoadedTable, TableName } from '../catalog/catalog.ts';
import { duckdbConstant, duckdbType } from '../engine/scan/duckdb-type.ts';
import type { IcebergValue, Type } from '../iceberg/iceberg.ts';
import { newTableMetadata } from '../iceberg/new-table.ts';
import { metadataTable } from '../plan/metadata-table/metadata-table.ts';
import type { MetadataTable, MetadataValue } from '../plan/metadata-table/metadata-table.ts';
import type { RelationName } from '../sql/sql.ts';

/** `t$snapshots`: a metadata table of `t`. */
export type MetadataName = { readonly base: RelationName; readonly kind: string };

/** The table and the metadata table that a relation's name means; undefined for an ordinary name. */
export function metadataName(relation: RelationName): MetadataName | undefined {
  const at = relation.name.lastIndexOf('$');
  const kind = relation.name.slice(at + 1);
  if (at < 1 || metadataTable(kind) === undefined) return undefined;
  return { base: { ...relation, name: relation.name.slice(0, at) }, kind };
}

export function knownMetadataTable(kind: string): MetadataTable {
  const table = metadataTable(kind);
  if (table === undefined) throw new Error(`there is no metadata table ${kind}`);
  return table;
}

/** A metadata table as the mirror takes it: a table of its own with these columns. Its uuid follows from them. */
export function mirroredMetadata(base: LoadedTable, kind: string): LoadedTable {
  const fields = knownMetadataTable(kind).columns(base.metadata);
  const shape = createHash('sha256')
    .update(JSON.stringify([kind, base.metadata.tableUuid, fields]))
    .digest('hex');
  const metadata = newTableMetadata(
    {
      schema: { schemaId: 0, fields, identifierFieldIds: [] },
      spec: { specId: 0, fields: [] },
      sortOrder: { orderId: 0, fields: [] },
      location: base.metadata.location,
      properties: {},
      formatVersion: 2,
    },
    0,
  );
  const name: TableName = { namespace: base.name.namespace, name: `${base.name.name}$${kind}` };
  return { name, metadataLocation: '', metadata: { ...metadata, tableUuid: shape.slice(0, 32) } };
}

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

import type { NestedField, Type } from '../../iceberg/iceberg.ts';
import type { MappedField } from '../../plan/plan.ts';
import { duckdbType } from './duckdb-type.ts';
import type { PhysicalNode, PhysicalSchema } from './physical-schema.ts';
import { physicalType } from './physical-schema.ts';
import type { ReaderGuard } from './reader-guard.ts';
import { sqlName } from '../../base/sql-name.ts';

/**
 * How a column of the table is read from files of one physical schema: the key of `read_parquet`'s schema map and the
 * type declared there, and the expression over the declared column (`source`) that has the table's type.
 */
export type ColumnSource = {
  readonly key: string;
  readonly declaredType: string;
  readonly expression: (source: string) => string;
};

/**
 * Undefined where the files have no such column. Ids decide; names only in files without any (name mapping). Columns
 * that `guard` names are kept from the reader's filters.
 */
export function columnSource(
  field: NestedField,
  schema: PhysicalSchema,
  mapping: readonly MappedField[] | undefined,
  guard: ReaderGuard,
): ColumnSource | undefined {
  const match = matcher(schema.hasFieldIds, mapping, guard);
  const node = match.find(schema.fields, field.id);
  if (node === undefined) return undefined;
  const key = schema.hasFieldIds ? String(field.id) : `'${node.name.replaceAll("'", "''")}'`;
  const converted = conversion(field.type, field.id, node, match);
  if (converted === undefined) return { key, declaredType: duckdbType(field.type), expression: (source) => source };
  return { key, declaredType: physicalType(node), expression: converted };
}

/** Finds the child that a field id names at one level of the tree, and goes one level down. */
type Matcher = {
  readonly guard: ReaderGuard;
  find(nodes: readonly PhysicalNode[], fieldId: number): PhysicalNode | undefined;
  inside(fieldId: number): Matcher;
};

function matcher(byId: boolean, mapping: readonly MappedField[] | undefined, guard: ReaderGuard): Matcher {
  if (byId) {
    const ids: Matcher = {
      guard,
      find: (nodes, id) => nodes.find((node) => node.fieldId === id),
      inside: () => ids,
    };
    return ids;
  }
  const mapped = (id: number): MappedField | undefined => mapping?.find(({ fieldId }) => fieldId === id);
  return {
    guard,
    find: (nodes, id) => {
      const names = mapped(id)?.names ?? [];
      return nodes.find((node) => names.includes(node.name));
    },
    inside: (id) => matcher(false, mapped(id)?.fields, guard),
  };
}

type Conversion = (source: string) => string;

/** The expression that makes `type` of what the file holds; undefined where a plain cast by the reader does. */
function conversion(type: Type, id: number, node: PhysicalNode, around: Matcher): Conversion | undefined {
  const { shape } = node;
  const guarded = around.guard(type, id);
  if (guarded !== undefined) return guarded;
  if (shape.kind === 'leaf') return leafConversion(type, shape.duckdbType);
  const match = around.inside(id);
  if (typeof type === 'string') return undefined;
  if (type.kind === 'struct' && shape.kind === 'struct') return structConversion(type.fields, shape.fields, match);
  if (type.kind === 'list' && shape.kind === 'list') {
    const element = conversion(type.element, type.elementId, shape.element, match);
    if (element === undefined) return undefined;
    return (source) => `list_transform(${source}, lambda x: ${element('x')})`;
  }
  if (type.kind === 'map' && shape.kind === 'map') {
    const key = conversion(type.key, type.keyId, shape.key, match);
    const value = conversion(type.value, type.valueId, shape.value, match);
    if (key === undefined && value === undefined) return undefined;
    const entry = `struct_pack(key := ${cast(type.key, key, 'e.key')}, value := ${cast(type.value, value, 'e.value')})`;
    return (source) => `map_from_entries(list_transform(map_entries(${source}), lambda e: ${entry}))`;
  }
  return undefined;
}

function cast(type: Type, convert: Conversion | undefined, source: string): string {
  return `(${(convert ?? ((same) => same))(source)})::${duckdbType(type)}`;
}

/** Children by id in the table's order; those the file lacks are null. */
function structConversion(
  fields: readonly NestedField[],
  nodes: readonly PhysicalNode[],
  match: Matcher,
): Conversion | undefined {
  const children = fields.map((field) => {
    const node = match.find(nodes, field.id);
    return { field, node, convert: node && conversion(field.type, field.id, node, match) };
  });
  const isSame =
    children.length === nodes.length &&
    children.every(
      ({ field, node, convert }, i) =>
        convert === undefined && node !== undefined && node === nodes[i] && node.name === field.name,
    );
  if (isSame) return undefined;
  return (source) => {
    const parts = children.map(({ field, node, convert }) => {
      const value =
        node === undefined
          ? `NULL::${duckdbType(field.type)}`
          : cast(field.type, convert, `struct_extract(${source}, '${node.name.replaceAll("'", "''")}')`);
      return `${sqlName(field.name)} := ${value}`;
    });
    return `CASE WHEN ${source} IS NULL THEN NULL ELSE struct_pack(${parts.join(', ')}) END`;
  };
}

/** Zones are never the session's: a timestamp stored without the wanted zone mark is taken in UTC. */
function leafConversion(type: Type, stored: string): Conversion | undefined {
  const isZoned = stored === 'TIMESTAMP WITH TIME ZONE' || stored === 'TIMESTAMPTZ';
  if (type === 'timestamptz' && stored.startsWith('TIMESTAMP') && !isZoned) {
    return (source) => `timezone('UTC', ${source}::TIMESTAMP)`;
  }
  if (type === 'timestamptz' && stored === 'DATE') return (source) => `timezone('UTC', ${source}::TIMESTAMP)`;
  if (type === 'timestamp' && isZoned) return (source) => `timezone('UTC', ${source})`;
  if (type === 'string' && stored === 'BLOB') return (source) => `decode(${source})`;
  if (type === 'uuid' && stored === 'BLOB') return (source) => `hex(${source})::UUID`;
  return undefined;
}

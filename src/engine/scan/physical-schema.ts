/** A Parquet file's own schema, list and map wrappers taken away. */
export type PhysicalNode = {
  readonly name: string;
  readonly fieldId: number | undefined;
  readonly shape:
    | { readonly kind: 'leaf'; readonly duckdbType: string; readonly isInt96: boolean }
    | { readonly kind: 'struct'; readonly fields: readonly PhysicalNode[] }
    | { readonly kind: 'list'; readonly element: PhysicalNode }
    | { readonly kind: 'map'; readonly key: PhysicalNode; readonly value: PhysicalNode };
};

export type PhysicalSchema = {
  readonly fields: readonly PhysicalNode[];
  readonly hasFieldIds: boolean;
  /** Equal for equal schemas. */
  readonly key: string;
};

/** One row of DuckDB's parquet_schema: name, type, repetition, number of children, converted and logical type, id. */
export type SchemaRow = readonly [
  name: string,
  type: string | null,
  repetition: string | null,
  childCount: bigint | null,
  convertedType: string | null,
  logicalType: string | null,
  fieldId: bigint | null,
  duckdbType: string | null,
];

/** The query whose rows (after `file_name`) `physicalSchemas` reads. */
export const SCHEMA_QUERY = `SELECT file_name, name, type, repetition_type, num_children, converted_type, logical_type,
  field_id, duckdb_type FROM parquet_schema(getvariable('bw_schema_files'))`;

export function physicalSchema(rows: readonly SchemaRow[]): PhysicalSchema {
  let at = 0;
  const read = (): Raw => {
    const row = rows[at++]!;
    const children = Array.from({ length: Number(row[3] ?? 0) }, read);
    return { row, children };
  };
  const root = read();
  const fields = root.children.map(nodeOf);
  const key = rows.map((row) => row.slice(0).join('\u0001')).join('\u0002');
  return { fields, hasFieldIds: rows.some((row) => row[6] !== null), key };
}

type Raw = { readonly row: SchemaRow; readonly children: readonly Raw[] };

function nodeOf(raw: Raw): PhysicalNode {
  const [name, type, , , converted, logical, fieldId, duckdbType] = raw.row;
  const base = { name, fieldId: fieldId === null ? undefined : Number(fieldId) };
  if (raw.children.length === 0) {
    const leaf: PhysicalNode = {
      ...base,
      shape: { kind: 'leaf', duckdbType: duckdbType ?? 'BLOB', isInt96: type === 'INT96' },
    };
    return leaf;
  }
  const repeated = raw.children[0]!;
  const isWrapper = raw.children.length === 1 && repeated.row[2] === 'REPEATED';
  if (isWrapper && (converted === 'LIST' || logical?.startsWith('ListType') === true)) {
    return { ...base, shape: { kind: 'list', element: elementOf(name, repeated) } };
  }
  const isMap = converted === 'MAP' || converted === 'MAP_KEY_VALUE' || logical?.startsWith('MapType') === true;
  if (isWrapper && isMap && repeated.children.length === 2) {
    return {
      ...base,
      shape: { kind: 'map', key: nodeOf(repeated.children[0]!), value: nodeOf(repeated.children[1]!) },
    };
  }
  return { ...base, shape: { kind: 'struct', fields: raw.children.map(nodeOf) } };
}

/** Parquet's backward compatibility rules for lists. */
function elementOf(listName: string, repeated: Raw): PhysicalNode {
  const [name] = repeated.row;
  const isElement = repeated.children.length !== 1 || name === 'array' || name === `${listName}_tuple`;
  return nodeOf(isElement ? repeated : repeated.children[0]!);
}

/** The type that DuckDB gives the node when it reads the file. */
export function physicalType(node: PhysicalNode): string {
  const { shape } = node;
  switch (shape.kind) {
    case 'leaf':
      return shape.duckdbType;
    case 'struct':
      return `STRUCT(${shape.fields.map((field) => `"${field.name.replaceAll('"', '""')}" ${physicalType(field)}`).join(', ')})`;
    case 'list':
      return `${physicalType(shape.element)}[]`;
    case 'map':
      return `MAP(${physicalType(shape.key)}, ${physicalType(shape.value)})`;
  }
}

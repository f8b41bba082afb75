import duckdb from '@duckdb/node-bindings';
import type { Result, Vector } from '@duckdb/node-bindings';
import type { EngineType } from '../row/engine-type.ts';
import { engineType } from '../row/engine-type.ts';
import { valueVector } from '../row/value-vector.ts';
import { isNull, validityOf } from '../row/validity.ts';
import { vectorBytes } from '../row/vector-bytes.ts';
import type { Validity } from '../row/validity.ts';

/** All rows of a small result: PgValues, lists as arrays, structs as objects, maps as arrays of {key, value}. */
export async function readValues(result: Result): Promise<unknown[][]> {
  const columns = Array.from({ length: duckdb.column_count(result) }, (_, i) =>
    plainVector(engineType(duckdb.column_logical_type(result, i))),
  );
  const rows: unknown[][] = [];
  for (;;) {
    const chunk = await duckdb.fetch_chunk(result);
    const size = chunk === null ? 0 : duckdb.data_chunk_get_size(chunk);
    if (chunk === null || size === 0) return rows;
    columns.forEach((column, i) => column.load(duckdb.data_chunk_get_vector(chunk, i), size));
    for (let row = 0; row < size; row++) rows.push(columns.map((column) => column.value(row)));
  }
}

type PlainVector = { load(vector: Vector, rowCount: number): void; value(row: number): unknown };

function plainVector(type: EngineType): PlainVector {
  switch (type.kind) {
    case 'struct':
      return plainStruct(type.fields);
    case 'list':
      return plainList(plainVector(type.element));
    case 'map':
      return plainList(
        plainStruct([
          { name: 'key', type: type.key },
          { name: 'value', type: type.value },
        ]),
      );
    default: {
      const values = valueVector(type);
      // Views of the engine's memory must not outlive the chunk.
      const value = (row: number): unknown => {
        const read = values.value(row);
        return read instanceof Uint8Array ? Uint8Array.from(read) : read;
      };
      return { load: values.load, value };
    }
  }
}

function plainStruct(fields: readonly { readonly name: string; readonly type: EngineType }[]): PlainVector {
  const columns = fields.map(({ type }) => plainVector(type));
  let validity: Validity = null;
  return {
    load: (vector, rowCount) => {
      validity = validityOf(vector, rowCount);
      columns.forEach((column, i) => column.load(duckdb.struct_vector_get_child(vector, i), rowCount));
    },
    value: (row) =>
      isNull(validity, row)
        ? null
        : Object.fromEntries(columns.map((column, i) => [fields[i]!.name, column.value(row)])),
  };
}

function plainList(element: PlainVector): PlainVector {
  let validity: Validity = null;
  let entries: BigUint64Array = new BigUint64Array(0);
  return {
    load: (vector, rowCount) => {
      validity = validityOf(vector, rowCount);
      const { buffer, byteOffset } = vectorBytes(vector, rowCount, 16);
      entries = new BigUint64Array(buffer, byteOffset, rowCount * 2);
      element.load(duckdb.list_vector_get_child(vector), duckdb.list_vector_get_size(vector));
    },
    value: (row) => {
      if (isNull(validity, row)) return null;
      const start = Number(entries[2 * row]!);
      return Array.from({ length: Number(entries[2 * row + 1]!) }, (_, i) => element.value(start + i));
    },
  };
}

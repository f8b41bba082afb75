import duckdb from '@duckdb/node-bindings';
import type { Connection, DataChunk, Vector } from '@duckdb/node-bindings';
import { SqlError } from '../../base/sql-error.ts';
import type { HostFunction, HostInterval, HostType, HostValue } from '../../translate/function/host-function.ts';
import { engineType } from '../row/engine-type.ts';
import { valueVector } from '../row/value-vector.ts';

const { Type } = duckdb;
const TYPES: Readonly<Record<HostType, number>> = {
  ANY: Type.ANY,
  BOOLEAN: Type.BOOLEAN,
  INTEGER: Type.INTEGER,
  BIGINT: Type.BIGINT,
  HUGEINT: Type.HUGEINT,
  FLOAT: Type.FLOAT,
  DOUBLE: Type.DOUBLE,
  VARCHAR: Type.VARCHAR,
  INTERVAL: Type.INTERVAL,
};

/** Makes a function of the host callable from SQL on every connection of the instance. */
export function registerHostFunction(connection: Connection, definition: HostFunction): void {
  const fn = duckdb.create_scalar_function();
  duckdb.scalar_function_set_name(fn, definition.name);
  for (const parameter of definition.parameters) {
    duckdb.scalar_function_add_parameter(fn, duckdb.create_logical_type(TYPES[parameter]));
  }
  duckdb.scalar_function_set_return_type(fn, duckdb.create_logical_type(TYPES[definition.result]));
  duckdb.scalar_function_set_function(fn, (info, input, output) => {
    try {
      computeChunk(definition, input, output);
    } catch (error) {
      const raised = error instanceof SqlError ? error : undefined;
      const message = error instanceof Error ? error.message : String(error);
      duckdb.scalar_function_set_error(info, `!${raised?.sqlstate ?? 'XX000'}: ${message}`);
    }
  });
  duckdb.register_scalar_function(connection, fn);
  duckdb.destroy_scalar_function_sync(fn);
}

function computeChunk(definition: HostFunction, input: DataChunk, output: Vector): void {
  const rowCount = duckdb.data_chunk_get_size(input);
  const columns = definition.parameters.map((_, i) => {
    const vector = duckdb.data_chunk_get_vector(input, i);
    const values = valueVector(engineType(duckdb.vector_get_column_type(vector)));
    values.load(vector, rowCount);
    return values;
  });
  const results: HostValue[] = [];
  for (let row = 0; row < rowCount; row++) {
    const args = columns.map((column) => column.value(row) as HostValue);
    results.push(args.includes(null) ? null : definition.compute(...args));
  }
  writeResults(output, definition.result, results);
}

function writeResults(output: Vector, type: Exclude<HostType, 'ANY'>, results: readonly HostValue[]): void {
  if (results.includes(null)) {
    const mask = new Uint8Array(Math.ceil(results.length / 64) * 8).fill(255);
    results.forEach((value, row) => {
      if (value === null) mask[row >> 3]! &= ~(1 << (row & 7));
    });
    duckdb.vector_ensure_validity_writable(output);
    duckdb.copy_data_to_vector_validity(output, 0, mask.buffer, 0, mask.byteLength);
  }
  if (type === 'VARCHAR') {
    results.forEach((value, row) => {
      if (value !== null) duckdb.vector_assign_string_element(output, row, value as string);
    });
    return;
  }
  const width = { BOOLEAN: 1, INTEGER: 4, FLOAT: 4, BIGINT: 8, DOUBLE: 8, HUGEINT: 16, INTERVAL: 16 }[type];
  const view = new DataView(new ArrayBuffer(results.length * width));
  results.forEach((value, row) => {
    if (value !== null) put(view, row * width, type, value);
  });
  duckdb.copy_data_to_vector(output, 0, view.buffer, 0, view.byteLength);
}

function put(view: DataView, at: number, type: Exclude<HostType, 'ANY' | 'VARCHAR'>, value: HostValue): void {
  switch (type) {
    case 'BOOLEAN':
      return view.setUint8(at, value === true ? 1 : 0);
    case 'INTEGER':
      return view.setInt32(at, value as number, true);
    case 'FLOAT':
      return view.setFloat32(at, value as number, true);
    case 'DOUBLE':
      return view.setFloat64(at, value as number, true);
    case 'BIGINT':
      return view.setBigInt64(at, value as bigint, true);
    case 'INTERVAL': {
      const { months, days, micros } = value as HostInterval;
      view.setInt32(at, months, true);
      view.setInt32(at + 4, days, true);
      return view.setBigInt64(at + 8, micros, true);
    }
    case 'HUGEINT':
      view.setBigUint64(at, BigInt.asUintN(64, value as bigint), true);
      return view.setBigInt64(at + 8, BigInt.asIntN(64, (value as bigint) >> 64n), true);
  }
}

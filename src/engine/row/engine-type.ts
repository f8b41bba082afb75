import duckdb from '@duckdb/node-bindings';
import type { LogicalType } from '@duckdb/node-bindings';

/** A DuckDB type as plain data. Decimals say how they are stored, lists and maps what they hold. */
export type EngineType =
  | { readonly kind: 'decimal'; readonly width: number; readonly scale: number; readonly bytes: 2 | 4 | 8 | 16 }
  | { readonly kind: 'list'; readonly element: EngineType }
  | { readonly kind: 'struct'; readonly fields: readonly { readonly name: string; readonly type: EngineType }[] }
  | { readonly kind: 'map'; readonly key: EngineType; readonly value: EngineType }
  | { readonly kind: 'scalar'; readonly id: number; readonly name: string };

const { Type } = duckdb;

export function engineType(type: LogicalType): EngineType {
  const id = duckdb.get_type_id(type);
  switch (id) {
    case Type.DECIMAL:
      return {
        kind: 'decimal',
        width: duckdb.decimal_width(type),
        scale: duckdb.decimal_scale(type),
        bytes: decimalBytes(duckdb.decimal_internal_type(type)),
      };
    case Type.LIST:
      return { kind: 'list', element: engineType(duckdb.list_type_child_type(type)) };
    case Type.MAP:
      return {
        kind: 'map',
        key: engineType(duckdb.map_type_key_type(type)),
        value: engineType(duckdb.map_type_value_type(type)),
      };
    case Type.STRUCT:
      return {
        kind: 'struct',
        fields: Array.from({ length: duckdb.struct_type_child_count(type) }, (_, i) => ({
          name: duckdb.struct_type_child_name(type, i),
          type: engineType(duckdb.struct_type_child_type(type, i)),
        })),
      };
    default:
      return { kind: 'scalar', id, name: Type[id] };
  }
}

function decimalBytes(internal: number): 2 | 4 | 8 | 16 {
  if (internal === Type.SMALLINT) return 2;
  if (internal === Type.INTEGER) return 4;
  return internal === Type.BIGINT ? 8 : 16;
}

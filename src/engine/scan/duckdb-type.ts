import type { IcebergValue, Type } from '../../iceberg/iceberg.ts';
import { unsupportedColumnType } from '../errors.ts';
import { sqlName } from '../../base/sql-name.ts';
import { sqlText } from '../../base/sql-text.ts';

/** The DuckDB type that holds an Iceberg type. 0A000 for nanoseconds, variant, unknown and geometry. */
export function duckdbType(type: Type): string {
  if (typeof type === 'string') {
    const name = SIMPLE.get(type);
    if (name === undefined) throw unsupportedColumnType(type);
    return name;
  }
  switch (type.kind) {
    case 'decimal':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'fixed':
      return 'BLOB';
    case 'struct':
      return `STRUCT(${type.fields.map((field) => `${sqlName(field.name)} ${duckdbType(field.type)}`).join(', ')})`;
    case 'list':
      return `${duckdbType(type.element)}[]`;
    case 'map':
      return `MAP(${duckdbType(type.key)}, ${duckdbType(type.value)})`;
    default:
      throw unsupportedColumnType(type.kind);
  }
}

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ['boolean', 'BOOLEAN'],
  ['int', 'INTEGER'],
  ['long', 'BIGINT'],
  ['float', 'FLOAT'],
  ['double', 'DOUBLE'],
  ['date', 'DATE'],
  ['time', 'TIME'],
  ['timestamp', 'TIMESTAMP'],
  ['timestamptz', 'TIMESTAMPTZ'],
  ['string', 'VARCHAR'],
  ['uuid', 'UUID'],
  ['binary', 'BLOB'],
]);

/** A value in Iceberg's terms as a DuckDB expression of `type`. */
export function duckdbConstant(type: Type, value: IcebergValue): string {
  const sqlType = duckdbType(type);
  if (value === null) return `NULL::${sqlType}`;
  if (value instanceof Uint8Array) {
    const hex = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex');
    return type === 'uuid' ? `'${hex}'::UUID` : `from_hex('${hex}')`;
  }
  if (typeof value === 'string') return sqlText(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  switch (type) {
    case 'date':
      return `(DATE '1970-01-01' + (${Number(value)})::INTEGER)::DATE`;
    case 'time':
      return `(TIME '00:00:00' + to_microseconds(${value}))`;
    case 'timestamp':
      return `make_timestamp(${value})`;
    case 'timestamptz':
      return `make_timestamptz(${value})`;
    case 'float':
    case 'double':
      return `'${Number.isNaN(value) ? 'nan' : Object.is(value, -0) ? '-0' : String(value)}'::${sqlType}`;
    default:
      if (typeof type === 'object' && type.kind === 'decimal')
        return `'${decimalText(BigInt(value), type.scale)}'::${sqlType}`;
      return `'${value}'::${sqlType}`;
  }
}

function decimalText(unscaled: bigint, scale: number): string {
  if (scale === 0) return unscaled.toString();
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

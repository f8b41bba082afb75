import * as duckdb from '@duckdb/node-api';
import { formatDecimal } from '../../src/pgtype/write-decimal.ts';

/** Days and microseconds from 1970 to 2000, where Postgres' own counting starts. */
const EPOCH_DAYS = 10_957;
const EPOCH_MICROS = 946_684_800_000_000n;
const DATE_INFINITY = 2_147_483_647;
const INFINITY = 9_223_372_036_854_775_807n;

/** A value of DuckDB in the form that `canonicalSql` gives Postgres' values. */
export function canonicalValue(type: string, value: duckdb.DuckDBValue, displayScale: number | null): string | null {
  return value === null ? null : `=${written(type, value, displayScale)}`;
}

function written(type: string, value: Exclude<duckdb.DuckDBValue, null>, displayScale: number | null): string {
  const bytes = Buffer.alloc(16);
  if (value instanceof duckdb.DuckDBDecimalValue) return decimal(value, displayScale!);
  if (value instanceof duckdb.DuckDBDateValue) {
    bytes.writeInt32BE(date(value.days));
    return bytes.toString('hex', 0, 4);
  }
  if (value instanceof duckdb.DuckDBTimestampValue || value instanceof duckdb.DuckDBTimestampTZValue) {
    bytes.writeBigInt64BE(timestamp(value.micros));
    return bytes.toString('hex', 0, 8);
  }
  if (value instanceof duckdb.DuckDBTimeValue) {
    bytes.writeBigInt64BE(value.micros);
    return bytes.toString('hex', 0, 8);
  }
  if (value instanceof duckdb.DuckDBIntervalValue) {
    bytes.writeBigInt64BE(value.micros);
    bytes.writeInt32BE(value.days, 8);
    bytes.writeInt32BE(value.months, 12);
    return bytes.toString('hex');
  }
  if (value instanceof duckdb.DuckDBListValue)
    return formatArray(value.items.map((item) => (item === null ? null : String(item))));
  if (value instanceof duckdb.DuckDBBlobValue) return `\\x${Buffer.from(value.bytes).toString('hex')}`;
  if (Number.isNaN(value)) return 'NaN';
  if (type === 'float8') {
    bytes.writeDoubleBE(value as number);
    return bytes.toString('hex', 0, 8);
  }
  if (type === 'float4') {
    bytes.writeFloatBE(value as number);
    return bytes.toString('hex', 0, 4);
  }
  if (type === 'bool') return value === true ? 't' : 'f';
  return String(value as string);
}

function date(days: number): number {
  if (days === DATE_INFINITY) return DATE_INFINITY;
  return days === -DATE_INFINITY ? -DATE_INFINITY - 1 : days - EPOCH_DAYS;
}

function timestamp(micros: bigint): bigint {
  if (micros === INFINITY) return INFINITY;
  return micros === -INFINITY ? -INFINITY - 1n : BigInt.asIntN(64, micros - EPOCH_MICROS);
}

/** array_out of texts and numbers. */
function formatArray(items: readonly (string | null)[]): string {
  return `{${items.map((item) => (item === null ? 'NULL' : /^$|[{}",\\\s]|^null$/i.test(item) ? `"${item.replace(/["\\]/g, '\\$&')}"` : item)).join(',')}}`;
}

/** The display scale may be larger than the stored one, or smaller where only zeros follow. */
function decimal({ value, scale }: duckdb.DuckDBDecimalValue, displayScale: number): string {
  if (displayScale >= scale) return formatDecimal(value * 10n ** BigInt(displayScale - scale), displayScale);
  const unit = 10n ** BigInt(scale - displayScale);
  return value % unit === 0n
    ? formatDecimal(value / unit, displayScale)
    : `${formatDecimal(value, scale)} shown with ${displayScale}`;
}

import duckdb from '@duckdb/node-bindings';
import type { LogicalType, Value } from '@duckdb/node-bindings';
import { SqlError, notSupported } from '../../base/sql-error.ts';
import { OID, elementOidOf } from '../../pgtype/oid.ts';
import type { PgArray, PgInterval, PgNumeric } from '../../pgtype/pgtype.ts';
import type { EngineValue } from '../engine.ts';

const { Type } = duckdb;
const INFINITE_DAYS = 0x7fffffff;
const MAX_DECIMAL_DIGITS = 38;

/** A Postgres value as a DuckDB value to bind. 0A000 for what DuckDB cannot hold (numeric NaN, many dimensions). */
export function parameterValue({ value, typeOid }: EngineValue): Value {
  if (value === null) return duckdb.create_null_value();
  switch (typeOid) {
    case OID.bool:
      return duckdb.create_bool(value as boolean);
    case OID.int2:
      return duckdb.create_int16(value as number);
    case OID.int4:
      return duckdb.create_int32(value as number);
    case OID.int8:
      return duckdb.create_int64(value as bigint);
    case OID.float4:
      return duckdb.create_float(value as number);
    case OID.float8:
      return duckdb.create_double(value as number);
    case OID.numeric:
      return decimalValue(value as PgNumeric);
    case OID.bytea:
      return duckdb.create_blob(value as Uint8Array);
    case OID.uuid:
      return duckdb.create_uuid(BigInt(`0x${(value as string).replaceAll('-', '')}`));
    case OID.date:
      return duckdb.create_date({ days: dayNumber(value as number) });
    case OID.time:
      return duckdb.create_time({ micros: value as bigint });
    case OID.timestamp:
      return duckdb.create_timestamp({ micros: withinRange(value as bigint) });
    case OID.timestamptz:
      return duckdb.create_timestamp_tz({ micros: withinRange(value as bigint) });
    case OID.interval: {
      const { months, days, micros } = value as PgInterval;
      return duckdb.create_interval({ months, days, micros });
    }
    default:
      if (typeof value === 'string') return duckdb.create_varchar(value);
      if (elementOidOf(typeOid) !== undefined) return arrayValue(value as PgArray);
      if (typeof value === 'number') return duckdb.create_int64(BigInt(value));
      throw notSupported(`a parameter of type oid ${typeOid}`, 'cast the parameter to a simpler type');
  }
}

/** Differs from PostgreSQL: timestamps end at 294247-01-10, 2^63 microseconds after 1970, 29 years early. */
function withinRange(micros: bigint): bigint {
  if (BigInt.asIntN(64, micros) === micros) return micros;
  throw new SqlError({ sqlstate: '22008', message: 'timestamp out of range' });
}

function dayNumber(days: number): number {
  return Number.isFinite(days) ? days : days > 0 ? INFINITE_DAYS : -INFINITE_DAYS;
}

function decimalValue(numeric: PgNumeric): Value {
  if ('special' in numeric) {
    throw notSupported(`numeric ${numeric.special}`, 'compare with a finite number, or cast to double precision');
  }
  const { width, scale } = decimalShape(numeric);
  return duckdb.create_decimal({ width, scale, value: numeric.unscaled });
}

function decimalShape({ unscaled, scale }: { unscaled: bigint; scale: number }): { width: number; scale: number } {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().length;
  const width = Math.max(digits, scale, 1);
  if (width > MAX_DECIMAL_DIGITS) {
    throw new SqlError({ sqlstate: '22003', message: `numeric value with more than ${MAX_DECIMAL_DIGITS} digits` });
  }
  return { width, scale };
}

/** Decimals take the shape that holds them all. */
function arrayValue({ elementOid, dimensions, elements }: PgArray): Value {
  if (dimensions.some(({ lowerBound }) => lowerBound !== 1)) {
    throw notSupported('an array parameter whose subscripts do not start at 1', 'let them start at 1');
  }
  if (dimensions.length > 1) return nestedValue({ kind: 'array', elementOid, dimensions, elements });
  if (elementOid === OID.numeric) return decimalArray(elements as readonly (PgNumeric | null)[]);
  const values = elements.map((value) => parameterValue({ value, typeOid: elementOid }));
  return duckdb.create_list_value(elementType(elementOid), values);
}

/** Lists of lists, the first dimension outermost. */
function nestedValue({ elementOid, dimensions, elements }: PgArray): Value {
  if (elementOid === OID.numeric) {
    throw notSupported('a numeric array parameter of several dimensions', 'use one dimension, or double precision');
  }
  let type = elementType(elementOid);
  let values = elements.map((value) => parameterValue({ value, typeOid: elementOid }));
  for (const { length } of dimensions.toReversed()) {
    const [of, whole] = [type, values];
    values = Array.from({ length: whole.length / length }, (_, i) =>
      duckdb.create_list_value(of, whole.slice(i * length, (i + 1) * length)),
    );
    type = duckdb.create_list_type(of);
  }
  return values[0]!;
}

function decimalArray(elements: readonly (PgNumeric | null)[]): Value {
  const finite = elements.map((element) => {
    if (element === null) return null;
    if ('special' in element) throw notSupported(`numeric ${element.special}`, 'leave it out of the array');
    return element;
  });
  const scale = Math.max(0, ...finite.map((element) => element?.scale ?? 0));
  const rescaled = finite.map((element) =>
    element === null ? null : { unscaled: element.unscaled * 10n ** BigInt(scale - element.scale), scale },
  );
  const width = Math.max(1, ...rescaled.map((element) => (element === null ? 1 : decimalShape(element).width)));
  const values = rescaled.map((element) =>
    element === null ? duckdb.create_null_value() : duckdb.create_decimal({ width, scale, value: element.unscaled }),
  );
  return duckdb.create_list_value(duckdb.create_decimal_type(width, scale), values);
}

const ELEMENT_TYPES: ReadonlyMap<number, number> = new Map<number, number>([
  [OID.bool, Type.BOOLEAN],
  [OID.int2, Type.SMALLINT],
  [OID.int4, Type.INTEGER],
  [OID.int8, Type.BIGINT],
  [OID.oid, Type.BIGINT],
  [OID.float4, Type.FLOAT],
  [OID.float8, Type.DOUBLE],
  [OID.bytea, Type.BLOB],
  [OID.uuid, Type.UUID],
  [OID.date, Type.DATE],
  [OID.time, Type.TIME],
  [OID.timestamp, Type.TIMESTAMP],
  [OID.timestamptz, Type.TIMESTAMP_TZ],
  [OID.interval, Type.INTERVAL],
]);

function elementType(oid: number): LogicalType {
  return duckdb.create_logical_type(ELEMENT_TYPES.get(oid) ?? Type.VARCHAR);
}

import { OID, elementOidOf } from '../pgtype/oid.ts';
import type { Type } from '../iceberg/iceberg.ts';
import { TIMESTAMP_INFINITY } from '../pgtype/pgtype.ts';
import { formatDecimal } from '../pgtype/write-decimal.ts';
import { decimalOfTypmod } from './decimal-of-typmod.ts';
import { numericTexts } from './numeric-text.ts';
import type { PgArray, PgInterval, PgNumeric, PgValue } from '../pgtype/pgtype.ts';
import { unsupported, unsupportedType } from './errors.ts';
import { duckdbType } from './function/duckdb-type.ts';
import { sqlText } from '../base/sql-text.ts';
import type { Value } from './scope.ts';
import { typeName } from './catalog/type-names.ts';

/** A literal of DuckDB with exactly the type and value of a Postgres constant. */
export function constantValue(value: PgValue, typeOid: number, typmod: number, location?: number): Value {
  if (typeOid === OID.numeric) return numericConstant(value, typmod);
  if (elementOidOf(typeOid) === OID.numeric) return numericArray(value as PgArray | null, location);
  const type = duckdbTypeOf(typeOid, location);
  if (isArray(value) && value.dimensions.length > 1) return nestedArray(value, typeOid, type, location);
  const sql = value === null ? `CAST(NULL AS ${type})` : literal(value, typeOid, type, location);
  return { sql, typeOid, typmod, constant: value };
}

/** DuckDB's type of a Postgres type other than numeric; 0A000 where there is none. */
export function duckdbTypeOf(typeOid: number, location?: number): string {
  const type = duckdbType(typeOid);
  if (type === undefined) throw unsupportedType(typeName(typeOid) ?? String(typeOid), location);
  return type;
}

function numericArray(value: PgArray | null, location?: number): Value {
  if (value === null) return { ...numericTexts('CAST(NULL AS VARCHAR[])'), constant: null };
  refuseShape(value, location);
  const texts = value.elements.map((element) =>
    element === null ? 'NULL' : textLiteral(numericOut(element as PgNumeric)),
  );
  return { ...numericTexts(`CAST([${texts.join(', ')}] AS VARCHAR[])`), constant: value };
}

function isArray(value: PgValue): value is PgArray {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'array';
}

/** Several dimensions as lists of lists. */
function nestedArray(value: PgArray, typeOid: number, type: string, location?: number): Value {
  const { dimensions, elementOid, elements } = value;
  if (dimensions.some(({ lowerBound }) => lowerBound !== 1))
    throw unsupported('an array whose subscripts do not start at 1', location);
  let parts = elements.map((element) => constantValue(element, elementOid, -1, location).sql);
  let nested: Type = { kind: 'list', elementId: 0, element: 'unknown', elementRequired: false };
  for (const { length } of dimensions.slice(1).toReversed()) {
    const whole = parts;
    parts = Array.from(
      { length: whole.length / length },
      (_, i) => `[${whole.slice(i * length, (i + 1) * length).join(', ')}]`,
    );
    nested = { kind: 'list', elementId: 0, element: nested, elementRequired: false };
  }
  const sql = `CAST([${parts.join(', ')}] AS ${type}${'[]'.repeat(dimensions.length - 1)})`;
  return { sql, typeOid, typmod: -1, constant: value, nested };
}

function numericOut(value: PgNumeric): string {
  return 'special' in value ? value.special : formatDecimal(value.unscaled, value.scale);
}

function refuseShape({ dimensions }: PgArray, location?: number): void {
  if (dimensions.length > 1) throw unsupported('an array of several dimensions', location);
  if (dimensions.some(({ lowerBound }) => lowerBound !== 1))
    throw unsupported('an array whose subscripts do not start at 1', location);
}

function numericConstant(value: PgValue, typmod: number): Value {
  if (value === null) {
    const decimal = decimalOfTypmod(typmod) ?? { precision: 1, scale: 0, displayScale: 0 };
    const sql = `CAST(NULL AS DECIMAL(${decimal.precision},${decimal.scale}))`;
    return { sql, typeOid: OID.numeric, typmod, constant: null, decimal };
  }
  const numeric = value as PgNumeric;
  const exact = { typeOid: OID.numeric, typmod, constant: value, nested: 'string' } as const;
  if ('special' in numeric) return { sql: textLiteral(numeric.special), ...exact };
  const digits = String(numeric.unscaled < 0n ? -numeric.unscaled : numeric.unscaled).padStart(numeric.scale + 1, '0');
  const precision = Math.max(digits.length - (digits.startsWith('0') && numeric.scale > 0 ? 1 : 0), numeric.scale, 1);
  if (precision > 38) return { sql: textLiteral(formatDecimal(numeric.unscaled, numeric.scale)), ...exact };
  const point = digits.length - numeric.scale;
  const text = numeric.scale === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return {
    sql: `CAST('${numeric.unscaled < 0n ? '-' : ''}${text}' AS DECIMAL(${precision},${numeric.scale}))`,
    typeOid: OID.numeric,
    typmod,
    constant: value,
    decimal: { precision, scale: numeric.scale, displayScale: numeric.scale },
  };
}

function literal(value: Exclude<PgValue, null>, typeOid: number, type: string, location?: number): string {
  switch (typeOid) {
    case OID.bool:
      return value === true ? 'true' : 'false';
    case OID.int4:
      // Cast where a bare number would be a position in GROUP BY or ORDER BY, or another type.
      return `CAST(${value as number} AS INTEGER)`;
    case OID.float4:
    case OID.float8:
      return `CAST('${floatText(value as number)}' AS ${type})`;
    case OID.date:
      return dateLiteral(value as number);
    case OID.time:
      return `CAST('${timeText(value as bigint)}' AS TIME)`;
    case OID.timestamp:
      return timestampLiteral(value as bigint, 'TIMESTAMP', '');
    case OID.timestamptz:
      return timestampLiteral(value as bigint, 'TIMESTAMPTZ', '+00');
    case OID.interval: {
      const { months, days, micros } = value as PgInterval;
      return `(to_months(CAST(${months} AS INTEGER)) + to_days(CAST(${days} AS INTEGER)) + to_microseconds(CAST(${micros} AS BIGINT)))`;
    }
    case OID.bytea:
      return `from_hex('${Buffer.from(value as Uint8Array).toString('hex')}')`;
    case OID.uuid:
      return `CAST('${value as string}' AS UUID)`;
    default:
      if (typeof value === 'string') return textLiteral(value);
      if (typeof value === 'object' && 'kind' in value && value.kind === 'array') {
        refuseShape(value, location);
        const elementOid = elementOidOf(typeOid) ?? 0;
        const elements = value.elements.map((element) => constantValue(element, elementOid, -1, location).sql);
        return `CAST([${elements.join(', ')}] AS ${type})`;
      }
      if (typeof value !== 'number' && typeof value !== 'bigint') throw unsupportedType(type, location);
      return `CAST(${value} AS ${type})`;
  }
}

function textLiteral(text: string): string {
  return sqlText(text);
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

const DAY_MICROS = 86_400_000_000n;
/** Days of 0001-01-01 and 9999-12-31, between which both write a date alike. */
const FIRST_DAY = -719_162;
const LAST_DAY = 2_932_896;
/** DuckDB counts microseconds from 1970 in 64 bits; the largest number is infinity. */
const LAST_MICROS = 2n ** 63n - 2n;

function dateLiteral(days: number): string {
  if (!Number.isFinite(days)) return `CAST('${days > 0 ? 'infinity' : '-infinity'}' AS DATE)`;
  if (days < FIRST_DAY || days > LAST_DAY) return `(DATE '1970-01-01' + CAST(${days} AS INTEGER))`;
  return `CAST('${dateText(days)}' AS DATE)`;
}

function timestampLiteral(micros: bigint, type: string, offset: string): string {
  if (micros === TIMESTAMP_INFINITY || micros === -TIMESTAMP_INFINITY)
    return `CAST('${micros > 0n ? 'infinity' : '-infinity'}' AS ${type})`;
  const time = ((micros % DAY_MICROS) + DAY_MICROS) % DAY_MICROS;
  const days = Number((micros - time) / DAY_MICROS);
  if (days < FIRST_DAY || days > LAST_DAY) {
    if (micros > LAST_MICROS) throw unsupported(`a ${type.toLowerCase()} constant after the year 294246`);
    return `make_${type.toLowerCase()}(CAST(${micros} AS BIGINT))`;
  }
  return `CAST('${dateText(days)} ${timeText(time)}${offset}' AS ${type})`;
}

function dateText(days: number): string {
  return new Date(days * 86_400_000).toISOString().slice(0, 10);
}

function timeText(micros: bigint): string {
  const seconds = micros / 1_000_000n;
  const parts = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map((part) => String(part).padStart(2, '0'));
  return `${parts.join(':')}.${String(micros % 1_000_000n).padStart(6, '0')}`;
}

import { DataType, TimeUnit } from 'apache-arrow';
import type { Vector } from 'apache-arrow';
import { civilFromDays } from '../../base/civil-date.ts';
import { formatArray } from '../../pgtype/format-array.ts';
import { notSupported } from '../../base/sql-error.ts';
import { arrowStream } from './errors.ts';

/** The text that Postgres' input functions read as the value of a row; null is a null. */
export type ArrowText = (row: number) => string | null;

const MICROS_PER_DAY = 86_400_000_000n;
const MILLIS_PER_DAY = 86_400_000;

/** Values of a column by its type in Arrow; raises 0A000 for types that Postgres has no input for. */
export function arrowText(vector: Vector): ArrowText {
  const text = reader(vector);
  return (row) => (vector.nullable && !vector.isValid(row) ? null : text(row));
}

function reader(vector: Vector): ArrowText {
  const { type } = vector;
  const get = (row: number): unknown => vector.get(row);
  if (DataType.isNull(type)) return () => null;
  if (DataType.isDictionary(type)) return (row) => scalarText(vector.get(row));
  if (DataType.isBool(type)) return (row) => (get(row) === true ? 't' : 'f');
  if (DataType.isInt(type) || DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return (row) => String(get(row));
  if (DataType.isFloat(type)) return (row) => floatText(get(row) as number);
  if (DataType.isDecimal(type)) return (row) => decimalText(words(get(row)), type.scale);
  if (DataType.isBinary(type) || DataType.isLargeBinary(type) || DataType.isFixedSizeBinary(type))
    return (row) => `\\x${Buffer.from(get(row) as Uint8Array).toString('hex')}`;
  if (DataType.isDate(type)) return (row) => dateText(Math.floor(Number(get(row)) / MILLIS_PER_DAY));
  if (DataType.isTimestamp(type)) {
    const zone = type.timezone === null || type.timezone === undefined ? '' : '+00';
    return (row) => timestampText(micros(stored(vector, row), type.unit), zone);
  }
  if (DataType.isTime(type)) return (row) => timeText(micros(stored(vector, row), type.unit));
  if (DataType.isList(type) || DataType.isFixedSizeList(type) || DataType.isLargeList(type))
    return (row) => listText(vector.get(row) as Vector);
  throw notSupported(`a column of Arrow's type ${String(type)} in COPY`, 'Cast it to another type before it is sent.');
}

function scalarText(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return floatText(value);
  if (typeof value === 'boolean') return value ? 't' : 'f';
  throw notSupported("a dictionary of this type in Arrow's format", 'Decode the column before it is sent.');
}

function listText(values: Vector): string {
  const { length } = values;
  if (length === 0) return '{}';
  const text = arrowText(values);
  const texts = Array.from({ length }, (_, i) => text(i));
  // Lists within lists are dimensions of one array.
  if (DataType.isList(values.type) || DataType.isFixedSizeList(values.type) || DataType.isLargeList(values.type))
    return `{${texts.map((inner) => inner ?? 'NULL').join(',')}}`;
  return formatArray([{ length, lowerBound: 1 }], texts);
}

function floatText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Little-endian 32-bit words of a two's complement. */
function words(value: unknown): Uint32Array {
  return value as Uint32Array;
}

function decimalText(value: Uint32Array, scale: number): string {
  let unscaled = 0n;
  for (let i = value.length - 1; i >= 0; i--) unscaled = (unscaled << 32n) | BigInt(value[i]!);
  unscaled = BigInt.asIntN(value.length * 32, unscaled);
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString();
  const sign = unscaled < 0n ? '-' : '';
  if (scale <= 0) return sign + digits + '0'.repeat(-scale);
  const padded = digits.padStart(scale + 1, '0');
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}

/** The number as it is stored: `get` would round times to milliseconds. */
function stored(vector: Vector, row: number): bigint {
  let at = row;
  for (const { length, values } of vector.data) {
    if (at < length) return BigInt((values as BigInt64Array | Int32Array)[at]!);
    at -= length;
  }
  throw arrowStream('a record batch of the stream is too short');
}

function micros(value: bigint, unit: TimeUnit): bigint {
  switch (unit) {
    case TimeUnit.SECOND:
      return value * 1_000_000n;
    case TimeUnit.MILLISECOND:
      return value * 1000n;
    case TimeUnit.MICROSECOND:
      return value;
    default:
      if (value % 1000n === 0n) return value / 1000n;
      throw arrowStream('a time of the stream is finer than a microsecond');
  }
}

function timestampText(value: bigint, zone: string): string {
  const ofDay = ((value % MICROS_PER_DAY) + MICROS_PER_DAY) % MICROS_PER_DAY;
  const { date, era } = calendar(Number((value - ofDay) / MICROS_PER_DAY));
  return `${date} ${timeText(ofDay)}${zone}${era}`;
}

function dateText(days: number): string {
  const { date, era } = calendar(days);
  return date + era;
}

function calendar(days: number): { readonly date: string; readonly era: string } {
  const { year, month, day } = civilFromDays(days);
  const two = (part: number): string => part.toString().padStart(2, '0');
  const shown = year > 0 ? year : 1 - year;
  return { date: `${shown.toString().padStart(4, '0')}-${two(month)}-${two(day)}`, era: year > 0 ? '' : ' BC' };
}

function timeText(value: bigint): string {
  const seconds = value / 1_000_000n;
  const parts = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map((part) => part.toString().padStart(2, '0'));
  return `${parts.join(':')}.${(value % 1_000_000n).toString().padStart(6, '0')}`;
}

import { daysFromCivil, daysInMonth } from '../../base/civil-date.ts';
import { OID } from '../../pgtype/oid.ts';
import type { ColumnBuffer } from './column-buffer.ts';
import type { CopyColumn } from './copy-spec.ts';

/** Reads a field in the everyday spelling of its type; false leaves it to the exact reader. */
export type FastField = (bytes: Uint8Array, start: number, end: number, row: number) => boolean;

/** Exact powers of ten. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);
const MICROS_PER_DAY = 86_400_000_000;

/** Undefined for types whose every value the exact reader reads. */
export function fastField(column: CopyColumn, buffer: ColumnBuffer): FastField | undefined {
  switch (column.typeOid) {
    case OID.int4:
      return (bytes, start, end, row) => {
        const value = smallInteger(bytes, start, end);
        if (value < -2_147_483_648 || value > 2_147_483_647 || Number.isNaN(value)) return false;
        buffer.ints[row] = value;
        return true;
      };
    case OID.int8:
      return (bytes, start, end, row) => {
        const value = smallInteger(bytes, start, end);
        if (Number.isNaN(value)) return false;
        buffer.setLong(row, value);
        return true;
      };
    case OID.float8:
      return floatField(buffer);
    case OID.numeric:
      return numericField(column, buffer);
    case OID.bool:
      return (bytes, start, end, row) => {
        if (end - start !== 1) return false;
        const byte = bytes[start]!;
        if (byte !== 0x74 && byte !== 0x66) return false;
        buffer.view.setUint8(row, byte === 0x74 ? 1 : 0);
        return true;
      };
    case OID.text:
    case OID.varchar:
      if (column.typmod >= 0) return undefined;
      return (bytes, start, end, row) => {
        buffer.setText(row, bytes, start, end);
        return true;
      };
    case OID.date:
      return (bytes, start, end, row) => {
        const days = end - start === 10 ? isoDate(bytes, start) : NaN;
        if (Number.isNaN(days)) return false;
        buffer.ints[row] = days;
        return true;
      };
    case OID.timestamp:
      return column.typmod >= 0 ? undefined : timestampField(buffer);
    default:
      return undefined;
  }
}

function floatField(buffer: ColumnBuffer): FastField {
  const scanner = new DecimalScanner();
  return (bytes, start, end, row) => {
    const value = scanner.read(bytes, start, end, POWERS.length - 1);
    // -0 has a sign that an integer loses; the exact reader keeps it.
    if (Number.isNaN(value) || (value === 0 && bytes[start] === 45)) return false;
    buffer.doubles[row] = value / POWERS[scanner.decimals]!;
    return true;
  };
}

function numericField(column: CopyColumn, buffer: ColumnBuffer): FastField | undefined {
  const scale = buffer.decimalScale;
  if (scale === undefined || column.typmod < 4) return undefined;
  const precision = ((column.typmod - 4) >> 16) & 0xffff;
  const limit = precision <= 15 ? 10 ** precision : 1e15;
  const scanner = new DecimalScanner();
  return (bytes, start, end, row) => {
    const digits = scanner.read(bytes, start, end, scale);
    if (Number.isNaN(digits)) return false;
    const value = digits * (POWERS[scale - scanner.decimals] ?? Infinity);
    if (!(value < limit && value > -limit)) return false;
    if (buffer.width === 4) buffer.ints[row] = value;
    else if (buffer.width === 8) buffer.setLong(row, value);
    else buffer.setDecimal(row, BigInt(value));
    return true;
  };
}

function timestampField(buffer: ColumnBuffer): FastField {
  return (bytes, start, end, row) => {
    const length = end - start;
    if (length < 19 || length > 26 || length === 20) return false;
    const days = isoDate(bytes, start);
    if (bytes[start + 10] !== 32 || bytes[start + 13] !== 58 || bytes[start + 16] !== 58) return false;
    const hours = twoDigits(bytes, start + 11);
    const minutes = twoDigits(bytes, start + 14);
    const seconds = twoDigits(bytes, start + 17);
    let micros = 0;
    if (length > 19) {
      if (bytes[start + 19] !== 46) return false;
      let unit = 100_000;
      for (let at = start + 20; at < end; at++, unit /= 10) {
        const digit = bytes[at]! - 48;
        if (digit < 0 || digit > 9) return false;
        micros += digit * unit;
      }
    }
    if (!(hours < 24 && minutes < 60 && seconds < 60)) return false;
    const value = days * MICROS_PER_DAY + ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + micros;
    if (!Number.isSafeInteger(value)) return false;
    buffer.setLong(row, value);
    return true;
  };
}

/** NaN where it is none of up to 15 digits. */
function smallInteger(bytes: Uint8Array, start: number, end: number): number {
  const negative = bytes[start] === 45;
  const first = negative ? start + 1 : start;
  if (end - first > 15 || end <= first) return NaN;
  let value = 0;
  for (let at = first; at < end; at++) {
    const digit = bytes[at]! - 48;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return negative ? 0 - value : value;
}

/** Plain decimals: their digits as an integer, and how many of them are after the point. */
class DecimalScanner {
  /** Of what `read` read last. */
  decimals = 0;

  /** NaN where there are more than 15 digits, or more than `scale` after the point. */
  read(bytes: Uint8Array, start: number, end: number, scale: number): number {
    const negative = bytes[start] === 45;
    const first = negative ? start + 1 : start;
    if (end - first > 16 || end <= first) return NaN;
    let value = 0;
    let point = -1;
    for (let at = first; at < end; at++) {
      const digit = bytes[at]! - 48;
      if (digit >= 0 && digit <= 9) value = value * 10 + digit;
      else if (digit === -2 && point === -1) point = at;
      else return NaN;
    }
    const digits = end - first - (point === -1 ? 0 : 1);
    this.decimals = point === -1 ? 0 : end - point - 1;
    if (digits === 0 || digits > 15 || this.decimals > scale) return NaN;
    return negative ? 0 - value : value;
  }
}

/** Days since 1970 of `YYYY-MM-DD`, or NaN. */
function isoDate(bytes: Uint8Array, start: number): number {
  if (bytes[start + 4] !== 45 || bytes[start + 7] !== 45) return NaN;
  const year = twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2);
  const month = twoDigits(bytes, start + 5);
  const day = twoDigits(bytes, start + 8);
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return NaN;
  return daysFromCivil(year, month, day);
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const high = bytes[at]! - 48;
  const low = bytes[at + 1]! - 48;
  return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? high * 10 + low : NaN;
}

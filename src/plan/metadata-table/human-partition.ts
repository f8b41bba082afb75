import { civilFromDays } from '../../base/civil-date.ts';
import type { IcebergValue, Transform, Type } from '../../iceberg/iceberg.ts';

/** A partition value as Iceberg's Java library shows it: `2024-02` for a month, base64 for bytes, `null`. */
export function humanPartition(transform: Transform, type: Type | undefined, value: IcebergValue): string {
  if (value === null || transform.kind === 'void') return 'null';
  switch (transform.kind) {
    case 'year':
      return padded(1970 + Number(value), 4);
    case 'month': {
      const months = Number(value);
      return `${padded(1970 + Math.floor(months / 12), 4)}-${padded((((months % 12) + 12) % 12) + 1, 2)}`;
    }
    case 'hour': {
      const day = Math.floor(Number(value) / 24);
      return `${isoDate(day)}-${padded(Number(value) - day * 24, 2)}`;
    }
    default:
      return humanValue(type, value);
  }
}

function humanValue(type: Type | undefined, value: NonNullable<IcebergValue>): string {
  if (value instanceof Uint8Array) {
    const bytes = Buffer.from(value);
    return type === 'uuid' ? uuidText(bytes.toString('hex')) : bytes.toString('base64');
  }
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  if (typeof type === 'object') return type.kind === 'decimal' ? decimalText(BigInt(value), type.scale) : String(value);
  switch (type) {
    case 'date':
      return isoDate(Number(value));
    case 'time':
      return isoTime(BigInt(value), 6);
    case 'timestamp':
      return isoTimestamp(BigInt(value), 6);
    case 'timestamptz':
      return `${isoTimestamp(BigInt(value), 6)}+00:00`;
    case 'timestamp_ns':
      return isoTimestamp(BigInt(value), 9);
    case 'timestamptz_ns':
      return `${isoTimestamp(BigInt(value), 9)}+00:00`;
    case 'float':
    case 'double':
      return javaNumber(Number(value), type);
    default:
      return String(value);
  }
}

function isoDate(days: number): string {
  const { year, month, day } = civilFromDays(days);
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}

function isoTimestamp(value: bigint, digits: 6 | 9): string {
  const unitsPerDay = 86_400n * 10n ** BigInt(digits);
  const ofDay = ((value % unitsPerDay) + unitsPerDay) % unitsPerDay;
  return `${isoDate(Number((value - ofDay) / unitsPerDay))}T${isoTime(ofDay, digits)}`;
}

function isoTime(value: bigint, digits: 6 | 9): string {
  const unitsPerSecond = 10n ** BigInt(digits);
  const seconds = Number(value / unitsPerSecond);
  const fraction = String(value % unitsPerSecond)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return clock.map((part) => padded(part, 2)).join(':') + (fraction === '' ? '' : `.${fraction}`);
}

function decimalText(unscaled: bigint, scale: number): string {
  if (scale === 0) return String(unscaled);
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Java's Double.toString and Float.toString. */
function javaNumber(value: number, type: 'float' | 'double'): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const shortest = type === 'float' ? shortestFloat(value) : value;
  const size = Math.abs(shortest);
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(shortest) ? `${shortest}.0` : String(shortest);
  const [mantissa, exponent] = shortest.toExponential().split('e') as [string, string];
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}

/** The number of fewest digits that is the same float. */
function shortestFloat(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return Number(value.toPrecision(9));
}

function uuidText(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function padded(value: number, width: number): string {
  return value < 0 ? `-${String(-value).padStart(width - 1, '0')}` : String(value).padStart(width, '0');
}

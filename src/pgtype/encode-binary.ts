import { noBinaryForm } from './errors.ts';
import { OID, elementOidOf } from './oid.ts';
import { textOnlyType } from './text-only-type.ts';
import type { PgArray, PgInterval, PgNumeric, PgValue } from './pgtype.ts';
import { TIMESTAMP_INFINITY } from './pgtype.ts';

/** Days and microseconds from 1970-01-01 to Postgres' epoch 2000-01-01. */
const EPOCH_DAYS = 10957;
const EPOCH_MICROS = 946_684_800_000_000n;

/** The binary form of a value that is not null (the types' send functions). 42883 where a type has none here. */
export function encodeBinary(oid: number, value: Exclude<PgValue, null>): Uint8Array {
  if (typeof value === 'string' && oid !== OID.uuid) return encodeString(oid, value);
  switch (oid) {
    case OID.bool:
      return Uint8Array.of(value ? 1 : 0);
    case OID.int2:
      return fixed(2, (view) => view.setInt16(0, value as number));
    case OID.int4:
      return fixed(4, (view) => view.setInt32(0, value as number));
    case OID.int8:
    case OID.xid8:
      return fixed(8, (view) => view.setBigInt64(0, BigInt.asIntN(64, value as bigint)));
    case OID.float4:
      return fixed(4, (view) => view.setFloat32(0, value as number));
    case OID.float8:
      return fixed(8, (view) => view.setFloat64(0, value as number));
    case OID.numeric:
      return encodeNumeric(value as PgNumeric);
    case OID.bytea:
      return value as Uint8Array;
    case OID.uuid:
      return Uint8Array.from(Buffer.from((value as string).replaceAll('-', ''), 'hex'));
    case OID.date:
      return fixed(4, (view) => view.setInt32(0, binaryDate(value as number)));
    case OID.time:
      return fixed(8, (view) => view.setBigInt64(0, value as bigint));
    case OID.timestamp:
    case OID.timestamptz:
      return fixed(8, (view) => view.setBigInt64(0, binaryTimestamp(value as bigint)));
    case OID.interval:
      return encodeInterval(value as PgInterval);
    default:
      if (typeof value === 'number') return fixed(4, (view) => view.setUint32(0, value));
      if (elementOidOf(oid) === undefined) throw noBinaryForm(oid, 'output');
      return encodeArray(value as PgArray);
  }
}

/** Days since 2000-01-01, Postgres' marks for the infinities. */
export function binaryDate(days: number): number {
  if (days === Infinity) return 0x7fffffff;
  return days === -Infinity ? -0x80000000 : days - EPOCH_DAYS;
}

export function binaryTimestamp(micros: bigint): bigint {
  if (micros === TIMESTAMP_INFINITY) return TIMESTAMP_INFINITY;
  return micros === -TIMESTAMP_INFINITY ? -TIMESTAMP_INFINITY - 1n : micros - EPOCH_MICROS;
}

/** numeric_send: base 10,000 digits without leading or trailing zeros. */
export function encodeNumeric(value: PgNumeric): Uint8Array {
  if ('special' in value) {
    const sign = value.special === 'NaN' ? 0xc000 : value.special === 'Infinity' ? 0xd000 : 0xf000;
    // numeric_send leaves the scale of a special value as it is stored: 32 for infinities, 0 for NaN.
    return fixed(8, (view) => {
      view.setUint16(4, sign);
      view.setUint16(6, sign === 0xc000 ? 0 : 0x20);
    });
  }
  const { scale } = value;
  const negative = value.unscaled < 0n;
  let text = (negative ? -value.unscaled : value.unscaled).toString();
  if (text === '0') text = '';
  // Fill the fraction to whole base-10,000 digits, then the front.
  text += '0'.repeat((4 - (scale % 4)) % 4);
  const fractionDigits = Math.ceil(scale / 4);
  text = text.padStart(Math.ceil(text.length / 4) * 4, '0');
  const digits: number[] = [];
  for (let i = 0; i < text.length; i += 4) digits.push(Number(text.slice(i, i + 4)));
  let weight = digits.length - fractionDigits - 1;
  while (digits.length > 0 && digits[0] === 0) {
    digits.shift();
    weight--;
  }
  while (digits.at(-1) === 0) digits.pop();
  return fixed(8 + 2 * digits.length, (view) => {
    view.setUint16(0, digits.length);
    view.setInt16(2, digits.length === 0 ? 0 : weight);
    view.setUint16(4, negative ? 0x4000 : 0);
    view.setUint16(6, scale);
    digits.forEach((digit, i) => view.setUint16(8 + 2 * i, digit));
  });
}

function encodeInterval({ months, days, micros }: PgInterval): Uint8Array {
  return fixed(16, (view) => {
    view.setBigInt64(0, micros);
    view.setInt32(8, days);
    view.setInt32(12, months);
  });
}

function encodeString(oid: number, text: string): Uint8Array {
  const textOnly = textOnlyType(oid);
  if (textOnly !== undefined) return textOnly.toBinary(text);
  const bytes = Buffer.from(text, 'utf8');
  if (oid === OID.char) return Uint8Array.of(text === '' ? 0 : bytes[0]!);
  return oid === OID.jsonb || oid === OID.jsonpath ? Buffer.concat([Uint8Array.of(1), bytes]) : bytes;
}

/** array_send. */
function encodeArray({ elementOid, dimensions, elements }: PgArray): Uint8Array {
  const header = fixed(12 + 8 * dimensions.length, (view) => {
    view.setInt32(0, dimensions.length);
    view.setInt32(4, elements.includes(null) ? 1 : 0);
    view.setUint32(8, elementOid);
    dimensions.forEach(({ length, lowerBound }, i) => {
      view.setInt32(12 + 8 * i, length);
      view.setInt32(16 + 8 * i, lowerBound);
    });
  });
  const parts = elements.flatMap((element) => {
    if (element === null) return [fixed(4, (view) => view.setInt32(0, -1))];
    const bytes = encodeBinary(elementOid, element);
    return [fixed(4, (view) => view.setInt32(0, bytes.length)), bytes];
  });
  return Buffer.concat([header, ...parts]);
}

function fixed(length: number, fill: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length);
  fill(new DataView(bytes.buffer));
  return bytes;
}

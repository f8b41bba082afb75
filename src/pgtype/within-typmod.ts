import { bitLengthMismatch, bitStringTooLong, numericFieldOverflow, valueTooLong } from './errors.ts';
import { OID, elementOidOf } from './oid.ts';
import { TIMESTAMP_INFINITY } from './pgtype.ts';
import type { PgArray, PgNumeric, PgValue } from './pgtype.ts';

/**
 * A value of type `oid` as a column declared with `typmod` stores it (the assignment casts to the type itself): cut,
 * padded, rounded, or refused with 22001, 22003 or 22026. Intervals that keep only some fields are undefined.
 */
export function withinTypmod(oid: number, typmod: number, value: PgValue): PgValue | undefined {
  if (value === null || typmod < 0) return value;
  switch (oid) {
    case OID.varchar:
      return typmod < 4 ? value : cut(value as string, typmod - 4, 'character varying');
    case OID.bpchar: {
      if (typmod < 4) return value;
      const text = cut(value as string, typmod - 4, 'character');
      return text + ' '.repeat(Math.max(0, typmod - 4 - codePoints(text)));
    }
    case OID.numeric:
      return rounded(value as PgNumeric, typmod);
    case OID.time:
      return nearest(value as bigint, typmod);
    case OID.timestamp:
    case OID.timestamptz:
      return value === TIMESTAMP_INFINITY || value === -TIMESTAMP_INFINITY ? value : nearest(value as bigint, typmod);
    case OID.interval:
      return undefined;
    case OID.timetz:
      return undefined;
    case OID.bit:
      if ((value as string).length !== typmod) throw bitLengthMismatch((value as string).length, typmod);
      return value;
    case OID.varbit:
      if ((value as string).length > typmod) throw bitStringTooLong(typmod);
      return value;
    default: {
      const elementOid = elementOidOf(oid);
      return elementOid === undefined ? value : array(value as PgArray, elementOid, typmod);
    }
  }
}

function array(value: PgArray, elementOid: number, typmod: number): PgArray | undefined {
  const elements = value.elements.map((element) => withinTypmod(elementOid, typmod, element));
  return elements.some((element) => element === undefined) ? undefined : { ...value, elements: elements as PgValue[] };
}

/** Only blanks may be cut. */
function cut(text: string, limit: number, type: string): string {
  if (text.length <= limit || codePoints(text) <= limit) return text;
  const chars = Array.from(text);
  if (chars.slice(limit).some((char) => char !== ' ')) throw valueTooLong(type, limit);
  return chars.slice(0, limit).join('');
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** numeric(p, s): half away from zero. */
function rounded(value: PgNumeric, typmod: number): PgNumeric {
  if (typmod < 4) return value;
  const precision = ((typmod - 4) >> 16) & 0xffff;
  const scale = (((typmod - 4) & 0x7ff) ^ 1024) - 1024;
  if ('special' in value) {
    if (value.special === 'NaN') return value;
    throw numericFieldOverflow(precision, scale, true);
  }
  const size = value.unscaled < 0n ? -value.unscaled : value.unscaled;
  const shift = value.scale - scale;
  const unit = 10n ** BigInt(Math.abs(shift));
  const digits = shift > 0 ? (size + unit / 2n) / unit : size * unit;
  if (digits >= 10n ** BigInt(precision)) throw numericFieldOverflow(precision, scale, false);
  const unscaled = value.unscaled < 0n ? -digits : digits;
  return scale >= 0
    ? { kind: 'numeric', unscaled, scale }
    : { kind: 'numeric', unscaled: unscaled * 10n ** BigInt(-scale), scale: 0 };
}

/** AdjustTimestampForTypmod and AdjustTimeForTypmod: half away from zero to so many digits of a second. */
function nearest(micros: bigint, digits: number): bigint {
  if (digits >= 6) return micros;
  const unit = 10n ** BigInt(6 - digits);
  const half = unit / 2n;
  return micros >= 0n ? ((micros + half) / unit) * unit : -(((-micros + half) / unit) * unit);
}

import type { PgNumeric, PgValue } from './pgtype.ts';
import { canonicalJsonb } from './canonical-jsonb.ts';
import { decodeArrayText } from './decode-array-text.ts';
import { decodeIntervalText } from './decode-interval-text.ts';
import { decodeDateText, decodeTimeText, decodeTimestampText, decodeTimestamptzText } from './decode-timestamp-text.ts';
import { invalidInputSyntax, outOfRange } from './errors.ts';
import { isJson } from './is-json.ts';
import { formatNetwork, hasHostBits, parseNetwork } from './network-address.ts';
import { OID, elementOidOf } from './oid.ts';
import { formatTimetz } from './text-only-type.ts';

/**
 * A value from its text form, or undefined for a spelling that only Postgres itself should read (the caller asks the
 * embedded one). What is accepted here reads the same under every DateStyle, IntervalStyle and TimeZone. Raises
 * 22P02 and 22003 for booleans, numbers and uuids as their input functions do.
 */
export function decodeText(oid: number, text: string): PgValue | undefined {
  switch (oid) {
    case OID.bool:
      return decodeBoolean(text);
    case OID.int2:
      return decodeInteger(text, 'smallint', -32_768n, 32_767n, Number);
    case OID.int4:
      return decodeInteger(text, 'integer', -2_147_483_648n, 2_147_483_647n, Number);
    case OID.int8:
      return decodeInteger(text, 'bigint', -9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n, (value) => value);
    case OID.oid:
      return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
    case OID.float4:
      return decodeFloat4(text);
    case OID.float8:
      return decodeFloat8(text);
    case OID.numeric:
      return decodeNumeric(text);
    case OID.text:
    case OID.varchar:
    case OID.bpchar:
    case OID.unknown:
      return text;
    case OID.name:
      return Buffer.byteLength(text) < 64 ? text : undefined;
    case OID.void:
      return '';
    case OID.xid:
    case OID.cid:
      return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
    case OID.json:
      return isJson(text) ? text : undefined;
    case OID.jsonb:
      return canonicalJsonb(text);
    case OID.bytea:
      return /^\\x(?:[0-9a-fA-F]{2})*$/.test(text) ? Uint8Array.from(Buffer.from(text.slice(2), 'hex')) : undefined;
    case OID.uuid:
      return decodeUuid(text);
    case OID.date:
      return decodeDateText(text);
    case OID.time:
      return decodeTimeText(text);
    case OID.timestamp:
      return decodeTimestampText(text);
    case OID.timestamptz:
      return decodeTimestamptzText(text);
    case OID.interval:
      // Under IntervalStyle sql_standard a minus may count for all parts.
      return text.includes('-') ? undefined : decodeIntervalText(text);
    default: {
      const elementOid = elementOidOf(oid);
      return elementOid === undefined
        ? decodeTextOnly(oid, text)
        : decodeArrayText(elementOid, text, (element) => decodeText(elementOid, element));
    }
  }
}

/** The canonical spellings of types whose values are text here (text-only-type.ts). */
function decodeTextOnly(oid: number, text: string): string | undefined {
  switch (oid) {
    case OID.char:
      return text.length <= 1 && text < '\x80' && text !== '\0' ? text : undefined;
    case OID.bit:
    case OID.varbit:
      return /^[01]*$/.test(text) ? text : undefined;
    case OID.macaddr:
      return /^(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$/.test(text) ? text.toLowerCase() : undefined;
    case OID.macaddr8:
      return /^(?:[0-9a-fA-F]{2}:){7}[0-9a-fA-F]{2}$/.test(text) ? text.toLowerCase() : undefined;
    case OID.inet:
    case OID.cidr: {
      const network = parseNetwork(text);
      if (network === undefined || (oid === OID.cidr && hasHostBits(network))) return undefined;
      return formatNetwork(network, oid === OID.cidr);
    }
    case OID.timetz: {
      const match = /^(\d\d:\d\d:\d\d(?:\.\d{1,6})?)([+-])(\d\d)(?::(\d\d))?$/.exec(text);
      const micros = match === null ? undefined : decodeTimeText(match[1]!);
      const seconds = (Number(match?.[3]) * 60 + Number(match?.[4] ?? 0)) * 60;
      if (micros === undefined || seconds >= 15 * 3600 || Number(match?.[4] ?? 0) > 59) return undefined;
      return formatTimetz(micros, match![2] === '-' ? seconds : -seconds);
    }
    default:
      return undefined;
  }
}

/** boolin: any unambiguous prefix, any case, blanks around it. */
function decodeBoolean(text: string): boolean {
  const word = trimBlanks(text).toLowerCase();
  if (word !== '') {
    if ('true'.startsWith(word) || 'yes'.startsWith(word) || word === 'on' || word === '1') return true;
    if ('false'.startsWith(word) || 'no'.startsWith(word) || word === 'of' || word === 'off' || word === '0') {
      return false;
    }
  }
  throw invalidInputSyntax('boolean', text);
}

function decodeInteger<T extends number | bigint>(
  text: string,
  type: string,
  min: bigint,
  max: bigint,
  finish: (value: bigint) => T,
): T | undefined {
  const digits = trimBlanks(text);
  if (!/^[+-]?\d+$/.test(digits)) {
    // Hexadecimal, octal, binary and underscores are left to Postgres.
    if (/^[+-]?\d[\dA-Fa-fxXoObB_]*$/.test(digits)) return undefined;
    throw invalidInputSyntax(type, text);
  }
  const value = BigInt(digits.startsWith('+') ? digits.slice(1) : digits);
  if (value < min || value > max) throw outOfRange(type, text);
  return finish(value);
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;

function decodeFloat8(text: string): number | undefined {
  const word = trimBlanks(text);
  const special = specialFloat(word);
  if (special !== undefined) return special;
  if (!isDecimal(word)) {
    // strtod also reads hexadecimal floats.
    if (/^[+-]?0[xX]/.test(word)) return undefined;
    throw invalidInputSyntax('double precision', text);
  }
  const value = Number(word);
  if (!Number.isFinite(value) || (value === 0 && hasNonZeroDigit(word))) throw outOfRange('double precision', word);
  return value;
}

const FLOAT_BITS = new DataView(new ArrayBuffer(8));

function decodeFloat4(text: string): number | undefined {
  const word = trimBlanks(text);
  const special = specialFloat(word);
  if (special !== undefined) return special;
  if (!isDecimal(word)) {
    if (/^[+-]?0[xX]/.test(word)) return undefined;
    throw invalidInputSyntax('real', text);
  }
  const double = Number(word);
  // Exactly between two floats as a double: the text itself decides, which one rounding through a double loses.
  FLOAT_BITS.setFloat64(0, double);
  if ((FLOAT_BITS.getUint32(4) & 0x1fffffff) === 0x10000000) return undefined;
  const value = Math.fround(double);
  if (!Number.isFinite(value) || (value === 0 && hasNonZeroDigit(word))) throw outOfRange('real', word);
  return Math.abs(value) < 1.1754943508222875e-38 && value !== 0 ? undefined : value;
}

function specialFloat(word: string): number | undefined {
  switch (word.toLowerCase()) {
    case 'nan':
      return NaN;
    case 'infinity':
    case '+infinity':
    case 'inf':
    case '+inf':
      return Infinity;
    case '-infinity':
    case '-inf':
      return -Infinity;
    default:
      return undefined;
  }
}

const MAX_NUMERIC_DIGITS = 1000;

/** numeric_in without typmod: the display scale is the number of digits after the point, less the exponent. */
function decodeNumeric(text: string): PgNumeric | undefined {
  const word = trimBlanks(text);
  const special = specialFloat(word);
  if (special !== undefined) {
    const name = Number.isNaN(special) ? 'NaN' : special > 0 ? 'Infinity' : '-Infinity';
    return { kind: 'numeric', special: name };
  }
  const match = isDecimal(word) ? DECIMAL.exec(word) : null;
  if (match === null) {
    if (/^[+-]?[\d.][\w.+-]*$/.test(word)) return undefined;
    throw invalidInputSyntax('numeric', text);
  }
  const [, sign, whole = '', fraction = '', exponentText = '0'] = match;
  const exponent = Number(exponentText);
  if (word.length > MAX_NUMERIC_DIGITS || Math.abs(exponent) > MAX_NUMERIC_DIGITS) return undefined;
  const scale = Math.max(0, fraction.length - exponent);
  const zeros = Math.max(0, exponent - fraction.length);
  const unscaled = BigInt(whole + fraction + '0'.repeat(zeros));
  return { kind: 'numeric', unscaled: sign === '-' ? -unscaled : unscaled, scale };
}

/** Digits before or after the point, at least one. */
function isDecimal(word: string): boolean {
  const match = DECIMAL.exec(word);
  return match !== null && (match[2] !== '' || (match[3] ?? '') !== '');
}

function hasNonZeroDigit(word: string): boolean {
  return /[1-9]/.test(word.replace(/[eE].*$/, ''));
}

function decodeUuid(text: string): string | undefined {
  if (/^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/.test(text)) {
    return text.toLowerCase();
  }
  if (/^[0-9a-fA-F{}-]*$/.test(text)) return undefined;
  throw invalidInputSyntax('uuid', text);
}

/** isspace in the C locale. */
function trimBlanks(text: string): string {
  return text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '');
}

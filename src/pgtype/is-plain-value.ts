import { OID } from './oid.ts';

/**
 * Whether a parameter's bytes are a value of the type beyond doubt, under every setting: the input function would take
 * them. False says nothing but that Postgres has to be asked.
 */
export function isPlainValue(oid: number, isBinary: boolean, bytes: Uint8Array): boolean {
  if (oid === OID.bytea && isBinary) return true;
  if (TEXT_TYPES.has(oid)) return isText(bytes);
  if (isBinary) return BINARY_LENGTHS.get(oid) === bytes.length;
  const pattern = TEXT_PATTERNS.get(oid);
  if (pattern === undefined || bytes.length > LONGEST_BYTES) return false;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  return pattern.test(text);
}

/** Longer values cost more to look through than to ask about. */
const LONGEST_BYTES = 64 * 1024;

const TEXT_TYPES: ReadonlySet<number> = new Set([OID.text, OID.varchar, OID.bpchar]);

/** Types of which every value of this length is one. */
const BINARY_LENGTHS: ReadonlyMap<number, number> = new Map([
  [OID.int2, 2],
  [OID.int4, 4],
  [OID.int8, 8],
  [OID.oid, 4],
  [OID.float4, 4],
  [OID.float8, 8],
  [OID.bool, 1],
  [OID.uuid, 16],
]);

const DATE = String.raw`[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])`;
const TIME = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?`;

const TEXT_PATTERNS: ReadonlyMap<number, RegExp> = new Map([
  [OID.int2, /^-?\d{1,4}$/],
  [OID.int4, /^-?\d{1,9}$/],
  [OID.int8, /^-?\d{1,18}$/],
  [OID.oid, /^\d{1,9}$/],
  [OID.float4, /^-?\d{1,15}(?:\.\d{1,15})?$/],
  [OID.float8, /^-?\d{1,15}(?:\.\d{1,15})?$/],
  [OID.numeric, /^-?\d{1,100}(?:\.\d{1,100})?$/],
  [OID.bool, /^(?:t|f|true|false|on|off|yes|no|1|0)$/],
  [OID.uuid, /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i],
  [OID.bytea, /^\\x(?:[\da-f]{2})*$/i],
  [OID.date, new RegExp(`^${DATE}$`)],
  [OID.time, new RegExp(`^${TIME}$`)],
  [OID.timestamp, new RegExp(`^${DATE}[ T]${TIME}$`)],
  [OID.timestamptz, new RegExp(`^${DATE}[ T]${TIME}(?:Z|[-+](?:0\\d|1[0-4])(?::?[0-5]\\d)?)?$`)],
]);

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function isText(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return false;
  try {
    UTF8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

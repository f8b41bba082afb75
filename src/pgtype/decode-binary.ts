import type { PgArray, PgNumeric, PgValue } from './pgtype.ts';
import { TIMESTAMP_INFINITY } from './pgtype.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import { notSupported } from '../base/sql-error.ts';
import { canonicalJsonb } from './canonical-jsonb.ts';
import { isJson } from './is-json.ts';
import { datetimeFieldOverflow, insufficientData, invalidBinary, invalidInputSyntax, noBinaryForm } from './errors.ts';
import { OID, elementOidOf } from './oid.ts';
import { textOnlyType } from './text-only-type.ts';

/** Days and microseconds from 1970-01-01 to Postgres' epoch 2000-01-01. */
const EPOCH_DAYS = 10957;
const EPOCH_MICROS = 946_684_800_000_000n;
const MAX_ARRAY_DIMENSIONS = 6;
const MAX_ARRAY_ELEMENTS = 134_217_727;

/**
 * A value from its binary form (the types' receive functions). Errors are Postgres': 22P03 for a malformed value,
 * 08P01 where bytes are missing, 22021 for text that is not UTF-8, 42883 for types without a binary form here
 * (composites, ranges, geometry).
 */
export function decodeBinary(oid: number, bytes: Uint8Array): PgValue {
  const reader = new BinaryReader(bytes);
  const value = read(oid, reader);
  if (reader.offset !== bytes.length) {
    throw invalidBinary('incorrect binary data format');
  }
  return value;
}

/** Whether `decodeBinary` reads values of the type; the embedded Postgres reads those of all. */
export function hasBinaryForm(oid: number): boolean {
  const element = elementOidOf(oid) ?? oid;
  return READERS.has(element) || textOnlyType(element) !== undefined;
}

type Read = (reader: BinaryReader) => PgValue;

const readUint32: Read = (reader) => reader.uint32();
const readText: Read = (reader) => decodeUtf8(reader.rest());

const READERS: ReadonlyMap<number, Read> = new Map<number, Read>([
  [OID.bool, (reader) => reader.uint8() !== 0],
  [OID.int2, (reader) => reader.int16()],
  [OID.int4, (reader) => reader.int32()],
  [OID.int8, (reader) => reader.int64()],
  [OID.xid8, (reader) => BigInt.asUintN(64, reader.int64())],
  [OID.oid, readUint32],
  [OID.xid, readUint32],
  [OID.cid, readUint32],
  [OID.regproc, readUint32],
  [OID.regprocedure, readUint32],
  [OID.regoper, readUint32],
  [OID.regoperator, readUint32],
  [OID.regclass, readUint32],
  [OID.regtype, readUint32],
  [OID.regrole, readUint32],
  [OID.regnamespace, readUint32],
  [OID.regconfig, readUint32],
  [OID.regdictionary, readUint32],
  [OID.regcollation, readUint32],
  [OID.float4, (reader) => reader.float32()],
  [OID.float8, (reader) => reader.float64()],
  [OID.numeric, readNumeric],
  [OID.text, readText],
  [OID.varchar, readText],
  [OID.bpchar, readText],
  [OID.name, readText],
  [OID.unknown, readText],
  [OID.json, readText],
  [OID.xml, readText],
  [OID.refcursor, readText],
  [OID.cstring, readText],
  [OID.void, readText],
  [OID.char, readChar],
  [OID.jsonb, readJsonb],
  [OID.jsonpath, readJsonPath],
  [OID.bytea, (reader) => Uint8Array.from(reader.rest())],
  [OID.uuid, (reader) => formatUuid(reader.take(16))],
  [OID.date, readDate],
  [OID.time, readTime],
  [OID.timestamp, readTimestamp],
  [OID.timestamptz, readTimestamp],
  [OID.interval, readInterval],
]);

function read(oid: number, reader: BinaryReader): PgValue {
  const known = READERS.get(oid);
  if (known !== undefined) return known(reader);
  const textOnly = textOnlyType(oid);
  if (textOnly !== undefined) return textOnly.fromBinary(reader.rest());
  if (elementOidOf(oid) === undefined) throw noBinaryForm(oid, 'input');
  return readArray(reader);
}

function readChar(reader: BinaryReader): string {
  const byte = reader.uint8();
  return byte === 0 ? '' : String.fromCharCode(byte);
}

function readJsonPath(reader: BinaryReader): string {
  const version = reader.uint8();
  if (version !== 1) throw invalidBinary(`unsupported jsonpath version number ${version}`);
  return decodeUtf8(reader.rest());
}

/** jsonb_recv, whose text may be spelt in any way. */
function readJsonb(reader: BinaryReader): string {
  const version = reader.uint8();
  if (version !== 1) throw invalidBinary(`unsupported jsonb version number ${version}`);
  const text = decodeUtf8(reader.rest());
  const canonical = canonicalJsonb(text);
  if (canonical !== undefined) return canonical;
  if (!isJson(text)) throw invalidInputSyntax('json', text);
  throw notSupported('a jsonb value of this depth', 'Send it in text format.');
}

function readInterval(reader: BinaryReader): PgValue {
  const micros = reader.int64();
  const days = reader.int32();
  return { kind: 'interval', months: reader.int32(), days, micros };
}

function readDate(reader: BinaryReader): number {
  const days = reader.int32();
  if (days === 0x7fffffff) return Infinity;
  if (days === -0x80000000) return -Infinity;
  // date_recv: IS_VALID_DATE.
  if (days < -2_451_545 || days >= 2_145_031_949) throw outOfRange('date');
  return days + EPOCH_DAYS;
}

function readTime(reader: BinaryReader): bigint {
  const micros = reader.int64();
  if (micros < 0n || micros > 86_400_000_000n) throw outOfRange('time');
  return micros;
}

function readTimestamp(reader: BinaryReader): bigint {
  const micros = reader.int64();
  if (micros === TIMESTAMP_INFINITY) return TIMESTAMP_INFINITY;
  if (micros === -TIMESTAMP_INFINITY - 1n) return -TIMESTAMP_INFINITY;
  // timestamp_recv: IS_VALID_TIMESTAMP.
  if (micros < -211_813_488_000_000_000n || micros >= 9_223_371_331_200_000_000n) throw outOfRange('timestamp');
  return micros + EPOCH_MICROS;
}

function outOfRange(type: string): Error {
  return datetimeFieldOverflow('').with({ message: `${type} out of range` });
}

/** numeric_recv: digits in base 10,000, the first with weight `weight`. */
function readNumeric(reader: BinaryReader): PgNumeric {
  const digitCount = reader.uint16();
  const weight = reader.int16();
  const sign = reader.uint16();
  const scale = reader.uint16();
  if (sign === 0xc000) return { kind: 'numeric', special: 'NaN' };
  if (sign === 0xd000) return { kind: 'numeric', special: 'Infinity' };
  if (sign === 0xf000) return { kind: 'numeric', special: '-Infinity' };
  if (sign !== 0 && sign !== 0x4000) throw invalidBinary('invalid sign in external "numeric" value');
  if ((scale & 0x3fff) !== scale) throw invalidBinary('invalid scale in external "numeric" value');
  let text = '';
  for (let i = 0; i < digitCount; i++) {
    const digit = reader.uint16();
    if (digit > 9999) throw invalidBinary('invalid digit in external "numeric" value');
    text += digit.toString().padStart(4, '0');
  }
  // Digits stand for text * 10^exponent; what is finer than the scale is cut off, as numeric_recv does.
  const exponent = 4 * (weight + 1 - digitCount);
  const kept = exponent + scale;
  const digits = kept >= 0 ? text + '0'.repeat(kept) : text.slice(0, Math.max(0, text.length + kept));
  const unscaled = digits === '' ? 0n : BigInt(digits);
  return { kind: 'numeric', unscaled: sign === 0x4000 ? -unscaled : unscaled, scale };
}

/** array_recv. */
function readArray(reader: BinaryReader): PgArray {
  const dimensionCount = reader.int32();
  if (dimensionCount < 0 || dimensionCount > MAX_ARRAY_DIMENSIONS) {
    throw invalidBinary(`invalid number of dimensions: ${dimensionCount}`);
  }
  const flags = reader.int32();
  if (flags !== 0 && flags !== 1) throw invalidBinary('invalid array flags');
  const elementOid = reader.uint32();
  const dimensions = [];
  let count = dimensionCount === 0 ? 0 : 1;
  for (let i = 0; i < dimensionCount; i++) {
    const length = reader.int32();
    const lowerBound = reader.int32();
    if (length < 0) throw invalidBinary(`invalid array size: ${length}`);
    count *= length;
    if (count > MAX_ARRAY_ELEMENTS) throw invalidBinary('array size exceeds the maximum allowed');
    dimensions.push({ length, lowerBound });
  }
  const elements: PgValue[] = [];
  for (let i = 0; i < count; i++) {
    const length = reader.int32();
    if (length < -1) throw invalidBinary('insufficient data left in message');
    elements.push(length === -1 ? null : decodeBinary(elementOid, reader.take(length)));
  }
  return { kind: 'array', elementOid, dimensions: count === 0 ? [] : dimensions, elements };
}

function formatUuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Big-endian reads that raise 08P01 past the end. */
class BinaryReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  int16(): number {
    return this.#view.getInt16(this.#advance(2));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2));
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4));
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  int64(): bigint {
    return this.#view.getBigInt64(this.#advance(8));
  }

  float32(): number {
    return this.#view.getFloat32(this.#advance(4));
  }

  float64(): number {
    return this.#view.getFloat64(this.#advance(8));
  }

  take(length: number): Uint8Array {
    const at = this.#advance(length);
    return this.#bytes.subarray(at, at + length);
  }

  rest(): Uint8Array {
    return this.take(this.#bytes.length - this.offset);
  }

  #advance(length: number): number {
    const at = this.offset;
    if (at + length > this.#bytes.length) throw insufficientData();
    this.offset = at + length;
    return at;
  }
}

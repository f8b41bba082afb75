import { OID, elementOidOf } from '../pgtype/oid.ts';
import type { PgArray, PgValue } from '../pgtype/pgtype.ts';
import { TIMESTAMP_INFINITY } from '../pgtype/pgtype.ts';
import type { Const } from './expression.ts';
import { numericDatum } from './numeric-datum.ts';
import { textDatum } from './text-datum.ts';

/**
 * The value of a constant, from Postgres' own memory layout (32-bit WASM, little endian); undefined for types without
 * a decoder here. `unknown` literals are text.
 */
export function constValue(node: Const): PgValue | undefined {
  if (node.constisnull || node.constvalue === null) return null;
  return decodeDatum(node.consttype, node.constvalue);
}

/** Days and microseconds between 1970-01-01 and 2000-01-01, Postgres' own epoch. */
const EPOCH_DAYS = 10_957;
const EPOCH_MICROS = 946_684_800_000_000n;
const MAX_INT64 = 9_223_372_036_854_775_807n;

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function decodeDatum(typeOid: number, bytes: Uint8Array): PgValue | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (typeOid) {
    case OID.bool:
      return bytes[0] !== 0;
    case OID.int2:
      return view.getInt16(0, true);
    case OID.int4:
      return view.getInt32(0, true);
    case OID.oid:
    case OID.xid:
    case OID.cid:
    case OID.regclass:
    case OID.regtype:
    case OID.regproc:
      return view.getUint32(0, true);
    case OID.int8:
      return view.getBigInt64(0, true);
    case OID.float4:
      return view.getFloat32(0, true);
    case OID.float8:
      return view.getFloat64(0, true);
    case OID.char:
      return bytes[0] === 0 ? '' : String.fromCharCode(bytes[0]!);
    case OID.text:
    case OID.varchar:
    case OID.bpchar:
    case OID.json:
      return UTF8.decode(varlena(bytes));
    case OID.name:
    case OID.unknown:
      return UTF8.decode(bytes.subarray(0, bytes.includes(0) ? bytes.indexOf(0) : bytes.length));
    case OID.bytea:
      return varlena(bytes).slice();
    case OID.numeric:
      return numericDatum(varlena(bytes));
    case OID.date:
      return date(view.getInt32(0, true));
    case OID.time:
      return view.getBigInt64(0, true);
    case OID.timestamp:
    case OID.timestamptz:
      return timestamp(view.getBigInt64(0, true));
    case OID.interval:
      return {
        kind: 'interval',
        micros: view.getBigInt64(0, true),
        days: view.getInt32(8, true),
        months: view.getInt32(12, true),
      };
    case OID.uuid:
      return Buffer.from(bytes.subarray(0, 16))
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    default: {
      const elementOid = elementOidOf(typeOid);
      if (elementOid !== undefined) return array(elementOid, bytes);
      return textDatum(typeOid, LAYOUTS.get(typeOid)?.[0] === -1 ? varlena(bytes) : bytes);
    }
  }
}

/** The contents of a varlena with a header of one or four bytes (varatt.h, little endian). */
function varlena(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(headerLength(bytes, 0), varlenaLength(bytes, 0));
}

function headerLength(bytes: Uint8Array, at: number): number {
  return (bytes[at]! & 1) === 1 ? 1 : 4;
}

/** Including the header. */
function varlenaLength(bytes: Uint8Array, at: number): number {
  if (headerLength(bytes, at) === 1) return bytes[at]! >>> 1;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true) >>> 2;
}

function date(days: number): number {
  if (days === 2_147_483_647) return Infinity;
  if (days === -2_147_483_648) return -Infinity;
  return days + EPOCH_DAYS;
}

function timestamp(micros: bigint): bigint {
  if (micros === MAX_INT64) return TIMESTAMP_INFINITY;
  if (micros === -MAX_INT64 - 1n) return -TIMESTAMP_INFINITY;
  return micros + EPOCH_MICROS;
}

/** typlen (-1 varlena) and typalign of the element types that can be decoded. */
const LAYOUTS: ReadonlyMap<number, readonly [length: number, alignment: number]> = new Map<number, [number, number]>([
  [OID.bool, [1, 1]],
  [OID.char, [1, 1]],
  [OID.int2, [2, 2]],
  [OID.int4, [4, 4]],
  [OID.oid, [4, 4]],
  [OID.xid, [4, 4]],
  [OID.date, [4, 4]],
  [OID.float4, [4, 4]],
  [OID.int8, [8, 8]],
  [OID.float8, [8, 8]],
  [OID.time, [8, 8]],
  [OID.timestamp, [8, 8]],
  [OID.timestamptz, [8, 8]],
  [OID.interval, [16, 8]],
  [OID.uuid, [16, 1]],
  [OID.name, [64, 1]],
  [OID.text, [-1, 4]],
  [OID.varchar, [-1, 4]],
  [OID.bpchar, [-1, 4]],
  [OID.json, [-1, 4]],
  [OID.bytea, [-1, 4]],
  [OID.numeric, [-1, 4]],
  [OID.xml, [-1, 4]],
  [OID.jsonb, [-1, 4]],
  [OID.timetz, [12, 8]],
  [OID.money, [8, 8]],
  [OID.bit, [-1, 4]],
  [OID.varbit, [-1, 4]],
  [OID.inet, [-1, 4]],
  [OID.cidr, [-1, 4]],
  [OID.macaddr, [6, 4]],
  [OID.macaddr8, [8, 4]],
  [OID.point, [16, 8]],
  [OID.lseg, [32, 8]],
  [OID.box, [32, 8]],
  [OID.line, [24, 8]],
  [OID.circle, [24, 8]],
  [OID.path, [-1, 8]],
  [OID.polygon, [-1, 8]],
]);

/** array.h: ndim, dataoffset (0: no nulls), element type, dimensions, lower bounds, null bitmap, elements. */
function array(elementOid: number, bytes: Uint8Array): PgArray | undefined {
  const layout = LAYOUTS.get(elementOid);
  if (layout === undefined || headerLength(bytes, 0) !== 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dimensionCount = view.getInt32(4, true);
  const dataOffset = view.getInt32(8, true);
  const dimensions = Array.from({ length: dimensionCount }, (_, index) => ({
    length: view.getInt32(16 + 4 * index, true),
    lowerBound: view.getInt32(16 + 4 * (dimensionCount + index), true),
  }));
  const count = dimensionCount === 0 ? 0 : dimensions.reduce((product, { length }) => product * length, 1);
  const bitmap = 16 + 8 * dimensionCount;
  let at = dataOffset === 0 ? aligned(bitmap, 8) : dataOffset;
  const elements: PgValue[] = [];
  for (let index = 0; index < count; index++) {
    if (dataOffset !== 0 && ((bytes[bitmap + (index >>> 3)]! >>> (index & 7)) & 1) === 0) {
      elements.push(null);
      continue;
    }
    const [length, alignment] = layout;
    // A short varlena is not aligned; its first byte is never zero, as padding is.
    if (length !== -1 || bytes[at] === 0 || (bytes[at]! & 1) === 0) at = aligned(at, alignment);
    const size = length === -1 ? varlenaLength(bytes, at) : length;
    const value = decodeDatum(elementOid, bytes.slice(at, at + size));
    if (value === undefined) return undefined;
    elements.push(value);
    at += size;
  }
  return { kind: 'array', elementOid, dimensions, elements };
}

function aligned(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

import { jsonObject, jsonString } from '../pgtype/canonical-jsonb.ts';
import { formatNetwork } from '../pgtype/network-address.ts';
import { OID } from '../pgtype/oid.ts';
import { formatMoney, formatTimetz, textOnlyType } from '../pgtype/text-only-type.ts';
import { formatDecimal } from '../pgtype/write-decimal.ts';
import { numericDatum } from './numeric-datum.ts';

/**
 * The output function's text of a datum of a type that is worked with as text, from Postgres' memory layout; undefined
 * for other types. `bytes` are the contents of a varlena, without its header.
 */
export function textDatum(typeOid: number, bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (typeOid) {
    case OID.xml:
      return UTF8.decode(bytes);
    case OID.jsonb:
      return jsonbText(bytes, 0);
    case OID.timetz:
      return formatTimetz(view.getBigInt64(0, true), view.getInt32(8, true));
    case OID.money:
      return formatMoney(view.getBigInt64(0, true));
    case OID.bit:
    case OID.varbit:
      return sent(typeOid, Buffer.concat([bigEndian(bytes, 0, 4), bytes.subarray(4)]));
    case OID.inet:
    case OID.cidr:
      return formatNetwork({ address: bytes.subarray(2), prefix: bytes[1]! }, typeOid === OID.cidr);
    case OID.macaddr:
      return sent(typeOid, bytes.subarray(0, 6));
    case OID.macaddr8:
      return sent(typeOid, bytes.subarray(0, 8));
    case OID.point:
      return sent(typeOid, bigEndian(bytes, 0, 16));
    case OID.lseg:
    case OID.box:
      return sent(typeOid, bigEndian(bytes, 0, 32));
    case OID.line:
    case OID.circle:
      return sent(typeOid, bigEndian(bytes, 0, 24));
    case OID.path: {
      // npts, closed, padding, points.
      const closed = Uint8Array.of(view.getInt32(4, true) === 0 ? 0 : 1);
      const points = bigEndian(bytes, 12, 16 * view.getInt32(0, true));
      return sent(typeOid, Buffer.concat([closed, bigEndian(bytes, 0, 4), points]));
    }
    case OID.polygon:
      // npts, the bounding box, points.
      return sent(typeOid, Buffer.concat([bigEndian(bytes, 0, 4), bigEndian(bytes, 36, 16 * view.getInt32(0, true))]));
    default:
      return undefined;
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Through the binary form, which is the memory in network byte order. */
function sent(typeOid: number, bytes: Uint8Array): string {
  return textOnlyType(typeOid)!.fromBinary(bytes);
}

/** Words of eight bytes (or one of four) the other way round. */
function bigEndian(bytes: Uint8Array, at: number, length: number): Uint8Array {
  const word = Math.min(length, 8);
  const swapped = new Uint8Array(length);
  for (let i = 0; i < length; i++) swapped[i] = bytes[at + i - (i % word) + word - 1 - (i % word)]!;
  return swapped;
}

const COUNT = 0x0fffffff;
const IS_SCALAR = 0x10000000;
const IS_OBJECT = 0x20000000;
const OFFSET_OR_LENGTH = 0x0fffffff;
const HAS_OFFSET = 0x80000000;
const TYPE = 0x70000000;

/** A JsonbContainer at `at` (jsonb.h): header, one JEntry a child, then their data. */
function jsonbText(bytes: Uint8Array, at: number): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = view.getUint32(at, true);
  const isObject = (header & IS_OBJECT) !== 0;
  const count = (header & COUNT) * (isObject ? 2 : 1);
  const base = at + 4 + 4 * count;
  let end = 0;
  const children = Array.from({ length: count }, (_, i) => {
    const entry = view.getUint32(at + 4 + 4 * i, true);
    const start = end;
    end = (entry & HAS_OFFSET) !== 0 ? entry & OFFSET_OR_LENGTH : start + (entry & OFFSET_OR_LENGTH);
    return { type: entry & TYPE, start: base + start, end: base + end };
  });
  const text = ({ type, start, end: stop }: (typeof children)[number]): string => {
    switch (type) {
      case 0x00000000:
        return jsonString(UTF8.decode(bytes.subarray(start, stop)));
      case 0x10000000:
        return jsonbNumber(bytes.subarray(aligned(start, at), stop));
      case 0x20000000:
        return 'false';
      case 0x30000000:
        return 'true';
      case 0x40000000:
        return 'null';
      default:
        return jsonbText(bytes, aligned(start, at));
    }
  };
  if (!isObject) {
    const elements = children.map(text);
    return (header & IS_SCALAR) !== 0 ? elements[0]! : `[${elements.join(', ')}]`;
  }
  const [keys, values] = [children.slice(0, count / 2), children.slice(count / 2)];
  return jsonObject(
    keys.map(({ start, end: stop }, i) => [UTF8.decode(bytes.subarray(start, stop)), text(values[i]!)]),
  );
}

/** Numbers and containers start at multiples of four bytes from the container's own start. */
function aligned(offset: number, container: number): number {
  return container + Math.ceil((offset - container) / 4) * 4;
}

/** A numeric with its own varlena header of four bytes. */
function jsonbNumber(bytes: Uint8Array): string {
  const value = numericDatum(bytes.subarray(4));
  return 'special' in value ? value.special : formatDecimal(value.unscaled, value.scale);
}

import {
  Binary,
  Bool,
  DateDay,
  Decimal,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  List,
  Field as ArrowField,
  makeData,
  TimeMicrosecond,
  TimestampMicrosecond,
  Uint32,
  Utf8,
} from 'apache-arrow';
import type { Data, DataType } from 'apache-arrow';
import { decodeBinary } from '../../pgtype/decode-binary.ts';
import { elementOidOf, OID } from '../../pgtype/oid.ts';
import type { Field, PgNumeric } from '../../pgtype/pgtype.ts';
import { beyondArrow } from './errors.ts';

/** One column on its way from fields of DataRow messages to Arrow. */
export type ArrowColumn = {
  readonly type: DataType;
  /** How the fields are wanted. */
  readonly format: 0 | 1;
  /** Undefined is a null. */
  readonly add: (bytes: Buffer | undefined) => void;
  /** The values since the last call. */
  readonly take: () => Data;
};

const EPOCH_DAYS = 10_957;
const EPOCH_MICROS = 946_684_800_000_000n;
const INFINITE_DAYS = 0x7fffffff;
const INFINITE_MICROS = 0x7fffffffffffffffn;
const NUMERIC_HEADER = 4;
const MAX_PRECISION = 38;

/** A column for values of the field's type: the nearest type of Arrow, else text as Postgres prints it. */
export function arrowColumn({ typeOid, typmod }: Pick<Field, 'typeOid' | 'typmod'>): ArrowColumn {
  const elementOid = elementOidOf(typeOid);
  if (elementOid !== undefined) {
    const elements = arrowColumn({ typeOid: elementOid, typmod });
    return elements.format === 1 || IS_TEXT.has(elementOid) ? listColumn(elements) : textColumn();
  }
  switch (typeOid) {
    case OID.bool:
      return booleanColumn();
    case OID.int2:
      return fixedColumn(new Int16(), Int16Array, (bytes) => bytes.readInt16BE());
    case OID.int4:
      return fixedColumn(new Int32(), Int32Array, (bytes) => bytes.readInt32BE());
    case OID.int8:
      return fixedColumn(new Int64(), BigInt64Array, (bytes) => bytes.readBigInt64BE());
    case OID.oid:
      return fixedColumn(new Uint32(), Uint32Array, (bytes) => bytes.readUInt32BE());
    case OID.float4:
      return fixedColumn(new Float32(), Float32Array, (bytes) => bytes.readFloatBE());
    case OID.float8:
      return fixedColumn(new Float64(), Float64Array, (bytes) => bytes.readDoubleBE());
    case OID.date:
      return fixedColumn(new DateDay(), Int32Array, (bytes) => finiteDays(bytes.readInt32BE()) + EPOCH_DAYS);
    case OID.time:
      return fixedColumn(new TimeMicrosecond(), BigInt64Array, (bytes) => bytes.readBigInt64BE());
    case OID.timestamp:
      return fixedColumn(new TimestampMicrosecond(), BigInt64Array, epochMicros);
    case OID.timestamptz:
      return fixedColumn(new TimestampMicrosecond('UTC'), BigInt64Array, epochMicros);
    case OID.numeric:
      return numericColumn(typmod);
    case OID.bytea:
      return { ...bytesColumn(new Binary()), format: 1 };
    default:
      return textColumn();
  }
}

/** Their binary form is their text. */
const IS_TEXT = new Set<number>([OID.text, OID.varchar, OID.bpchar, OID.name, OID.json]);

type Fixed = Int16Array | Int32Array | Uint32Array | BigInt64Array | Float32Array | Float64Array;

function fixedColumn<T extends number | bigint>(
  type: DataType,
  array: { from(values: T[]): Fixed },
  read: (bytes: Buffer) => T,
): ArrowColumn {
  const zero = (type instanceof Int64 || array === (BigInt64Array as unknown) ? 0n : 0) as T;
  const nulls = nullColumn();
  let values: T[] = [];
  return {
    type,
    format: 1,
    add: (bytes) => {
      nulls.add(bytes === undefined);
      values.push(bytes === undefined ? zero : read(bytes));
    },
    take: () => {
      const taken = array.from(values);
      values = [];
      return makeData({ type, ...nulls.take(), data: taken } as never);
    },
  };
}

function booleanColumn(): ArrowColumn {
  const nulls = nullColumn();
  const flags = nullColumn();
  return {
    type: new Bool(),
    format: 1,
    add: (bytes) => {
      nulls.add(bytes === undefined);
      flags.add(bytes?.[0] !== 1);
    },
    take: () => makeData({ type: new Bool(), ...nulls.take(), data: flags.take().nullBitmap }),
  };
}

/** numeric of a precision that Arrow has as decimal, else text. */
function numericColumn(typmod: number): ArrowColumn {
  const precision = (typmod - NUMERIC_HEADER) >> 16;
  // The scale has 11 bits and a sign.
  const scale = ((((typmod - NUMERIC_HEADER) & 0x7ff) ^ 1024) - 1024) | 0;
  if (typmod < NUMERIC_HEADER || precision > MAX_PRECISION || scale < 0 || scale > precision) return textColumn();
  const type = new Decimal(scale, precision, 128);
  const nulls = nullColumn();
  let words: bigint[] = [];
  return {
    type,
    format: 1,
    add: (bytes) => {
      nulls.add(bytes === undefined);
      const unscaled = bytes === undefined ? 0n : unscaledAt(decodeBinary(OID.numeric, bytes) as PgNumeric, scale);
      words.push(BigInt.asUintN(64, unscaled), BigInt.asUintN(64, unscaled >> 64n));
    },
    take: () => {
      const taken = new Uint32Array(BigUint64Array.from(words).buffer);
      words = [];
      return makeData({ type, ...nulls.take(), data: taken });
    },
  };
}

function unscaledAt(value: PgNumeric, scale: number): bigint {
  if ('special' in value) throw beyondArrow('NaN or infinity', 'numeric');
  return value.unscaled * 10n ** BigInt(scale - value.scale);
}

function textColumn(): ArrowColumn {
  return { ...bytesColumn(new Utf8()), format: 0 };
}

function bytesColumn(type: Utf8 | Binary): Omit<ArrowColumn, 'format'> {
  const nulls = nullColumn();
  let parts: Buffer[] = [];
  let offsets = [0];
  return {
    type,
    add: (bytes) => {
      nulls.add(bytes === undefined);
      if (bytes !== undefined) parts.push(bytes);
      offsets.push(offsets.at(-1)! + (bytes?.length ?? 0));
    },
    take: () => {
      const [bytes, valueOffsets] = [Buffer.concat(parts), Int32Array.from(offsets)];
      parts = [];
      offsets = [0];
      return makeData({ type, ...nulls.take(), valueOffsets, data: bytes } as never);
    },
  };
}

/** array_send: dimensions, flags, element type, then length and lower bound of each dimension, then the elements. */
function listColumn(elements: ArrowColumn): ArrowColumn {
  const type = new List(new ArrowField('item', elements.type, true));
  const nulls = nullColumn();
  let offsets = [0];
  const count = (bytes: Buffer | undefined): number => {
    const dimensions = bytes?.readInt32BE() ?? 0;
    if (bytes === undefined || dimensions === 0) return 0;
    if (dimensions > 1) throw beyondArrow('an array of several dimensions', 'this array type');
    const length = bytes.readInt32BE(12);
    let at = 20;
    for (let i = 0; i < length; i++) {
      const size = bytes.readInt32BE(at);
      elements.add(size === -1 ? undefined : bytes.subarray(at + 4, at + 4 + size));
      at += 4 + Math.max(size, 0);
    }
    return length;
  };
  return {
    type,
    format: 1,
    add: (bytes) => {
      nulls.add(bytes === undefined);
      offsets.push(offsets.at(-1)! + count(bytes));
    },
    take: () => {
      const valueOffsets = Int32Array.from(offsets);
      offsets = [0];
      return makeData({ type, ...nulls.take(), valueOffsets, child: elements.take() } as never);
    },
  };
}

/** Bits that are set where there is no null. */
function nullColumn() {
  let bits: number[] = [];
  let length = 0;
  let nullCount = 0;
  return {
    add: (isNull: boolean) => {
      if (length % 8 === 0) bits.push(0);
      if (isNull) nullCount++;
      else bits[bits.length - 1]! |= 1 << (length % 8);
      length++;
    },
    take: () => {
      const taken = { length, nullCount, nullBitmap: Uint8Array.from(bits) };
      bits = [];
      length = nullCount = 0;
      return taken;
    },
  };
}

function finiteDays(days: number): number {
  if (days === INFINITE_DAYS || days === -INFINITE_DAYS - 1) throw beyondArrow('infinity', 'date');
  return days;
}

function epochMicros(bytes: Buffer): bigint {
  const micros = bytes.readBigInt64BE();
  if (micros === INFINITE_MICROS || micros === -INFINITE_MICROS - 1n) throw beyondArrow('infinity', 'timestamp');
  const shifted = micros + EPOCH_MICROS;
  if (shifted > INFINITE_MICROS) throw beyondArrow('this value', 'timestamp');
  return shifted;
}

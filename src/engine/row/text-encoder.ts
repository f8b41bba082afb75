import duckdb from '@duckdb/node-bindings';
import type { Vector } from '@duckdb/node-bindings';
import { isShape } from '../../pgtype/text-only-type.ts';
import { OID } from '../../pgtype/oid.ts';
import type { DatetimeWriter } from '../../pgtype/datetime-writer.ts';
import { writeBigDecimal, writeDecimal } from '../../pgtype/write-decimal.ts';
import type { FloatWriter } from '../../pgtype/float-writer.ts';
import { writeBigInt, writeInteger, writeLatin1 } from '../../pgtype/write-integer.ts';
import { typeMismatch } from '../errors.ts';
import type { EncodeContext } from './encode-context.ts';
import type { EngineType } from './engine-type.ts';
import type { FieldEncoder } from './field-encoder.ts';
import { closeField, writeNull } from './field-encoder.ts';
import type { ColumnEncoder } from './column-encoder.ts';
import { dateColumn } from './date-column.ts';
import { decimalColumn } from './decimal-column.ts';
import { integerVector } from './integer-vector.ts';
import type { IntegerVector } from './integer-vector.ts';
import { StringVector } from './string-vector.ts';
import { valueVector } from './value-vector.ts';
import { isNull, validityOf } from './validity.ts';
import { vectorBytes } from './vector-bytes.ts';
import type { Validity } from './validity.ts';

const { Type } = duckdb;
const MICROS_PER_DAY = 86_400_000_000;
const INFINITE_DAYS = 0x7fffffff;
/** Room for any number, date or time of bounded length, its length word included. */
const SHORT_BYTES = 64;

/**
 * Text format of one column that holds `type`, as Postgres prints type `oid`. Nested types are not here. A pair that
 * no translation makes raises XX000 at its first value that is not null.
 */
export function textEncoder(column: number, type: EngineType, oid: number, context: EncodeContext): FieldEncoder {
  if (type.kind === 'decimal') return decimalText(column, type);
  if (type.kind !== 'scalar') return mismatch(column, type.kind, oid);
  const integers = integerVector(type);
  if (integers !== undefined) {
    if (oid === OID.float4 || oid === OID.float8 || oid === OID.bool) return mismatch(column, type.name, oid);
    return short(
      column,
      integers.load,
      (out, at, row) =>
        integers.isSafe(row) ? writeInteger(out, at, integers.number(row)) : writeBigInt(out, at, integers.bigint(row)),
      numbersAtOnce(integers, 0),
    );
  }
  switch (type.id) {
    case Type.BOOLEAN:
      return booleanText(column);
    case Type.FLOAT:
      return floatText(column, 4, oid === OID.float8 ? context.float8 : context.float4);
    case Type.DOUBLE:
      return oid === OID.numeric ? mismatch(column, type.name, oid) : floatText(column, 8, context.float8);
    case Type.DATE:
      return oid === OID.date ? dateText(column, context.datetime) : mismatch(column, type.name, oid);
    case Type.TIMESTAMP:
    case Type.TIMESTAMP_TZ:
      if (oid === OID.timestamp) return timestampText(column, context.datetime.timestamp);
      if (oid === OID.timestamptz) return timestampText(column, context.datetime.timestamptz);
      return mismatch(column, type.name, oid);
    case Type.VARCHAR:
      return isShape(oid) ? valueText(column, type, oid, context) : stringText(column);
    case Type.SQLNULL:
      return { load: (_, rowCount) => rowCount * 4, write: writeNull };
    default:
      return valueText(column, type, oid, context);
  }
}

/** A value of bounded length: `put` writes the text of a row that is not null. */
function short(
  column: number,
  load: (vector: Vector, rowCount: number) => void,
  put: (out: Uint8Array, at: number, row: number) => number,
  atOnce?: (rowCount: number, validity: Validity) => ColumnEncoder | undefined,
): FieldEncoder {
  let validity: Validity = null;
  return {
    load: (vectors, rowCount) => {
      validity = validityOf(vectors[column]!, rowCount);
      load(vectors[column]!, rowCount);
      return rowCount * SHORT_BYTES;
    },
    write: (out, at, row) => (isNull(validity, row) ? writeNull(out, at) : closeField(out, at, put(out, at + 4, row))),
    ...(atOnce && { column: (rowCount: number) => atOnce(rowCount, validity) }),
  };
}

function numbersAtOnce(integers: IntegerVector, scale: number): Parameters<typeof short>[3] {
  return (rowCount, validity) => {
    const numbers = scale > 15 ? undefined : integers.numbers(rowCount);
    return numbers && decimalColumn(numbers, validity, scale);
  };
}

function booleanText(column: number): FieldEncoder {
  let flags: Uint8Array = new Uint8Array(0);
  return short(
    column,
    (vector, rowCount) => {
      flags = vectorBytes(vector, rowCount, 1);
    },
    (out, at, row) => {
      out[at] = flags[row] === 0 ? 102 : 116;
      return at + 1;
    },
  );
}

/** Decimals with all the digits after the point that they are stored with. */
export function decimalText(column: number, type: EngineType & { readonly kind: 'decimal' }): FieldEncoder {
  const { scale } = type;
  const integers = integerVector(type)!;
  return short(
    column,
    integers.load,
    (out, at, row) =>
      integers.isSafe(row) && scale <= 15
        ? writeDecimal(out, at, integers.number(row), scale, 0)
        : writeBigDecimal(out, at, integers.bigint(row), scale, 0),
    numbersAtOnce(integers, scale),
  );
}

function floatText(column: number, width: 4 | 8, write: FloatWriter): FieldEncoder {
  let values: ArrayLike<number> = [];
  return short(
    column,
    (vector, rowCount) => {
      const { buffer, byteOffset } = vectorBytes(vector, rowCount, width);
      values =
        width === 4 ? new Float32Array(buffer, byteOffset, rowCount) : new Float64Array(buffer, byteOffset, rowCount);
    },
    (out, at, row) => write(out, at, values[row]!),
  );
}

function dateText(column: number, datetime: DatetimeWriter): FieldEncoder {
  let days: Int32Array = new Int32Array(0);
  return short(
    column,
    (vector, rowCount) => {
      const bytes = vectorBytes(vector, rowCount, 4);
      days = new Int32Array(bytes.buffer, bytes.byteOffset, rowCount);
    },
    (out, at, row) => {
      const value = days[row]!;
      if (value === INFINITE_DAYS) return writeLatin1(out, at, 'infinity');
      return value === -INFINITE_DAYS ? writeLatin1(out, at, '-infinity') : datetime.date(out, at, value);
    },
    (rowCount, validity) => dateColumn(days, validity, rowCount, datetime),
  );
}

function timestampText(column: number, write: DatetimeWriter['timestamp']): FieldEncoder {
  let halves: Int32Array = new Int32Array(0);
  return short(
    column,
    (vector, rowCount) => {
      const bytes = vectorBytes(vector, rowCount, 8);
      halves = new Int32Array(bytes.buffer, bytes.byteOffset, rowCount * 2);
    },
    (out, at, row) => {
      const high = halves[2 * row + 1]!;
      const low = halves[2 * row]! >>> 0;
      if (high >= -0x200000 && high < 0x200000) {
        const micros = high * 4_294_967_296 + low;
        const days = Math.floor(micros / MICROS_PER_DAY);
        return write(out, at, days, micros - days * MICROS_PER_DAY);
      }
      if (high === 0x7fffffff && low === 0xffffffff) return writeLatin1(out, at, 'infinity');
      if (high === -0x80000000 && low === 1) return writeLatin1(out, at, '-infinity');
      return writeFarTimestamp(out, at, (BigInt(high) << 32n) | BigInt(low), write);
    },
  );
}

function writeFarTimestamp(out: Uint8Array, at: number, micros: bigint, write: DatetimeWriter['timestamp']): number {
  const perDay = BigInt(MICROS_PER_DAY);
  let days = micros / perDay;
  if (days * perDay > micros) days--;
  return write(out, at, Number(days), Number(micros - days * perDay));
}

function stringText(column: number): FieldEncoder {
  const strings = new StringVector();
  let validity: Validity = null;
  return {
    load: (vectors, rowCount) => {
      validity = validityOf(vectors[column]!, rowCount);
      strings.load(vectors[column]!, rowCount, validity);
      return strings.totalBytes + rowCount * 4;
    },
    write: (out, at, row) => {
      if (isNull(validity, row)) return writeNull(out, at);
      const length = strings.length(row);
      out[at] = length >>> 24;
      out[at + 1] = (length >>> 16) & 255;
      out[at + 2] = (length >>> 8) & 255;
      out[at + 3] = length & 255;
      return strings.copy(row, out, at + 4);
    },
    column: () => strings.column(validity),
  };
}

/** Everything rarer: formatted value by value when the chunk is loaded, so that its length is known. */
function valueText(column: number, type: EngineType, oid: number, context: EncodeContext): FieldEncoder {
  const values = valueVector(type);
  return preparedText(column, values.load, (row) => {
    const value = values.value(row);
    return value === null ? null : context.format(oid, value);
  });
}

/** Texts made at load time. */
export function preparedText(
  column: number,
  load: (vector: Vector, rowCount: number) => void,
  textOf: (row: number) => string | null,
): FieldEncoder {
  let texts: (Buffer | null)[] = [];
  return {
    load: (vectors, rowCount) => {
      load(vectors[column]!, rowCount);
      texts = Array.from({ length: rowCount }, (_, row) => {
        const text = textOf(row);
        return text === null ? null : Buffer.from(text, 'utf8');
      });
      return texts.reduce((total, text) => total + 4 + (text?.length ?? 0), 0);
    },
    write: (out, at, row) => {
      const text = texts[row]!;
      if (text === null) return writeNull(out, at);
      out.set(text, at + 4);
      return closeField(out, at, at + 4 + text.length);
    },
  };
}

/** Nulls are nulls in every type; the first value raises XX000. */
export function mismatch(column: number, engineType: string, oid: number): FieldEncoder {
  return short(
    column,
    () => undefined,
    () => {
      throw typeMismatch(engineType, oid);
    },
  );
}

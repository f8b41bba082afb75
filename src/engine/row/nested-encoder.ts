import duckdb from '@duckdb/node-bindings';
import type { Vector } from '@duckdb/node-bindings';
import { encodeBinary } from '../../pgtype/encode-binary.ts';
import { formatArray } from '../../pgtype/format-array.ts';
import { formatComposite } from '../../pgtype/format-composite.ts';
import { OID, elementOidOf } from '../../pgtype/oid.ts';
import { noBinaryFormat } from '../errors.ts';
import { arrayVector } from './array-vector.ts';
import { preparedBinary } from './binary-encoder.ts';
import type { EncodeContext } from './encode-context.ts';
import type { EngineType } from './engine-type.ts';
import type { FieldEncoder } from './field-encoder.ts';
import { mismatch, preparedText } from './text-encoder.ts';
import { valueVector } from './value-vector.ts';
import { isNull, validityOf } from './validity.ts';
import { ListVector } from './list-vector.ts';
import type { Validity } from './validity.ts';

const { Type } = duckdb;

/**
 * Lists, structs and maps as Postgres prints arrays, composites and arrays of (key,value) composites. A list inside of
 * a list is one element (an array of a domain over an array), so it is quoted like one; where the type is an array of
 * a built-in type, it is another dimension. Binary: arrays of built-in types only.
 */
export function nestedEncoder(
  column: number,
  type: EngineType,
  oid: number,
  format: 0 | 1,
  context: EncodeContext,
): FieldEncoder {
  if (format === 1) return arrayBinary(column, type, oid);
  const elementOid = elementOidOf(oid);
  if (elementOid !== undefined && type.kind === 'list' && type.element.kind === 'list') {
    const arrays = arrayVector(type, elementOid);
    return preparedText(column, arrays.load, (row) => {
      const array = arrays.array(row);
      return array === null ? null : context.format(oid, array);
    });
  }
  const texts = textVector(type, elementOidOf(oid), context);
  return preparedText(column, texts.load, texts.text);
}

type TextVector = {
  readonly load: (vector: Vector, rowCount: number) => void;
  readonly text: (row: number) => string | null;
};

/** `elementOid`: the Postgres type of a list's elements, where the column is an array of a built-in type. */
function textVector(type: EngineType, elementOid: number | undefined, context: EncodeContext): TextVector {
  switch (type.kind) {
    case 'struct':
      return structText(type.fields.map((field) => textVector(field.type, undefined, context)));
    case 'list':
      return listText(textVector(type.element, elementOid, context));
    case 'map':
      return listText(
        structText([textVector(type.key, undefined, context), textVector(type.value, undefined, context)]),
      );
    default: {
      const values = valueVector(type);
      const oid = elementOid ?? leafOid(type);
      return {
        load: values.load,
        text: (row) => {
          const value = values.value(row);
          return value === null ? null : context.format(oid, value);
        },
      };
    }
  }
}

function structText(fields: readonly TextVector[]): TextVector {
  let validity: Validity = null;
  return {
    load: (vector, rowCount) => {
      validity = validityOf(vector, rowCount);
      fields.forEach((field, i) => field.load(duckdb.struct_vector_get_child(vector, i), rowCount));
    },
    text: (row) => (isNull(validity, row) ? null : formatComposite(fields.map((field) => field.text(row)))),
  };
}

function listText(element: TextVector): TextVector {
  const lists = new ListVector();
  return {
    load: (vector, rowCount) => lists.load(vector, rowCount, element),
    text: (row) => {
      const range = lists.range(row);
      if (range === null) return null;
      const texts = Array.from({ length: range.length }, (_, i) => element.text(range.start + i));
      return formatArray([{ length: texts.length, lowerBound: 1 }], texts);
    },
  };
}

/** The Postgres type whose text a leaf has where only the engine's type is known. */
function leafOid(type: EngineType): number {
  if (type.kind === 'decimal') return OID.numeric;
  if (type.kind !== 'scalar') return OID.text;
  switch (type.id) {
    case Type.BOOLEAN:
      return OID.bool;
    case Type.FLOAT:
      return OID.float4;
    case Type.DOUBLE:
      return OID.float8;
    case Type.DATE:
      return OID.date;
    case Type.TIME:
      return OID.time;
    case Type.TIMESTAMP:
    case Type.TIMESTAMP_S:
    case Type.TIMESTAMP_MS:
      return OID.timestamp;
    case Type.TIMESTAMP_TZ:
      return OID.timestamptz;
    case Type.INTERVAL:
      return OID.interval;
    case Type.BLOB:
      return OID.bytea;
    default:
      return OID.text;
  }
}

function arrayBinary(column: number, type: EngineType, oid: number): FieldEncoder {
  const elementOid = elementOidOf(oid);
  if (elementOid === undefined) throw noBinaryFormat(oid);
  if (type.kind !== 'list') return mismatch(column, type.kind, oid);
  const arrays = arrayVector(type, elementOid);
  return preparedBinary(column, arrays.load, (row) => {
    const array = arrays.array(row);
    return array === null ? null : encodeBinary(oid, array);
  });
}

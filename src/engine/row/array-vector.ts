import type { Vector } from '@duckdb/node-bindings';
import { OID } from '../../pgtype/oid.ts';
import type { PgArray, PgValue } from '../../pgtype/pgtype.ts';
import { raggedArray, unsupportedEngineType } from '../errors.ts';
import { binaryValue, fromText } from './binary-encoder.ts';
import type { EngineType } from './engine-type.ts';
import { ListVector } from './list-vector.ts';
import { valueVector } from './value-vector.ts';

/** Lists, and lists of lists, as arrays of a built-in element type with one dimension for each level. */
export type ArrayVector = {
  readonly load: (vector: Vector, rowCount: number) => void;
  readonly array: (row: number) => PgArray | null;
};

export function arrayVector(type: EngineType & { readonly kind: 'list' }, elementOid: number): ArrayVector {
  const levels: ListVector[] = [];
  let leaf: EngineType = type;
  while (leaf.kind === 'list') {
    levels.push(new ListVector());
    leaf = leaf.element;
  }
  if (leaf.kind !== 'scalar' && leaf.kind !== 'decimal') throw unsupportedEngineType(leaf.kind);
  const values = valueVector(leaf);
  const loaders = levels.reduceRight<{ load(vector: Vector, rowCount: number): void }>(
    (inner, level) => ({ load: (vector, rowCount) => level.load(vector, rowCount, inner) }),
    values,
  );
  const leafType = leaf;
  const conform = (value: PgValue): PgValue => (value === null ? null : conformed(value, leafType, elementOid));

  /** The elements of one list of level `depth`; notes the length of the level. */
  const collect = (depth: number, row: number, lengths: number[], elements: PgValue[]): void => {
    const range = levels[depth]!.range(row);
    // Arrays are rectangular, and only their elements can be NULL.
    if (range === null) throw raggedArray();
    lengths[depth] ??= range.length;
    if (lengths[depth] !== range.length) throw raggedArray();
    for (let i = range.start; i < range.start + range.length; i++) {
      if (depth + 1 < levels.length) collect(depth + 1, i, lengths, elements);
      else elements.push(conform(values.value(i)));
    }
  };
  return {
    load: (vector, rowCount) => loaders.load(vector, rowCount),
    array: (row) => {
      if (levels[0]!.range(row) === null) return null;
      const lengths: number[] = [];
      const elements: PgValue[] = [];
      collect(0, row, lengths, elements);
      const dimensions = elements.length === 0 ? [] : lengths.map((length) => ({ length, lowerBound: 1 }));
      return { kind: 'array', elementOid, dimensions, elements };
    },
  };
}

/** The element in the form that its Postgres type's send function wants; checks that the two go together. */
function conformed(given: Exclude<PgValue, null>, type: EngineType, oid: number): PgValue {
  binaryValue(given, type, oid);
  const value = fromText(given, oid);
  if (oid === OID.int8) return BigInt(value as number);
  if (oid === OID.int2 || oid === OID.int4) return Number(value);
  if (oid === OID.numeric && (typeof value === 'number' || typeof value === 'bigint')) {
    return { kind: 'numeric', unscaled: BigInt(value), scale: 0 };
  }
  return value;
}

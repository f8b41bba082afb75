import type { Vector } from '@duckdb/node-bindings';
import { encodeBinary } from '../../pgtype/encode-binary.ts';
import type { Decimal } from '../../pgtype/numeric-quotient.ts';
import { numericQuotient } from '../../pgtype/numeric-quotient.ts';
import { numericVariance } from '../../pgtype/numeric-variance.ts';
import { OID } from '../../pgtype/oid.ts';
import type { ResultEncoding, Scale } from '../../pgtype/pgtype.ts';
import { formatDecimal, writeBigDecimal, writeDecimal } from '../../pgtype/write-decimal.ts';
import { typeMismatch } from '../errors.ts';
import { MAX_NUMERIC_SCALE } from '../../pgtype/write-numeric.ts';
import { decimalBinary, preparedBinary } from './binary-encoder.ts';
import type { EngineType } from './engine-type.ts';
import type { FieldEncoder } from './field-encoder.ts';
import { closeField, writeNull } from './field-encoder.ts';
import { integerVector } from './integer-vector.ts';
import { decimalText, preparedText } from './text-encoder.ts';
import { isNull, validityOf } from './validity.ts';
import type { Validity } from './validity.ts';

type Finished = Exclude<ResultEncoding, { kind: 'plain' }>;

/** Numerics that the encoder finishes: display scales, quotients, variances (see ResultEncoding). */
export function numericEncoder(encoding: Finished, types: readonly EngineType[], format: 0 | 1): FieldEncoder {
  if (encoding.kind === 'numeric') {
    const type = types[encoding.column]!;
    const constant = encoding.displayScale;
    if (typeof constant === 'number' && type.kind === 'decimal' && type.scale <= constant) {
      if (format === 1 && type.scale <= MAX_NUMERIC_SCALE) return decimalBinary(encoding.column, type, constant);
      if (format === 0 && type.scale === constant) return decimalText(encoding.column, type);
      if (format === 0) return paddedText(encoding.column, type, constant);
    }
  }
  const row = rowOf(encoding, types);
  return finished(format, row.load, row.value);
}

type NumericRow = {
  readonly load: (vectors: readonly Vector[], rowCount: number) => void;
  readonly value: (row: number) => Decimal | null;
};

function rowOf(encoding: Finished, types: readonly EngineType[]): NumericRow {
  switch (encoding.kind) {
    case 'numeric': {
      const value = decimalColumn(encoding.column, types);
      const scale = scaleColumn(encoding.displayScale, types);
      return {
        load: loadAll(value, scale),
        value: (row) => {
          const decimal = value.value(row);
          return decimal === null ? null : withScale(decimal, scale.value(row));
        },
      };
    }
    case 'quotient': {
      const numerator = decimalColumn(encoding.numerator, types);
      const numeratorScale = scaleColumn(encoding.numeratorScale, types);
      const denominator = decimalColumn(encoding.denominator, types);
      const denominatorScale = scaleColumn(encoding.denominatorScale, types);
      return {
        load: loadAll(numerator, numeratorScale, denominator, denominatorScale),
        value: (row) => {
          const dividend = numerator.operand(row, numeratorScale.value(row));
          const divisor = denominator.operand(row, denominatorScale.value(row));
          return dividend === null || divisor === null ? null : numericQuotient(dividend, divisor);
        },
      };
    }
    case 'variance': {
      const count = decimalColumn(encoding.count, types);
      const sum = decimalColumn(encoding.sum, types);
      const sumOfSquares = decimalColumn(encoding.sumOfSquares, types);
      const scale = scaleColumn(encoding.scale, types);
      return {
        load: loadAll(count, sum, sumOfSquares, scale),
        value: (row) => {
          const displayScale = scale.value(row) ?? 0;
          const rows = count.value(row);
          const total = sum.operand(row, displayScale);
          const squares = sumOfSquares.operand(row, 2 * displayScale);
          if (rows === null || total === null || squares === null) return null;
          return numericVariance(encoding.of, rows.unscaled, total, squares);
        },
      };
    }
  }
}

type Loadable = { readonly load: (vectors: readonly Vector[], rowCount: number) => void };

function loadAll(...columns: readonly Loadable[]): Loadable['load'] {
  return (vectors, rowCount) => columns.forEach((column) => column.load(vectors, rowCount));
}

/** A column of integers or decimals. `operand` reads integers as unscaled at the given scale. */
function decimalColumn(
  column: number,
  types: readonly EngineType[],
): NumericRow & { readonly operand: (row: number, scale: number | null) => Decimal | null } {
  const type = types[column]!;
  const integers = integerVector(type);
  if (integers === undefined) throw typeMismatch(type.kind === 'scalar' ? type.name : type.kind, OID.numeric);
  const storedScale = type.kind === 'decimal' ? type.scale : undefined;
  let validity: Validity = null;
  const value = (row: number): Decimal | null =>
    isNull(validity, row) ? null : { unscaled: integers.bigint(row), scale: storedScale ?? 0 };
  return {
    load: (vectors, rowCount) => {
      validity = validityOf(vectors[column]!, rowCount);
      integers.load(vectors[column]!, rowCount);
    },
    value,
    operand: (row, scale) => {
      const decimal = value(row);
      if (decimal === null) return null;
      return storedScale === undefined ? { unscaled: decimal.unscaled, scale: scale ?? 0 } : withScale(decimal, scale);
    },
  };
}

function scaleColumn(
  scale: Scale,
  types: readonly EngineType[],
): Loadable & { readonly value: (row: number) => number | null } {
  if (typeof scale === 'number') return { load: () => undefined, value: () => scale };
  const column = decimalColumn(scale.column, types);
  return {
    load: column.load,
    value: (row) => {
      const value = column.value(row);
      return value === null ? null : Number(value.unscaled);
    },
  };
}

/** Zeros added, or cut where they are zeros; digits are never lost. */
function withScale(decimal: Decimal, scale: number | null): Decimal {
  if (scale === null || scale === decimal.scale) return decimal;
  if (scale > decimal.scale) return { unscaled: decimal.unscaled * 10n ** BigInt(scale - decimal.scale), scale };
  let { unscaled, scale: current } = decimal;
  while (current > scale && unscaled % 10n === 0n) {
    unscaled /= 10n;
    current--;
  }
  return { unscaled, scale: current };
}

/** The everyday case: a DECIMAL whose stored scale is at most the displayed one. */
function paddedText(column: number, type: EngineType & { readonly kind: 'decimal' }, scale: number): FieldEncoder {
  const integers = integerVector(type)!;
  const zeros = scale - type.scale;
  let validity: Validity = null;
  return {
    load: (vectors, rowCount) => {
      validity = validityOf(vectors[column]!, rowCount);
      integers.load(vectors[column]!, rowCount);
      return rowCount * (48 + zeros);
    },
    write: (out, at, row) => {
      if (isNull(validity, row)) return writeNull(out, at);
      const end =
        integers.isSafe(row) && type.scale <= 15
          ? writeDecimal(out, at + 4, integers.number(row), type.scale, zeros)
          : writeBigDecimal(out, at + 4, integers.bigint(row), type.scale, zeros);
      return closeField(out, at, end);
    },
  };
}

function finished(format: 0 | 1, load: Loadable['load'], value: (row: number) => Decimal | null): FieldEncoder {
  let vectors: readonly Vector[] = [];
  const loadRows = (_: Vector, rowCount: number): void => load(vectors, rowCount);
  const inner =
    format === 0
      ? preparedText(0, loadRows, (row) => {
          const decimal = value(row);
          return decimal === null ? null : formatDecimal(decimal.unscaled, decimal.scale);
        })
      : preparedBinary(0, loadRows, (row) => {
          const decimal = value(row);
          return decimal === null ? null : encodeBinary(OID.numeric, { kind: 'numeric', ...decimal });
        });
  return {
    load: (all, rowCount) => {
      vectors = all;
      return inner.load(all, rowCount);
    },
    write: inner.write,
  };
}

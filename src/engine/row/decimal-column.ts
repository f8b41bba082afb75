import { writeDecimal } from '../../pgtype/write-decimal.ts';
import { writeInteger } from '../../pgtype/write-integer.ts';
import type { ColumnEncoder } from './column-encoder.ts';
import { closeField, writeNull } from './field-encoder.ts';
import { isNull } from './validity.ts';
import type { Validity } from './validity.ts';

/** Text of integers, or of unscaled decimals of one scale (at most 15), all of them below 2^53 in magnitude. */
export function decimalColumn(values: Float64Array, validity: Validity, scale: number): ColumnEncoder {
  return {
    measure: (sizes, rowCount) => {
      // At least one digit stands before the point.
      const fewest = scale === 0 ? 1 : scale + 1;
      const point = scale === 0 ? 4 : 5;
      for (let row = 0; row < rowCount; row++) {
        if (isNull(validity, row)) {
          sizes[row]! += 4;
          continue;
        }
        const value = values[row]!;
        const digits = digitCount(value < 0 ? -value : value);
        sizes[row]! += (digits < fewest ? fewest : digits) + point + (value < 0 ? 1 : 0);
      }
    },
    put: (out, places, first, end) => {
      for (let row = first; row < end; row++) {
        const at = places[row]!;
        if (isNull(validity, row)) places[row] = writeNull(out, at);
        else if (scale === 0) places[row] = closeField(out, at, writeInteger(out, at + 4, values[row]!));
        else places[row] = closeField(out, at, writeDecimal(out, at + 4, values[row]!, scale, 0));
      }
    },
  };
}

/** Of a whole number from 0 to 2^53. */
function digitCount(value: number): number {
  if (value < 10_000) return value < 100 ? (value < 10 ? 1 : 2) : value < 1000 ? 3 : 4;
  if (value < 100_000_000) return value < 1_000_000 ? (value < 100_000 ? 5 : 6) : value < 10_000_000 ? 7 : 8;
  let digits = 9;
  for (let limit = 1_000_000_000; value >= limit; limit *= 10) digits++;
  return digits;
}

import type { DatetimeWriter } from '../../pgtype/datetime-writer.ts';
import type { ColumnEncoder } from './column-encoder.ts';
import { closeField, writeNull } from './field-encoder.ts';
import { isNull } from './validity.ts';
import type { Validity } from './validity.ts';

/** 0001-01-01 to 9999-12-31: dates of ten characters in every DateStyle. */
const FIRST_DAY = -719_162;
const LAST_DAY = 2_932_896;
const FIELD_BYTES = 14;

/** Text of dates, undefined where one of them is out of the ordinary. */
export function dateColumn(
  days: Int32Array,
  validity: Validity,
  rowCount: number,
  datetime: DatetimeWriter,
): ColumnEncoder | undefined {
  for (let row = 0; row < rowCount; row++) {
    const day = days[row]!;
    if ((day < FIRST_DAY || day > LAST_DAY) && !isNull(validity, row)) return undefined;
  }
  return {
    measure: (sizes) => {
      for (let row = 0; row < rowCount; row++) sizes[row]! += isNull(validity, row) ? 4 : FIELD_BYTES;
    },
    put: (out, places, first, end) => {
      for (let row = first; row < end; row++) {
        const at = places[row]!;
        places[row] = isNull(validity, row)
          ? writeNull(out, at)
          : closeField(out, at, datetime.date(out, at + 4, days[row]!));
      }
    },
  };
}

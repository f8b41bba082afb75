import type { DataFile, NestedField } from '../iceberg/iceberg.ts';
import { columnFacts } from './column-facts.ts';
import type { FieldFacts } from './field-facts.ts';
import type { EqualityDelete } from './plan.ts';
import { compareValues } from './compare-values.ts';

/** Whether an equality delete file may hold a key of a row of the data file, by the metrics of both. Null equals null. */
export function mayDeleteFrom({ file, fields }: EqualityDelete, dataFile: DataFile): boolean {
  return fields.every((field) => mayShareValue(keyFacts(field, file), keyFacts(field, dataFile)));
}

function mayShareValue(left: FieldFacts, right: FieldFacts): boolean {
  if (left.mayBeNull && right.mayBeNull) return true;
  if (left.mayBeNan && right.mayBeNan) return true;
  return left.mayBeOrdinary && right.mayBeOrdinary && !isBelow(left, right) && !isBelow(right, left);
}

function isBelow({ upper }: FieldFacts, { lower }: FieldFacts): boolean {
  return upper !== undefined && lower !== undefined && compareValues(upper, lower) < 0;
}

/** Key fields may lie in structs; to say so of all is to be careful. */
function keyFacts({ id, type }: NestedField, file: DataFile): FieldFacts {
  return columnFacts({ id, type, nested: true }, file);
}

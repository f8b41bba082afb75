import { columnMetrics } from '../iceberg/column-metrics.ts';
import type { DataFile } from '../iceberg/iceberg.ts';
import type { BoundField } from './bound-predicate.ts';
import type { FieldFacts } from './field-facts.ts';
import { isFloating } from './field-facts.ts';
import { comparableBound } from './compare-values.ts';

/** What a file's column metrics say of a column. A metric that is not there says nothing. */
export function columnFacts(field: Omit<BoundField, 'transformed'>, file: DataFile): FieldFacts {
  const { id, type } = field;
  const { valueCount, nullCount, nanCount, lowerBound, upperBound } = columnMetrics(file, id);
  const floating = isFloating(type);
  // Writers that count floats value by value don't see the nulls of a struct around them.
  const nullsCounted = nullCount !== undefined && !(field.nested && floating);
  const bounded = boundsAreOrdered(field, file);
  return {
    mayBeNull: !(nullsCounted && nullCount === 0n),
    mayBeNan: floating && nanCount !== 0n && !allCounted(valueCount, nullCount),
    mayBeOrdinary: !allCounted(valueCount, nullCount, floating ? nanCount : 0n),
    lower: bounded ? comparableBound(type, lowerBound) : undefined,
    upper: bounded ? comparableBound(type, upperBound) : undefined,
    mayEqual: [],
  };
}

/** Whether nulls (and NaNs) are all the values there are. A count of no values is no proof. */
function allCounted(valueCount?: bigint, nullCount?: bigint, nanCount = 0n): boolean {
  return valueCount !== undefined && nullCount !== undefined && valueCount > 0n && nullCount + nanCount >= valueCount;
}

/** Parquet orders uuids as unsigned bytes, as PostgreSQL does; Iceberg's Java writers of other formats don't. */
function boundsAreOrdered(field: Pick<BoundField, 'type'>, file: DataFile): boolean {
  return field.type !== 'uuid' || file.format === 'parquet';
}

import { compareValues } from './compare-values.ts';
import { encodeSingleValue } from './single-value.ts';
import type { FieldSummary, IcebergValue, Type } from './iceberg.ts';

/** Collects, over the files of a manifest, what the manifest list says of each partition field. */
export class PartitionSummaries {
  readonly #types: readonly (Type | undefined)[];
  readonly #seen: Seen[];

  constructor(types: readonly (Type | undefined)[]) {
    this.#types = types;
    this.#seen = types.map(() => ({ containsNull: false, containsNan: false, lowest: null, highest: null }));
  }

  add(partition: readonly IcebergValue[]): void {
    partition.forEach((value, index) => {
      const seen = this.#seen[index]!;
      if (value === null) seen.containsNull = true;
      else if (typeof value === 'number' && Number.isNaN(value)) seen.containsNan = true;
      else {
        if (seen.lowest === null || compareValues(value, seen.lowest) < 0) seen.lowest = value;
        if (seen.highest === null || compareValues(value, seen.highest) > 0) seen.highest = value;
      }
    });
  }

  summaries(): readonly FieldSummary[] {
    return this.#seen.map(({ containsNull, containsNan, lowest, highest }, index) => {
      const type = this.#types[index];
      return {
        containsNull,
        containsNan,
        ...(lowest !== null && type !== undefined && { lowerBound: encodeSingleValue(type, lowest) }),
        ...(highest !== null && type !== undefined && { upperBound: encodeSingleValue(type, highest) }),
      };
    });
  }
}

type Seen = { containsNull: boolean; containsNan: boolean; lowest: IcebergValue; highest: IcebergValue };

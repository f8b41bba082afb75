import { daysFromCivil } from '../base/civil-date.ts';
import type { Transform, Type } from '../iceberg/iceberg.ts';
import type { Comparable } from './compare-values.ts';

/** Inclusive limits; undefined where there is none. */
export type SourceRange = { readonly lower: Comparable | undefined; readonly upper: Comparable | undefined };

/**
 * The limits of a column's ordinary values, given those of its partition values under a transform that keeps order.
 * `type` is the column's; partition values are comparable values of the transform's result type.
 */
export function sourceRange(transform: Transform, type: Type, partitions: SourceRange): SourceRange {
  switch (transform.kind) {
    case 'identity':
      return partitions;
    case 'truncate':
      return beforeTruncation(transform.width, type, partitions);
    case 'year':
      return withinPeriods(type, early(partitions), (year) => daysFromCivil(1970 + year, 1, 1));
    case 'month':
      return withinPeriods(type, early(partitions), (month) =>
        daysFromCivil(1970 + Math.floor(month / 12), (((month % 12) + 12) % 12) + 1, 1),
      );
    case 'day':
      return withinPeriods(type, type === 'date' ? partitions : early(partitions), (day) => day);
    case 'hour':
      return withinHours(type, early(partitions));
    case 'bucket':
    case 'void':
    case 'unknown':
      return unlimited;
  }
}

const unlimited: SourceRange = { lower: undefined, upper: undefined };

/** Some writers rounded times before 1970 towards zero: their partition values are one too high. */
function early({ lower, upper }: SourceRange): SourceRange {
  return { lower: typeof lower === 'number' && lower <= 0 ? lower - 1 : lower, upper };
}

/** `firstDay` gives the day number that a period of this number starts with. */
function withinPeriods(type: Type, { lower, upper }: SourceRange, firstDay: (period: number) => number): SourceRange {
  const start = typeof lower === 'number' ? firstDay(lower) : undefined;
  const end = typeof upper === 'number' ? firstDay(upper + 1) : undefined;
  if (type === 'date') return { lower: start, upper: end === undefined ? undefined : end - 1 };
  const unitsPerDay = unitsPerHour(type) * 24n;
  return {
    lower: start === undefined ? undefined : BigInt(start) * unitsPerDay,
    upper: end === undefined ? undefined : BigInt(end) * unitsPerDay - 1n,
  };
}

function withinHours(type: Type, { lower, upper }: SourceRange): SourceRange {
  return {
    lower: typeof lower === 'number' ? BigInt(lower) * unitsPerHour(type) : undefined,
    upper: typeof upper === 'number' ? BigInt(upper + 1) * unitsPerHour(type) - 1n : undefined,
  };
}

function unitsPerHour(type: Type): bigint {
  return type === 'timestamp_ns' || type === 'timestamptz_ns' ? 3_600_000_000_000n : 3_600_000_000n;
}

function beforeTruncation(width: number, type: Type, { lower, upper }: SourceRange): SourceRange {
  if (typeof upper === 'number') return unlessWrapped({ lower, upper: upper + width - 1 }, type);
  if (typeof upper === 'bigint') return unlessWrapped({ lower, upper: upper + BigInt(width) - 1n }, type);
  if (!(upper instanceof Uint8Array)) return { lower, upper: undefined };
  return { lower, upper: type === 'string' ? lastWithPrefix(upper, width) : lastBytesWithPrefix(upper, width) };
}

/** The least integers wrap around when truncated, so the highest partition may hold them too. */
function unlessWrapped({ lower, upper }: { lower: Comparable | undefined; upper: number | bigint }, type: Type) {
  const greatest = type === 'int' ? 0x7fffffff : type === 'long' ? 0x7fffffffffffffffn : undefined;
  return greatest !== undefined && upper >= greatest ? unlimited : { lower, upper };
}

/** Only a prefix of full length was cut. No UTF-8 text has a byte 0xff, so none that was cut from is above. */
function lastWithPrefix(prefix: Uint8Array, width: number): Uint8Array {
  let characters = 0;
  for (const byte of prefix) if ((byte & 0xc0) !== 0x80) characters++;
  return characters < width ? prefix : Buffer.concat([prefix, Uint8Array.of(0xff)]);
}

/** The least bytes above all that start with the prefix; undefined where there are none. */
function lastBytesWithPrefix(prefix: Uint8Array, width: number): Uint8Array | undefined {
  if (prefix.length < width) return prefix;
  const last = prefix.findLastIndex((byte) => byte !== 0xff);
  if (last < 0) return undefined;
  const above = prefix.slice(0, last + 1);
  above[last]! += 1;
  return above;
}

/** extract (numeric) and date_part (float8) of date, time, timestamp, timestamptz and interval. */
import { dateUnit } from './date-unit.ts';
import { decimalProduct } from './decimal.ts';
import { unsupportedCall } from './errors.ts';
import { once } from './once.ts';
import { raise } from './raise.ts';
import type { Call, ScalarTemplate, Translated } from './template.ts';

/** A part as SQL: an integer of so many digits, to be divided by 10^scale. */
type Part = { readonly sql: string; readonly digits: number; readonly scale: number; readonly float?: string };

const integer = (sql: string, digits = 10): Part => ({ sql, digits, scale: 0 });

/** Rounds towards zero, unlike `//` in the parser's eyes for negative numbers: both operands are integers. */
const divided = (sql: string, by: number): string => `(${sql} // ${by})`;

/** Parts that follow from the astronomical year `y` (0 is 1 BC), as timestamp_part_common has them. */
function yearPart(unit: string, y: string): Part | undefined {
  switch (unit) {
    case 'year':
      return integer(`CASE WHEN ${y} > 0 THEN ${y} ELSE ${y} - 1 END`);
    case 'decade':
      return integer(`CASE WHEN ${y} >= 0 THEN ${divided(y, 10)} ELSE -${divided(`(8 - (${y} - 1))`, 10)} END`);
    case 'century':
      return integer(
        `CASE WHEN ${y} > 0 THEN ${divided(`(${y} + 99)`, 100)} ELSE -${divided(`(99 - (${y} - 1))`, 100)} END`,
      );
    case 'millennium':
      return integer(
        `CASE WHEN ${y} > 0 THEN ${divided(`(${y} + 999)`, 1000)} ELSE -${divided(`(999 - (${y} - 1))`, 1000)} END`,
      );
    default:
      return undefined;
  }
}

/** Parts of the calendar, of a DATE or TIMESTAMP. */
function calendarPart(unit: string, x: string): Part | undefined {
  switch (unit) {
    case 'month':
    case 'quarter':
    case 'day':
    case 'week':
    case 'isodow':
      return integer(`${unit}(${x})`);
    case 'dow':
      return integer(`dayofweek(${x})`);
    case 'doy':
      return integer(`dayofyear(${x})`);
    case 'isoyear':
      return integer(`CASE WHEN isoyear(${x}) > 0 THEN isoyear(${x}) ELSE isoyear(${x}) - 1 END`);
    default:
      return yearPart(unit, `year(${x})`);
  }
}

/** Parts of the clock, of a TIME, TIMESTAMP or INTERVAL. */
function clockPart(unit: string, x: string): Part | undefined {
  const micros = `microsecond(${x})`;
  switch (unit) {
    case 'hour':
    case 'minute':
      return integer(`${unit}(${x})`);
    case 'second':
      return {
        sql: micros,
        digits: 9,
        scale: 6,
        float: `(CAST(${micros} // 1000000 AS DOUBLE) + CAST(${micros} % 1000000 AS DOUBLE) / 1000000)`,
      };
    case 'milliseconds':
      return {
        sql: micros,
        digits: 9,
        scale: 3,
        float: `(CAST(${micros} // 1000000 * 1000 AS DOUBLE) + CAST(${micros} % 1000000 AS DOUBLE) / 1000)`,
      };
    case 'microseconds':
      return integer(micros, 9);
    default:
      return undefined;
  }
}

function datePart(unit: string, d: string): Part | undefined {
  const days = `CAST(${d} - DATE '1970-01-01' AS BIGINT)`;
  if (unit === 'epoch') return integer(`(${days} * 86400)`, 15);
  if (unit === 'julian') return integer(`(${days} + 2440588)`);
  return calendarPart(unit, d);
}

function timestampPart(unit: string, ts: string): Part | undefined {
  if (unit === 'epoch') return { sql: `epoch_us(${ts})`, digits: 19, scale: 6 };
  return calendarPart(unit, ts) ?? clockPart(unit, ts);
}

function timePart(unit: string, t: string): Part | undefined {
  if (unit === 'epoch') return { sql: `epoch_us(${t})`, digits: 12, scale: 6 };
  return clockPart(unit, t);
}

function intervalPart(unit: string, i: string): Part | undefined {
  const [years, months, days] = [`year(${i})`, `month(${i})`, `day(${i})`];
  const micros = `((hour(${i}) * 60 + minute(${i})) * 60000000 + microsecond(${i}))`;
  switch (unit) {
    case 'year':
      return integer(years);
    case 'month':
      return integer(months);
    case 'day':
      return integer(days);
    case 'decade':
      return integer(`(${years} // 10)`);
    case 'century':
      return integer(`(${years} // 100)`);
    case 'millennium':
      return integer(`(${years} // 1000)`);
    case 'epoch': {
      // A year has 365.25 days, a month 30; float8 follows another path in Postgres.
      const quarterDays = `(CAST(${years} AS HUGEINT) * 1461 + (${months} * 30 + ${days}) * 4)`;
      return { sql: `(${quarterDays} * 21600000000 + ${micros})`, digits: 23, scale: 6 };
    }
    default:
      return clockPart(unit, i);
  }
}

/** Infinite dates and timestamps have parts that are infinite numerics, which DuckDB cannot hold. */
function finite(x: string, part: Part): Part {
  return { ...part, sql: `CASE WHEN isfinite(${x}) THEN ${part.sql} ELSE ${raise('0A000', x, 'BIGINT')} END` };
}

function partOf(type: string, unit: string, x: string): Part | undefined {
  switch (type) {
    case 'date':
      return datePart(unit, x);
    case 'time':
      return timePart(unit, x);
    case 'interval':
      return intervalPart(unit, x);
    default:
      return timestampPart(unit, x);
  }
}

function numeric({ sql, digits, scale }: Part): Translated {
  const number = { sql: `CAST(${sql} AS DECIMAL(${digits},0))`, precision: digits, scale: 0 };
  if (scale === 0) return { sql: number.sql, decimal: { ...number, displayScale: 0 } };
  const unit = `CAST('0.${'0'.repeat(scale - 1)}1' AS DECIMAL(${scale},${scale}))`;
  const product = decimalProduct(number, { sql: unit, precision: scale, scale })!;
  return { sql: product.sql, decimal: { ...product, displayScale: scale } };
}

function float({ sql, scale, float: written }: Part): Translated {
  if (written !== undefined) return { sql: written };
  return { sql: scale === 0 ? `CAST(${sql} AS DOUBLE)` : `(CAST(${sql} AS DOUBLE) / ${10 ** scale})` };
}

function extracting(type: string, result: 'numeric' | 'float8'): ScalarTemplate {
  return ([field, value], call) => {
    const unit = dateUnit(field!, call);
    // The parts of a timestamptz, the epoch apart, are those of the local time.
    const local = type === 'timestamptz' && unit !== 'epoch' ? `CAST(${value!.sql} AS TIMESTAMP)` : value!.sql;
    let translated: Translated | undefined;
    const sql = once([local], (x) => {
      translated = translatePart(type, unit, x, result, call);
      return translated.sql;
    });
    return { ...translated!, sql };
  };
}

function translatePart(type: string, unit: string, x: string, result: 'numeric' | 'float8', call: Call): Translated {
  const part = partOf(type, unit, x);

  if (part === undefined || (result === 'float8' && type === 'interval' && unit === 'epoch')) {
    throw unsupportedCall(call, `the unit "${unit}" is not supported for type ${type}`);
  }
  if (type === 'time' || type === 'interval') return result === 'numeric' ? numeric(part) : float(part);
  if (result === 'numeric') return numeric(finite(x, part));
  const translated = float(part);
  if (type === 'date') return { sql: datePartOfDate(x, translated.sql) };
  return { sql: `CASE WHEN isfinite(${x}) THEN ${translated.sql} ELSE ${raise('0A000', x, 'DOUBLE')} END` };
}

/** date_part(text, date) goes through timestamp, whose range ends earlier. */
function datePartOfDate(d: string, sql: string): string {
  const late = `isfinite(${d}) AND ${d} > DATE '294276-12-31'`;
  return `CASE WHEN ${late} THEN ${raise('22008', d, 'DOUBLE')} WHEN isfinite(${d}) THEN ${sql} ELSE ${raise('0A000', d, 'DOUBLE')} END`;
}

export const extractFunctions: Readonly<Record<string, ScalarTemplate>> = Object.fromEntries(
  ['date', 'time', 'timestamp', 'timestamptz', 'interval'].flatMap((type) => [
    [`extract(text,${type})`, extracting(type, 'numeric')] as const,
    [`date_part(text,${type})`, extracting(type, 'float8')] as const,
  ]),
);

/** Arithmetic, truncation and construction of date, time, timestamp and timestamptz. */
import { dateUnit } from './date-unit.ts';
import { unsupportedCall } from './errors.ts';
import { once } from './once.ts';
import { raise } from './raise.ts';
import type { Call, ScalarTemplate, Term } from './template.ts';

/** Days from 1970 to the first and the last date of Postgres, 4714-11-24 BC and 5874897-12-31. */
const FIRST_DATE = -2440588;
const LAST_DATE = 2145042905;
const FIRST_TIMESTAMP = 'make_timestamp(-210866803200000000)';

const addDays =
  (operator: '+' | '-'): ScalarTemplate =>
  ([date, count]) => ({
    sql: once([date!.sql, count!.sql], (d, n) => {
      const day = `(CAST(${d} - DATE '1970-01-01' AS BIGINT) ${operator} ${n})`;
      return (
        `CASE WHEN NOT isfinite(${d}) AND ${n} IS NOT NULL THEN ${d}` +
        ` WHEN ${day} BETWEEN ${FIRST_DATE} AND ${LAST_DATE} THEN ${d} ${operator} ${n}` +
        ` ELSE ${raise('22008', day, 'DATE')} END`
      );
    }),
  });

const daysBetween: ScalarTemplate = ([a, b]) => ({
  sql: once(
    [a!.sql, b!.sql],
    (x, y) =>
      `CASE WHEN isfinite(${x}) AND isfinite(${y}) THEN CAST(${x} - ${y} AS INTEGER) ELSE ${raise('22008', `${x} || ${y}`, 'INTEGER')} END`,
  ),
});

/** An infinite date or timestamp stays what it is; what comes before the first timestamp of Postgres is 22008. */
function moved(operator: '+' | '-'): ScalarTemplate {
  return ([value, interval]) => ({
    sql: once([value!.sql, interval!.sql], (x, i) => {
      const result = `(CAST(${x} AS TIMESTAMP) ${operator} ${i})`;
      const checked = `CASE WHEN ${result} < ${FIRST_TIMESTAMP} THEN ${raise('22008', `epoch_us(${result})`, 'TIMESTAMP')} ELSE ${result} END`;
      return `CASE WHEN isfinite(${x}) AND ${i} IS NOT NULL THEN ${checked} WHEN ${i} IS NOT NULL THEN CAST(${x} AS TIMESTAMP) END`;
    }),
  });
}

/**
 * timestamptz_pl_interval: months first, then days, each on the local clock of the session's time zone, then the time as
 * it passes. DuckDB adds them in another order.
 */
function movedZoned(operator: '+' | '-'): ScalarTemplate {
  return ([value, interval]) => ({
    sql: once([value!.sql, interval!.sql], (x, i) => {
      const months = `CAST(year(${i}) * 12 + month(${i}) AS INTEGER)`;
      const days = `CAST(day(${i}) AS INTEGER)`;
      const micros = `((hour(${i}) * 60 + minute(${i})) * 60000000 + microsecond(${i}))`;
      const local = (ts: string, step: string): string =>
        `CAST(CAST(${ts} AS TIMESTAMP) ${operator} ${step} AS TIMESTAMPTZ)`;
      const byMonths = `CASE ${months} WHEN 0 THEN ${x} ELSE ${local(x, `to_months(${months})`)} END`;
      const byDays = letBe(
        byMonths,
        'm',
        (m) => `CASE ${days} WHEN 0 THEN ${m} ELSE ${local(m, `to_days(${days})`)} END`,
      );
      return `CASE WHEN isfinite(${x}) THEN ${byDays} ${operator} to_microseconds(${micros}) WHEN ${i} IS NOT NULL THEN ${x} END`;
    }),
  });
}

/** A step whose result the next one names twice; its own lambda parameter, as it may stand inside of another's. */
function letBe(value: string, name: string, body: (name: string) => string): string {
  return `list_transform([${value}], lambda ${name}: ${body(name)})[1]`;
}

const swapped =
  (template: ScalarTemplate): ScalarTemplate =>
  ([a, b], call) =>
    template([b!, a!], call);

/** timestamp_mi: days and time, no months. */
const difference: ScalarTemplate = ([a, b]) => ({
  sql: once([a!.sql, b!.sql], (x, y) => {
    const micros = `(epoch_us(${x}) - epoch_us(${y}))`;
    return `CASE WHEN isfinite(${x}) AND isfinite(${y}) THEN to_days(CAST(${micros} // 86400000000 AS INTEGER)) + to_microseconds(${micros} % 86400000000) ELSE ${raise('0A000', `${x} || ${y}`, 'INTERVAL')} END`;
  }),
});

/** First day of the period that the astronomical year `y` is in (timestamp_trunc). */
const PERIODS: Readonly<Record<string, (y: string) => string>> = {
  decade: (y) => `CASE WHEN ${y} > 0 THEN ${y} // 10 * 10 ELSE -((8 - (${y} - 1)) // 10) * 10 END`,
  century: (y) =>
    `CASE WHEN ${y} > 0 THEN (${y} + 99) // 100 * 100 - 99 ELSE -((99 - (${y} - 1)) // 100) * 100 + 1 END`,
  millennium: (y) =>
    `CASE WHEN ${y} > 0 THEN (${y} + 999) // 1000 * 1000 - 999 ELSE -((999 - (${y} - 1)) // 1000) * 1000 + 1 END`,
};

const TRUNCATED = new Set([
  'microseconds',
  'milliseconds',
  'second',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'quarter',
  'year',
]);

function truncated(unit: string, ts: string, call: Call): string {
  const period = PERIODS[unit];
  if (period !== undefined) {
    return once([ts], (x) => {
      const year = `CAST(${period(`year(${x})`)} AS BIGINT)`;
      const start = `CAST(make_date(${year}, 1, 1) AS TIMESTAMP)`;
      return `CASE WHEN NOT isfinite(${x}) THEN ${x} WHEN ${year} < -4712 THEN ${raise('22008', year, 'TIMESTAMP')} ELSE ${start} END`;
    });
  }
  if (!TRUNCATED.has(unit)) throw unsupportedCall(call, `the unit "${unit}" cannot be truncated to`);
  return `date_trunc('${unit}', ${ts})`;
}

const truncate: ScalarTemplate = ([unit, ts], call) => ({ sql: truncated(dateUnit(unit!, call), ts!.sql, call) });

/** Microseconds of the units that keep the offset of the local time, also where an hour comes twice. */
const CLOCK_UNITS: Readonly<Record<string, number>> = {
  microseconds: 1,
  milliseconds: 1_000,
  second: 1_000_000,
  minute: 60_000_000,
  hour: 3_600_000_000,
};

function truncatedClock(ts: string, local: (ts: string) => string, unit: number): string {
  return once(
    [ts],
    (x) =>
      `CASE WHEN isfinite(${x}) THEN make_timestamptz(epoch_us(${x}) - ((epoch_us(${local(x)}) % ${unit} + ${unit}) % ${unit})) ELSE ${x} END`,
  );
}

/** In the session's time zone, or in the zone of a third argument. */
const truncateZoned: ScalarTemplate = ([unit, ts, zone], call) => {
  const name = dateUnit(unit!, call);
  if (zone !== undefined) {
    const tz = zoneName(zone, call);
    const clock = CLOCK_UNITS[name];
    if (clock !== undefined) return { sql: truncatedClock(ts!.sql, (x) => `timezone(${tz}, ${x})`, clock) };
    return { sql: `timezone(${tz}, ${truncated(name, `timezone(${tz}, ${ts!.sql})`, call)})` };
  }
  const clock = CLOCK_UNITS[name];
  if (clock !== undefined) return { sql: truncatedClock(ts!.sql, (x) => `CAST(${x} AS TIMESTAMP)`, clock) };
  const local = PERIODS[name] === undefined ? ts!.sql : `CAST(${ts!.sql} AS TIMESTAMP)`;
  return { sql: `CAST(${truncated(name, local, call)} AS TIMESTAMPTZ)` };
};

/** Zones of the tz database are the same for both; abbreviations and POSIX offsets are not. */
function zoneName(term: Term, call: Call): string {
  const name = term.constant;
  if (typeof name !== 'string') throw unsupportedCall(call, 'name the time zone by a constant');
  if (!/^(UTC|GMT|[A-Z][A-Za-z_]+(\/[A-Za-z_+-]+[0-9]*)+)$/.test(name)) {
    throw unsupportedCall(call, `use a name of the tz database, such as Europe/Berlin, instead of "${name}"`);
  }
  return `'${name}'`;
}

const atZone: ScalarTemplate = ([zone, ts], call) => ({ sql: `timezone(${zoneName(zone!, call)}, ${ts!.sql})` });

/** Years before Christ are negative and there is no year 0. */
const makeDate: ScalarTemplate = ([year, month, day]) => ({ sql: dateOf(year!.sql, month!.sql, day!.sql) });

function dateOf(year: string, month: string, day: string): string {
  return once(
    [year, month, day],
    (y, m, d) =>
      `CASE WHEN ${y} <> 0 AND ${y} <= 5874897 AND ${m} BETWEEN 1 AND 12 AND ${d} BETWEEN 1 AND 31 THEN make_date(CAST(${y} + CASE WHEN ${y} < 0 THEN 1 ELSE 0 END AS BIGINT), CAST(${m} AS BIGINT), CAST(${d} AS BIGINT)) ELSE ${raise('22008', `${y} || ${m} || ${d}`, 'DATE')} END`,
  );
}

/** Microseconds of the day; 24:00:00 is allowed, 60 seconds too (float_time_overflows). */
function microsOfDay(hour: string, minute: string, second: string): string {
  return once([hour, minute, second], (h, m, s) => {
    const micros = `((${h} * 60 + ${m}) * CAST(60000000 AS BIGINT) + CAST(round_even(${s} * 1000000, 0) AS BIGINT))`;
    const ok = `${h} BETWEEN 0 AND 24 AND ${m} BETWEEN 0 AND 59 AND ${s} BETWEEN 0 AND 60 AND NOT isnan(${s})`;
    return `CASE WHEN CASE WHEN ${ok} THEN ${micros} <= 86400000000 ELSE false END THEN ${micros} ELSE ${raise('22008', `${h} || ${m} || ${s}`, 'BIGINT')} END`;
  });
}

const makeTime: ScalarTemplate = ([h, m, s]) => ({
  sql: once(
    [microsOfDay(h!.sql, m!.sql, s!.sql)],
    (us) =>
      `CASE WHEN ${us} = 86400000000 THEN TIME '24:00:00' ELSE CAST(TIMESTAMP '1970-01-01' + to_microseconds(${us}) AS TIME) END`,
  ),
});

function timestampOf(args: readonly Term[]): string {
  const [y, mo, d, h, mi, s] = args.map((arg) => arg.sql);
  // DuckDB's timestamps end some years before those of Postgres.
  const year = once([y!], (x) => `CASE WHEN ${x} <= 294246 THEN ${x} ELSE ${raise('0A000', x, 'INTEGER')} END`);
  return `(CAST(${dateOf(year, mo!, d!)} AS TIMESTAMP) + to_microseconds(${microsOfDay(h!, mi!, s!)}))`;
}

/** to_timestamp(float8): seconds since 1970, rounded after the shift to Postgres' epoch. */
const fromEpoch: ScalarTemplate = ([seconds]) => ({
  sql: once([seconds!.sql], (s) => {
    const micros = `(CAST(round_even((${s} - 946684800::DOUBLE) * 1000000, 0) AS BIGINT) + 946684800000000)`;
    return (
      `CASE WHEN isinf(${s}) THEN CASE WHEN ${s} > 0 THEN TIMESTAMPTZ 'infinity' ELSE TIMESTAMPTZ '-infinity' END` +
      ` WHEN ${s} >= -210866803200 AND ${s} < 9223371331200 AND NOT isnan(${s}) THEN make_timestamptz(${micros}) WHEN ${s} >= 9223371331200 AND ${s} < 9224318016000 THEN ${raise('0A000', s, 'TIMESTAMPTZ')} ELSE ${raise('22008', s, 'TIMESTAMPTZ')} END`
    );
  }),
});

/** date_bin: strides of days and less, counted from the origin. */
function binned(type: 'TIMESTAMP' | 'TIMESTAMPTZ'): ScalarTemplate {
  const make = type === 'TIMESTAMP' ? 'make_timestamp' : 'make_timestamptz';
  return ([stride, source, origin]) => ({
    sql: once([stride!.sql, source!.sql, origin!.sql], (i, s, o) => {
      const step = `(day(${i}) * CAST(86400000000 AS BIGINT) + (hour(${i}) * 60 + minute(${i})) * 60000000 + microsecond(${i}))`;
      const [from, to] = [`epoch_us(${o})`, `epoch_us(${s})`];
      const offset = `((${to} - ${from}) % ${step})`;
      const start = `(${to} - ${offset} - CASE WHEN ${offset} < 0 THEN ${step} ELSE 0 END)`;
      return (
        `CASE WHEN NOT isfinite(${s}) AND ${i} IS NOT NULL AND ${o} IS NOT NULL THEN ${s}` +
        ` WHEN year(${i}) <> 0 OR month(${i}) <> 0 THEN ${raise('0A000', `${i} || ${s} || ${o}`, type)}` +
        ` WHEN NOT isfinite(${o}) OR ${step} <= 0 THEN ${raise('22008', `${i} || ${s} || ${o}`, type)}` +
        ` ELSE ${make}(${start}) END`
      );
    }),
  });
}

/** On the clock of the session's time zone. Infinite intervals do not exist in DuckDB. */
const age: ScalarTemplate = ([a, b]) => ({
  sql: once(
    [`CAST(${a!.sql} AS TIMESTAMP)`, `CAST(${b!.sql} AS TIMESTAMP)`],
    (x, y) =>
      `CASE WHEN isfinite(${x}) AND isfinite(${y}) THEN age(${x}, ${y}) ELSE ${raise('0A000', `${x} || ${y}`, 'INTERVAL')} END`,
  ),
});

const finite: ScalarTemplate = ([a]) => ({ sql: `isfinite(${a!.sql})` });

/** Infinite timestamps give an empty text (NULL in to_char). */
const toChar: ScalarTemplate = ([ts, pattern]) => ({
  sql: once(
    [`CAST(${ts!.sql} AS TIMESTAMP)`, pattern!.sql],
    (x, p) => `CASE WHEN isfinite(${x}) AND ${p} <> '' THEN pg_to_char_timestamp(epoch_us(${x}), ${p}) END`,
  ),
});

export const dateTimeFunctions: Readonly<Record<string, ScalarTemplate>> = {
  'date_pli(date,int4)': addDays('+'),
  'date_mii(date,int4)': addDays('-'),
  'integer_pl_date(int4,date)': swapped(addDays('+')),
  'date_mi(date,date)': daysBetween,
  'date_pl_interval(date,interval)': moved('+'),
  'date_mi_interval(date,interval)': moved('-'),
  'interval_pl_date(interval,date)': swapped(moved('+')),
  'timestamp_pl_interval(timestamp,interval)': moved('+'),
  'timestamp_mi_interval(timestamp,interval)': moved('-'),
  'interval_pl_timestamp(interval,timestamp)': swapped(moved('+')),
  'timestamptz_pl_interval(timestamptz,interval)': movedZoned('+'),
  'timestamptz_mi_interval(timestamptz,interval)': movedZoned('-'),
  'interval_pl_timestamptz(interval,timestamptz)': swapped(movedZoned('+')),
  'timestamp_mi(timestamp,timestamp)': difference,
  'timestamptz_mi(timestamptz,timestamptz)': difference,
  'datetime_pl(date,time)': ([d, t]) => ({ sql: `(${d!.sql} + ${t!.sql})` }),
  'timedate_pl(time,date)': ([t, d]) => ({ sql: `(${d!.sql} + ${t!.sql})` }),
  'timestamp(date,time)': ([d, t]) => ({ sql: `(${d!.sql} + ${t!.sql})` }),
  'age(timestamp,timestamp)': age,
  'age(timestamptz,timestamptz)': age,
  'date_trunc(text,timestamp)': truncate,
  'date_trunc(text,timestamptz)': truncateZoned,
  'date_trunc(text,timestamptz,text)': truncateZoned,
  'date_bin(interval,timestamp,timestamp)': binned('TIMESTAMP'),
  'date_bin(interval,timestamptz,timestamptz)': binned('TIMESTAMPTZ'),
  'timezone(text,timestamp)': atZone,
  'timezone(text,timestamptz)': atZone,
  'timezone(timestamp)': ([a]) => ({ sql: `CAST(${a!.sql} AS TIMESTAMPTZ)` }),
  'timezone(timestamptz)': ([a]) => ({ sql: `CAST(${a!.sql} AS TIMESTAMP)` }),
  'make_date(int4,int4,int4)': makeDate,
  'make_time(int4,int4,float8)': makeTime,
  'make_timestamp(int4,int4,int4,int4,int4,float8)': (args) => ({ sql: timestampOf(args) }),
  'make_timestamptz(int4,int4,int4,int4,int4,float8)': (args) => ({
    sql: `CAST(${timestampOf(args)} AS TIMESTAMPTZ)`,
  }),
  'to_timestamp(float8)': fromEpoch,
  'to_char(timestamp,text)': toChar,
  'to_char(timestamptz,text)': toChar,
  'to_date(text,text)': ([text, pattern]) => ({
    sql: `(DATE '1970-01-01' + pg_to_date(${text!.sql}, ${pattern!.sql}))`,
  }),
  'isfinite(date)': finite,
  'isfinite(timestamp)': finite,
  'isfinite(timestamptz)': finite,
};

/** Functions of the host on interval: scaling by a float8 and justification (timestamp.c). */
import { SqlError } from '../../base/sql-error.ts';
import { unsupportedValue } from './errors.ts';
import type { HostFunction, HostInterval, HostValue } from './host-function.ts';

const DAYS_PER_MONTH = 30;
const SECONDS_PER_DAY = 86_400;
const DAY_MICROS = 86_400_000_000n;
const INT4_MAX = 2 ** 31 - 1;

function outOfRange(): SqlError {
  return new SqlError({ sqlstate: '22008', message: 'interval out of range' });
}

function interval(months: number, days: number, micros: bigint): HostInterval {
  for (const part of [months, days]) if (!(part <= INT4_MAX && part >= -INT4_MAX - 1)) throw outOfRange();
  if (micros !== BigInt.asIntN(64, micros)) throw outOfRange();
  return { months, days, micros };
}

/** C's rint: half to even. */
function rint(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** TSROUND: to microseconds. */
const roundSeconds = (seconds: number): number => rint(seconds * 1_000_000) / 1_000_000;

/** interval_mul and interval_div: fractions of months become days, fractions of days time. */
function scaled(value: HostInterval, factor: number, apply: (part: number) => number): HostInterval {
  if (Number.isNaN(factor)) throw outOfRange();
  if (!Number.isFinite(factor)) throw unsupportedValue('an infinite interval');
  const [months, days] = [apply(value.months), apply(value.days)];
  if (Number.isNaN(months) || Math.abs(months) > INT4_MAX + 1) throw outOfRange();
  if (Number.isNaN(days) || Math.abs(days) > INT4_MAX + 1) throw outOfRange();
  const [wholeMonths, wholeDays] = [Math.trunc(months), Math.trunc(days)];
  let monthRest = roundSeconds((months - wholeMonths) * DAYS_PER_MONTH);
  let secondRest = (days - wholeDays + monthRest - Math.trunc(monthRest)) * SECONDS_PER_DAY;
  secondRest = roundSeconds(secondRest);
  let extraDays = 0;
  if (Math.abs(secondRest) >= SECONDS_PER_DAY) {
    extraDays = Math.trunc(secondRest / SECONDS_PER_DAY);
    secondRest -= extraDays * SECONDS_PER_DAY;
  }
  monthRest = Math.trunc(monthRest);
  const micros = rint(apply(Number(value.micros)) + secondRest * 1_000_000);
  if (!(Math.abs(micros) < 2 ** 63)) throw outOfRange();
  return interval(wholeMonths, wholeDays + monthRest + extraDays, BigInt(micros));
}

/** Whole days of the time part go to the days, whole months of the days to the months, the rest keeps its sign. */
function carriedDays({ months, days, micros }: HostInterval): HostInterval {
  const whole = micros / DAY_MICROS;
  let [day, rest] = [days + Number(whole), micros - whole * DAY_MICROS];
  if (day > 0 && rest < 0n) [day, rest] = [day - 1, rest + DAY_MICROS];
  else if (day < 0 && rest > 0n) [day, rest] = [day + 1, rest - DAY_MICROS];
  return interval(months, day, rest);
}

function carriedMonths({ months, days, micros }: HostInterval): HostInterval {
  const whole = Math.trunc(days / DAYS_PER_MONTH);
  let [month, rest] = [months + whole, days - whole * DAYS_PER_MONTH];
  if (month > 0 && rest < 0) [month, rest] = [month - 1, rest + DAYS_PER_MONTH];
  else if (month < 0 && rest > 0) [month, rest] = [month + 1, rest - DAYS_PER_MONTH];
  return interval(month, rest, micros);
}

/** interval_justify_interval: all parts get the sign of the largest. */
function justified(value: HostInterval): HostInterval {
  const whole = value.micros / DAY_MICROS;
  let [micros, days, months] = [value.micros - whole * DAY_MICROS, value.days + Number(whole), value.months];
  const carried = Math.trunc(days / DAYS_PER_MONTH);
  months += carried;
  days -= carried * DAYS_PER_MONTH;
  if (months > 0 && (days < 0 || (days === 0 && micros < 0n))) [months, days] = [months - 1, days + DAYS_PER_MONTH];
  else if (months < 0 && (days > 0 || (days === 0 && micros > 0n)))
    [months, days] = [months + 1, days - DAYS_PER_MONTH];
  if (days > 0 && micros < 0n) [days, micros] = [days - 1, micros + DAY_MICROS];
  else if (days < 0 && micros > 0n) [days, micros] = [days + 1, micros - DAY_MICROS];
  return interval(months, days, micros);
}

function unary(name: string, compute: (value: HostInterval) => HostInterval): HostFunction {
  return { name, parameters: ['INTERVAL'], result: 'INTERVAL', compute: (value) => compute(value as HostInterval) };
}

function scaling(name: string, compute: (value: HostInterval, factor: number) => HostInterval): HostFunction {
  return {
    name,
    parameters: ['INTERVAL', 'DOUBLE'],
    result: 'INTERVAL',
    compute: (value: HostValue | undefined, factor) => compute(value as HostInterval, factor as number),
  };
}

export const intervalHostFunctions: readonly HostFunction[] = [
  scaling('pg_interval_mul', (value, factor) => scaled(value, factor, (part) => part * factor)),
  scaling('pg_interval_div', (value, divisor) => {
    if (divisor === 0) throw new SqlError({ sqlstate: '22012', message: 'division by zero' });
    // Divided by infinity every part is zero.
    if (Math.abs(divisor) === Infinity) return { months: 0, days: 0, micros: 0n };
    return scaled(value, divisor, (part) => part / divisor);
  }),
  unary('pg_justify_days', carriedMonths),
  unary('pg_justify_hours', carriedDays),
  unary('pg_justify_interval', justified),
];

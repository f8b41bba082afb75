import type { PgInterval } from './pgtype.ts';

/** interval_out under one IntervalStyle (EncodeInterval of datetime.c). */
export function formatInterval(interval: PgInterval, style: string): string {
  const special = infinityOf(interval);
  if (special !== undefined) return special;
  const parts = split(interval);
  switch (style.toLowerCase()) {
    case 'sql_standard':
      return sqlStandard(parts);
    case 'iso_8601':
      return iso8601(parts);
    case 'postgres_verbose':
      return postgresVerbose(parts);
    default:
      return postgres(parts);
  }
}

/** All parts carry their own sign; hour to micros share one. */
type Parts = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: bigint;
  readonly minute: number;
  readonly second: number;
  readonly micros: number;
};

function infinityOf({ months, days, micros }: PgInterval): string | undefined {
  if (months === 0x7fffffff && days === 0x7fffffff && micros === 0x7fffffffffffffffn) return 'infinity';
  if (months === -0x80000000 && days === -0x80000000 && micros === -0x8000000000000000n) return '-infinity';
  return undefined;
}

function split({ months, days, micros }: PgInterval): Parts {
  const seconds = micros / 1_000_000n;
  return {
    year: Math.trunc(months / 12),
    month: months % 12,
    day: days,
    hour: seconds / 3600n,
    minute: Number((seconds / 60n) % 60n),
    second: Number(seconds % 60n),
    micros: Number(micros % 1_000_000n),
  };
}

function hasTime({ hour, minute, second, micros }: Parts): boolean {
  return hour !== 0n || minute !== 0 || second !== 0 || micros !== 0;
}

function isTimeNegative({ hour, minute, second, micros }: Parts): boolean {
  return hour < 0n || minute < 0 || second < 0 || micros < 0;
}

function absolute(hour: bigint): bigint {
  return hour < 0n ? -hour : hour;
}

function two(value: number): string {
  return Math.abs(value).toString().padStart(2, '0');
}

function fraction(micros: number): string {
  return micros === 0 ? '' : `.${Math.abs(micros).toString().padStart(6, '0').replace(/0+$/, '')}`;
}

function postgres(parts: Parts): string {
  let text = '';
  let before = false;
  const add = (value: number, unit: string): void => {
    if (value === 0) return;
    text += `${text === '' ? '' : ' '}${before && value > 0 ? '+' : ''}${value} ${unit}${value === 1 ? '' : 's'}`;
    before = value < 0;
  };
  add(parts.year, 'year');
  add(parts.month, 'mon');
  add(parts.day, 'day');
  if (text !== '' && !hasTime(parts)) return text;
  const sign = isTimeNegative(parts) ? '-' : before ? '+' : '';
  const hour = absolute(parts.hour).toString().padStart(2, '0');
  return `${text}${text === '' ? '' : ' '}${sign}${hour}:${two(parts.minute)}:${two(parts.second)}${fraction(parts.micros)}`;
}

function postgresVerbose(parts: Parts): string {
  let text = '@';
  let zero = true;
  let before = false;
  const add = (value: bigint, unit: string): void => {
    if (value === 0n) return;
    if (zero) before = value < 0n;
    const shown = before ? -value : value;
    text += ` ${shown} ${unit}${shown === 1n ? '' : 's'}`;
    zero = false;
  };
  add(BigInt(parts.year), 'year');
  add(BigInt(parts.month), 'mon');
  add(BigInt(parts.day), 'day');
  add(parts.hour, 'hour');
  add(BigInt(parts.minute), 'min');
  if (parts.second !== 0 || parts.micros !== 0) {
    const negative = parts.second < 0 || parts.micros < 0;
    let sign = '';
    if (zero) before = negative;
    else if (negative !== before) sign = '-';
    const plural = Math.abs(parts.second) !== 1 || parts.micros !== 0 ? 's' : '';
    text += ` ${sign}${Math.abs(parts.second)}${fraction(parts.micros)} sec${plural}`;
    zero = false;
  }
  return text + (zero ? ' 0' : '') + (before ? ' ago' : '');
}

function iso8601(parts: Parts): string {
  const add = (value: number | bigint, unit: string): string => (BigInt(value) === 0n ? '' : `${value}${unit}`);
  const date = add(parts.year, 'Y') + add(parts.month, 'M') + add(parts.day, 'D');
  if (!hasTime(parts)) return date === '' ? 'PT0S' : `P${date}`;
  let time = add(parts.hour, 'H') + add(parts.minute, 'M');
  if (parts.second !== 0 || parts.micros !== 0) {
    const sign = parts.second < 0 || parts.micros < 0 ? '-' : '';
    time += `${sign}${Math.abs(parts.second)}${fraction(parts.micros)}S`;
  }
  return `P${date}T${time}`;
}

function sqlStandard(parts: Parts): string {
  const { year, month, day, hour, minute, second, micros } = parts;
  const all = [year, month, day, Number(hour), minute, second, micros];
  const negative = all.some((part) => part < 0);
  const positive = all.some((part) => part > 0);
  if (!negative && !positive) return '0';
  const hasYearMonth = year !== 0 || month !== 0;
  const hasDayTime = day !== 0 || hasTime(parts);
  const time = `${absolute(hour)}:${two(minute)}:${two(second)}${fraction(micros)}`;
  if ((negative && positive) || (hasYearMonth && hasDayTime)) {
    const yearSign = year < 0 || month < 0 ? '-' : '+';
    const daySign = day < 0 ? '-' : '+';
    const timeSign = isTimeNegative(parts) ? '-' : '+';
    return `${yearSign}${Math.abs(year)}-${Math.abs(month)} ${daySign}${Math.abs(day)} ${timeSign}${time}`;
  }
  const sign = negative ? '-' : '';
  if (hasYearMonth) return `${sign}${Math.abs(year)}-${Math.abs(month)}`;
  return day !== 0 ? `${sign}${Math.abs(day)} ${time}` : sign + time;
}

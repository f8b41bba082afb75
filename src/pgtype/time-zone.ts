import { SqlError } from '../base/sql-error.ts';
import { posixZone } from './posix-zone.ts';

/** Offsets of one time zone, in seconds east of Greenwich. */
export type TimeZone = {
  readonly offsetAt: (epochSeconds: number) => number;
  /** The abbreviation that non-ISO DateStyles print, where it is known without a zone table. */
  readonly abbreviation: string | undefined;
  readonly isUtc: boolean;
};

const UTC_NAMES = new Set(['utc', 'etc/utc', 'uct', 'etc/uct', 'zulu', 'etc/zulu', 'universal', 'etc/universal']);
const GMT_NAMES = new Set(['gmt', 'etc/gmt', 'greenwich', 'etc/greenwich', 'gmt0', 'etc/gmt0']);
const SECONDS_PER_DAY = 86_400;
/** Days whose offsets are remembered per zone. */
const MAX_CACHED_DAYS = 200_000;

/** A zone by IANA name or by the POSIX spelling of a fixed offset. Raises 22023 for a name that is neither. */
export function timeZone(name: string): TimeZone {
  const lower = name.toLowerCase();
  if (UTC_NAMES.has(lower)) return { offsetAt: () => 0, abbreviation: 'UTC', isUtc: true };
  if (GMT_NAMES.has(lower)) return { offsetAt: () => 0, abbreviation: 'GMT', isUtc: true };
  const fixed = posixZone(name);
  if (fixed !== undefined) {
    const { abbreviation, offsetSeconds } = fixed;
    return { offsetAt: () => offsetSeconds, abbreviation, isUtc: offsetSeconds === 0 };
  }
  return { offsetAt: cachedByDay(offsetFunction(name)), abbreviation: undefined, isUtc: false };
}

/** Two equal offsets a day apart hold for the day; else the second of the change is searched for. */
function cachedByDay(offsetAt: (epochSeconds: number) => number): (epochSeconds: number) => number {
  type Day = { readonly before: number; readonly after: number; readonly changeAt: number };
  const days = new Map<number, Day>();
  return (epochSeconds) => {
    const number = Math.floor(epochSeconds / SECONDS_PER_DAY);
    let day = days.get(number);
    if (day === undefined) {
      const start = number * SECONDS_PER_DAY;
      const before = offsetAt(start);
      const after = offsetAt(start + SECONDS_PER_DAY);
      day = { before, after, changeAt: before === after ? start : findChange(offsetAt, start, before) };
      if (days.size >= MAX_CACHED_DAYS) days.clear();
      days.set(number, day);
    }
    return epochSeconds < day.changeAt ? day.before : day.after;
  };
}

function findChange(offsetAt: (epochSeconds: number) => number, start: number, before: number): number {
  let low = start;
  let high = start + SECONDS_PER_DAY;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

function offsetFunction(name: string): (epochSeconds: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  } catch {
    throw new SqlError({ sqlstate: '22023', message: `invalid value for parameter "TimeZone": "${name}"` });
  }
  return (epochSeconds) => {
    // Beyond JavaScript's dates the calendar repeats every 400 years, and with it the rules.
    const limit = 8.64e12;
    const cycle = 12_622_780_800;
    let seconds = epochSeconds;
    if (seconds > limit) seconds -= Math.ceil((seconds - limit) / cycle) * cycle;
    const part = format.formatToParts(seconds * 1000).find(({ type }) => type === 'timeZoneName');
    const match = /([+-])(\d{2}):(\d{2})(?::(\d{2}))?/.exec(part?.value ?? '');
    if (match === null) return 0;
    const offset = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0);
    return match[1] === '-' ? -offset : offset;
  };
}

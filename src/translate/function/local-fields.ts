import { civilFromDays, daysFromCivil } from '../../base/civil-date.ts';
import { unsupportedValue } from './errors.ts';

const DAY_MICROS = 86_400_000_000n;

/** Broken-down time, as struct pg_tm has it. */
export type LocalFields = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micros: number;
  readonly days: number;
};

/** 0 is Sunday; 1970 began on a Thursday. */
export function weekday(days: number): number {
  return (((days + 4) % 7) + 7) % 7;
}

export function dayOfYear({ year, days }: LocalFields): number {
  return days - daysFromCivil(year, 1, 1) + 1;
}

/** The week belongs to the year of its Thursday. Years before Christ are refused. */
export function isoWeek({ days, year }: LocalFields): { readonly year: number; readonly week: number } {
  if (year <= 0) throw unsupportedValue('a week of a year before Christ in to_char');
  const thursday = days - ((weekday(days) + 6) % 7) + 3;
  const isoYear = civilFromDays(thursday).year;
  return { year: isoYear, week: Math.floor((thursday - daysFromCivil(isoYear, 1, 1)) / 7) + 1 };
}

/** Microseconds since 1970 of the local clock, broken down. */
export function localFields(micros: bigint): LocalFields {
  const time = ((micros % DAY_MICROS) + DAY_MICROS) % DAY_MICROS;
  const days = Number((micros - time) / DAY_MICROS);
  const seconds = Number(time / 1_000_000n);
  return {
    ...civilFromDays(days),
    days,
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    micros: Number(time % 1_000_000n),
  };
}

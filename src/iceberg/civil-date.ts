/**
 * The proleptic Gregorian calendar over days since 1970-01-01, for the whole range of a 32-bit day number (JavaScript's
 * Date ends at 100 million days).
 */
export type CivilDate = { readonly year: number; /** 1 to 12 */ readonly month: number; readonly day: number };

const daysPerEra = 146_097; // 400 years
const daysBeforeEpoch = 719_468; // from 0000-03-01 to 1970-01-01

/** The calendar date of a day number. Years are astronomical: 0 is 1 BC. */
export function civilFromDays(days: number): CivilDate {
  // Years are counted from March, so that the leap day is a year's last.
  const sinceMarch = days + daysBeforeEpoch;
  const era = Math.floor(sinceMarch / daysPerEra);
  const dayOfEra = sinceMarch - era * daysPerEra;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

/** The day number of the first day of a month (1 to 12) of a year. */
export function daysFromMonth(year: number, month: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5);
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * daysPerEra + dayOfEra - daysBeforeEpoch;
}

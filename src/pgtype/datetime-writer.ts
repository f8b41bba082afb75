import { notSupported } from '../base/sql-error.ts';
import { civilFromDays } from '../base/civil-date.ts';
import type { TextSettings } from './pgtype.ts';
import { timeZone } from './time-zone.ts';
import type { TimeZone } from './time-zone.ts';
import { writeInteger, writeLatin1, writePadded } from './write-integer.ts';

const MICROS_PER_DAY = 86_400_000_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const COLON = 58;
const DASH = 45;
const BLANK = 32;

type Style = 'ISO' | 'SQL' | 'German' | 'Postgres';

/**
 * Dates and times under one DateStyle and time zone (EncodeDateOnly, EncodeDateTime). Timestamps are a whole number
 * of days since 1970-01-01 and the microseconds in that day; infinities are the caller's. At most 48 bytes a value.
 */
export type DatetimeWriter = {
  readonly date: (out: Uint8Array, at: number, days: number) => number;
  readonly time: (out: Uint8Array, at: number, micros: number) => number;
  readonly timestamp: (out: Uint8Array, at: number, days: number, micros: number) => number;
  readonly timestamptz: (out: Uint8Array, at: number, days: number, micros: number) => number;
};

export function datetimeWriter(settings: TextSettings): DatetimeWriter {
  const [styleName = 'ISO', order = 'MDY'] = settings.dateStyle.split(/,\s*/);
  const style = styleName as Style;
  const dayFirst = order.toUpperCase() === 'DMY';
  const zone = timeZone(settings.timeZone);
  const iso = isoWriters();
  const timestamp =
    style === 'ISO'
      ? iso.timestamp
      : (out: Uint8Array, at: number, days: number, micros: number) =>
          writeStyledTimestamp(out, at, days, micros, style, dayFirst, undefined);
  return {
    date: style === 'ISO' ? iso.date : (out, at, days) => writeStyledDate(out, at, days, style, dayFirst),
    time: writeTime,
    timestamp,
    timestamptz: (out, at, days, micros) => {
      const seconds = days * 86_400 + Math.floor(micros / 1_000_000);
      const offset = zone.offsetAt(seconds);
      let localMicros = micros + offset * 1_000_000;
      let localDays = days;
      if (localMicros < 0) {
        localMicros += MICROS_PER_DAY;
        localDays--;
      } else if (localMicros >= MICROS_PER_DAY) {
        localMicros -= MICROS_PER_DAY;
        localDays++;
      }
      if (style !== 'ISO') {
        return writeStyledTimestamp(out, at, localDays, localMicros, style, dayFirst, abbreviationOf(zone));
      }
      if (localDays >= FIRST_SHORT_DAY) return writeOffset(out, iso.timestamp(out, at, localDays, localMicros), offset);
      // The zone stands before BC.
      at = writeOffset(out, writeIsoTimestamp(out, at, localDays, localMicros) - 3, offset);
      return writeLatin1(out, at, ' BC');
    },
  };
}

function abbreviationOf(zone: TimeZone): string {
  if (zone.abbreviation !== undefined) return zone.abbreviation;
  throw notSupported(
    'timestamp with time zone in this DateStyle and TimeZone',
    'SET DateStyle TO ISO, or TimeZone to UTC: zone abbreviations are not known here',
  );
}

/** Days whose text is remembered, by their lowest bits; a power of two. */
const REMEMBERED_DAYS = 4096;
const ISO_DATE_BYTES = 10;
/** 0001-01-01 to 9999-12-31: the dates of ten characters. */
const FIRST_SHORT_DAY = -719_162;
const LAST_SHORT_DAY = 2_932_896;

/** ISO dates, the calendar done once for each of the days that keep coming back. */
function isoWriters(): Pick<DatetimeWriter, 'date' | 'timestamp'> {
  const days = new Int32Array(REMEMBERED_DAYS).fill(-0x80000000);
  const texts = new Uint8Array(REMEMBERED_DAYS * ISO_DATE_BYTES);
  const shortDate = (out: Uint8Array, at: number, day: number): number => {
    const slot = day & (REMEMBERED_DAYS - 1);
    const from = slot * ISO_DATE_BYTES;
    if (days[slot] !== day) {
      const civil = civilFromDays(day);
      writeYmd(texts, from, civil.year, civil.month, civil.day);
      days[slot] = day;
    }
    for (let i = 0; i < ISO_DATE_BYTES; i++) out[at + i] = texts[from + i]!;
    return at + ISO_DATE_BYTES;
  };
  return {
    date: (out, at, day) =>
      day >= FIRST_SHORT_DAY && day <= LAST_SHORT_DAY ? shortDate(out, at, day) : writeIsoDate(out, at, day),
    timestamp: (out, at, day, micros) => {
      if (day < FIRST_SHORT_DAY || day > LAST_SHORT_DAY) return writeIsoTimestamp(out, at, day, micros);
      at = shortDate(out, at, day);
      out[at] = BLANK;
      return writeTime(out, at + 1, micros);
    },
  };
}

function writeIsoDate(out: Uint8Array, at: number, days: number): number {
  const { year, month, day } = civilFromDays(days);
  at = writeYmd(out, at, year, month, day);
  return year > 0 ? at : writeLatin1(out, at, ' BC');
}

function writeIsoTimestamp(out: Uint8Array, at: number, days: number, micros: number): number {
  const { year, month, day } = civilFromDays(days);
  at = writeYmd(out, at, year, month, day);
  out[at++] = BLANK;
  at = writeTime(out, at, micros);
  return year > 0 ? at : writeLatin1(out, at, ' BC');
}

function writeYmd(out: Uint8Array, at: number, year: number, month: number, day: number): number {
  at = writeYear(out, at, year);
  out[at++] = DASH;
  at = writePadded(out, at, month, 2);
  out[at++] = DASH;
  return writePadded(out, at, day, 2);
}

/** Year 0 is 1 BC; at least four digits. */
function writeYear(out: Uint8Array, at: number, year: number): number {
  const shown = year > 0 ? year : 1 - year;
  return shown < 10_000 ? writePadded(out, at, shown, 4) : writeInteger(out, at, shown);
}

/** HH:MM:SS and the fraction without trailing zeros; 24:00:00 is a time. */
function writeTime(out: Uint8Array, at: number, micros: number): number {
  const seconds = Math.floor(micros / 1_000_000);
  const fraction = micros - seconds * 1_000_000;
  const hour = (seconds / 3600) | 0;
  const minute = ((seconds - hour * 3600) / 60) | 0;
  at = writePadded(out, at, hour, 2);
  out[at++] = COLON;
  at = writePadded(out, at, minute, 2);
  out[at++] = COLON;
  at = writePadded(out, at, seconds - hour * 3600 - minute * 60, 2);
  return fraction === 0 ? at : writeFraction(out, at, fraction);
}

/** Six digits after the point without trailing zeros; micros 1 to 999999. */
export function writeFraction(out: Uint8Array, at: number, micros: number): number {
  out[at++] = 46;
  at = writePadded(out, at, micros, 6);
  while (out[at - 1] === 48) at--;
  return at;
}

/** EncodeTimezone: minutes and seconds only where there are any. */
function writeOffset(out: Uint8Array, at: number, offset: number): number {
  out[at++] = offset < 0 ? DASH : 43;
  const seconds = Math.abs(offset);
  at = writePadded(out, at, Math.floor(seconds / 3600), 2);
  if (seconds % 3600 === 0) return at;
  out[at++] = COLON;
  at = writePadded(out, at, Math.floor((seconds % 3600) / 60), 2);
  if (seconds % 60 === 0) return at;
  out[at++] = COLON;
  return writePadded(out, at, seconds % 60, 2);
}

function writeStyledDate(out: Uint8Array, at: number, days: number, style: Style, dayFirst: boolean): number {
  const { year, month, day } = civilFromDays(days);
  const separator = style === 'SQL' ? 47 : style === 'German' ? 46 : DASH;
  const firstIsDay = dayFirst || style === 'German';
  at = writePadded(out, at, firstIsDay ? day : month, 2);
  out[at++] = separator;
  at = writePadded(out, at, firstIsDay ? month : day, 2);
  out[at++] = separator;
  at = writeYear(out, at, year);
  return year > 0 ? at : writeLatin1(out, at, ' BC');
}

function writeStyledTimestamp(
  out: Uint8Array,
  at: number,
  days: number,
  micros: number,
  style: Style,
  dayFirst: boolean,
  zone: string | undefined,
): number {
  const { year, month, day } = civilFromDays(days);
  const suffix = (zone === undefined ? '' : ` ${zone}`) + (year > 0 ? '' : ' BC');
  if (style !== 'Postgres') {
    at = writeStyledDate(out, at, days, style, dayFirst);
    if (year <= 0) at -= 3;
    out[at++] = BLANK;
    return writeLatin1(out, writeTime(out, at, micros), suffix);
  }
  const monthName = MONTHS[month - 1]!;
  const dayText = day.toString().padStart(2, '0');
  at = writeLatin1(out, at, `${WEEKDAYS[(((days + 4) % 7) + 7) % 7]} `);
  at = writeLatin1(out, at, dayFirst ? `${dayText} ${monthName} ` : `${monthName} ${dayText} `);
  at = writeTime(out, at, micros);
  out[at++] = BLANK;
  return writeLatin1(out, writeYear(out, at, year), suffix);
}

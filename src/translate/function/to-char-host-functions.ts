/** to_char(timestamp, text) as formatting.c writes it, with the words of the C locale. */
import { unsupportedValue } from './errors.ts';
import type { HostFunction } from './host-function.ts';
import { dayOfYear, isoWeek, localFields, weekday } from './local-fields.ts';
import type { LocalFields } from './local-fields.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const ROMAN = ['I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX', 'X', 'XI', 'XII'];
/** Longest first, as the keywords are matched; case matters for words only. */
const KEYWORDS = [
  'HH24',
  'HH12',
  'SSSSS',
  'SSSS',
  'Y,YYY',
  'IYYY',
  'IDDD',
  'MONTH',
  'Month',
  'month',
  'A.D.',
  'B.C.',
  'A.M.',
  'P.M.',
  'a.d.',
  'b.c.',
  'a.m.',
  'p.m.',
  'YYYY',
  'IYY',
  'YYY',
  'DDD',
  'DAY',
  'Day',
  'day',
  'MON',
  'Mon',
  'mon',
  'FF1',
  'FF2',
  'FF3',
  'FF4',
  'FF5',
  'FF6',
  'HH',
  'MI',
  'SS',
  'MS',
  'US',
  'AM',
  'PM',
  'am',
  'pm',
  'AD',
  'BC',
  'ad',
  'bc',
  'DY',
  'Dy',
  'dy',
  'DD',
  'ID',
  'IW',
  'IY',
  'WW',
  'MM',
  'CC',
  'YY',
  'RM',
  'rm',
  'D',
  'I',
  'J',
  'Q',
  'W',
  'Y',
] as const;
/** In words like month names the case of the keyword is that of the output; numbers take any case. */
const CASED = /^(month|mon|day|dy|am|pm|ad|bc|rm|[apb]\.[mdc]\.)$/i;

function toChar(fields: LocalFields, pattern: string): string {
  let result = '';
  for (let at = 0; at < pattern.length;) {
    if (pattern[at] === '"') {
      const [text, end] = quoted(pattern, at + 1);
      result += text;
      at = end;
      continue;
    }
    if (pattern[at] === '\\' && pattern[at + 1] === '"') {
      result += '"';
      at += 2;
      continue;
    }
    const fill = /^FM/i.test(pattern.slice(at, at + 2));
    const rest = pattern.slice(fill ? at + 2 : at);
    const keyword = keywordOf(rest);
    if (/^(FM|FX|TM|TH|SP|TZ|OF)/i.test(rest)) throw unsupportedValue(`the to_char pattern "${pattern}"`);
    if (keyword === undefined) {
      if (fill) throw unsupportedValue(`the to_char pattern "${pattern}"`);
      result += pattern[at];
      at += 1;
      continue;
    }
    at += (fill ? 2 : 0) + keyword.length;
    if (/^(TH|SP)/i.test(pattern.slice(at))) throw unsupportedValue(`the to_char pattern "${pattern}"`);
    result += written(fields, keyword, fill);
  }
  return result;
}

function quoted(pattern: string, start: number): [string, number] {
  let [text, at] = ['', start];
  while (at < pattern.length && pattern[at] !== '"') {
    if (pattern[at] === '\\' && at + 1 < pattern.length) at += 1;
    text += pattern[at]!;
    at += 1;
  }
  return [text, at + 1];
}

function keywordOf(rest: string): string | undefined {
  const upper = rest.toUpperCase();
  return KEYWORDS.find((keyword) => (CASED.test(keyword) ? rest.startsWith(keyword) : upper.startsWith(keyword)));
}

function written(fields: LocalFields, keyword: string, fill: boolean): string {
  if (CASED.test(keyword)) return word(fields, keyword, fill);
  const number = numberOf(fields, keyword);
  if (number === undefined) throw unsupportedValue(`the to_char keyword "${keyword}"`);
  const [value, width] = number;
  if (keyword === 'Y,YYY') {
    const [thousands, rest] = [Math.floor(value / 1000), value % 1000];
    return `${thousands},${String(rest).padStart(3, '0')}`;
  }
  if (/^(MS|US|FF\d)$/.test(keyword)) return String(value).padStart(width, '0');
  const digits = fill ? String(Math.abs(value)) : String(Math.abs(value)).padStart(width, '0');
  return value < 0 ? `-${digits}` : digits;
}

function word({ year, month, days, hour }: LocalFields, keyword: string, fill: boolean): string {
  const lower = keyword.toLowerCase();
  switch (lower) {
    case 'month':
      return cased(MONTHS[month - 1]!, keyword).padEnd(fill ? 0 : 9);
    case 'mon':
      return cased(MONTHS[month - 1]!.slice(0, 3), keyword);
    case 'day':
      return cased(DAYS[weekday(days)]!, keyword).padEnd(fill ? 0 : 9);
    case 'dy':
      return cased(DAYS[weekday(days)]!.slice(0, 3), keyword);
    case 'rm':
      return cased(ROMAN[month - 1]!, keyword === 'RM' ? 'RM' : 'rm').padEnd(fill ? 0 : 4);
    default: {
      const dotted = lower.includes('.');
      const plain = /^[ap]\.?m/.test(lower) ? (hour >= 12 ? 'pm' : 'am') : year <= 0 ? 'bc' : 'ad';
      const text = dotted ? `${plain[0]}.${plain[1]}.` : plain;
      return keyword === lower ? text : text.toUpperCase();
    }
  }
}

function cased(text: string, keyword: string): string {
  if (keyword === keyword.toUpperCase()) return text.toUpperCase();
  return keyword === keyword.toLowerCase() ? text.toLowerCase() : text;
}

/** Value and width. Years before Christ count from 1. */
function numberOf(fields: LocalFields, keyword: string): readonly [number, number] | undefined {
  const { year, month, day, hour, minute, second, micros, days } = fields;
  const shown = year > 0 ? year : 1 - year;
  switch (keyword) {
    case 'YYYY':
    case 'Y,YYY':
      return [shown, 4];
    case 'YYY':
      return [shown % 1000, 3];
    case 'YY':
      return [shown % 100, 2];
    case 'Y':
      return [shown % 10, 1];
    case 'IYYY':
      return [isoWeek(fields).year, 4];
    case 'IYY':
      return [isoWeek(fields).year % 1000, 3];
    case 'IY':
      return [isoWeek(fields).year % 100, 2];
    case 'I':
      return [isoWeek(fields).year % 10, 1];
    case 'IW':
      return [isoWeek(fields).week, 2];
    case 'ID':
      return [weekday(days) === 0 ? 7 : weekday(days), 1];
    case 'IDDD':
      return [(isoWeek(fields).week - 1) * 7 + (weekday(days) === 0 ? 7 : weekday(days)), 3];
    case 'CC':
      return [(Math.floor((shown - 1) / 100) + 1) * (year > 0 ? 1 : -1), 2];
    case 'MM':
      return [month, 2];
    case 'DDD':
      return [dayOfYear(fields), 3];
    case 'DD':
      return [day, 2];
    case 'D':
      return [weekday(days) + 1, 1];
    case 'Q':
      return [Math.floor((month - 1) / 3) + 1, 1];
    case 'WW':
      return [Math.floor((dayOfYear(fields) - 1) / 7) + 1, 2];
    case 'W':
      return [Math.floor((day - 1) / 7) + 1, 1];
    case 'J':
      return [days + 2_440_588, 0];
    case 'HH24':
      return [hour, 2];
    case 'HH12':
    case 'HH':
      return [hour % 12 === 0 ? 12 : hour % 12, 2];
    case 'MI':
      return [minute, 2];
    case 'SS':
      return [second, 2];
    case 'SSSSS':
    case 'SSSS':
      return [hour * 3600 + minute * 60 + second, 0];
    case 'MS':
      return [Math.floor(micros / 1000), 3];
    case 'US':
      return [micros, 6];
    default: {
      const digits = Number(/^FF(\d)$/.exec(keyword)?.[1]);
      return digits > 0 ? [Math.floor(micros / 10 ** (6 - digits)), digits] : undefined;
    }
  }
}

export const toCharHostFunctions: readonly HostFunction[] = [
  {
    // Microseconds since 1970 of the local time.
    name: 'pg_to_char_timestamp',
    parameters: ['BIGINT', 'VARCHAR'],
    result: 'VARCHAR',
    compute: (micros, pattern) => toChar(localFields(micros as bigint), pattern as string),
  },
];

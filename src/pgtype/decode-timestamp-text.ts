import { daysFromCivil, daysInMonth } from '../base/civil-date.ts';
import { TIMESTAMP_INFINITY } from './pgtype.ts';

/**
 * ISO 8601 dates and times, which mean the same under every DateStyle; anything else, and every value out of range,
 * is undefined: Postgres reads it, or words the error.
 */
export function decodeDateText(text: string): number | undefined {
  if (text === 'infinity') return Infinity;
  if (text === '-infinity') return -Infinity;
  const match = /^(\d{4,6})-(\d{2})-(\d{2})$/.exec(text);
  return match === null ? undefined : daysOf(match[1]!, match[2]!, match[3]!);
}

/** Microseconds since midnight. */
export function decodeTimeText(text: string): bigint | undefined {
  const match = /^(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?$/.exec(text);
  return match === null ? undefined : microsOf(match[1]!, match[2]!, match[3]!, match[4]);
}

const TIMESTAMP = /^(\d{4,6})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?(Z|[+-]\d{2}(?::?\d{2})?)?$/;
const MICROS_PER_DAY = 86_400_000_000n;

/** Microseconds since 1970-01-01 without zone. A zone in the text is left to Postgres (which ignores it). */
export function decodeTimestampText(text: string): bigint | undefined {
  const parts = decodeParts(text);
  return parts === undefined || (typeof parts === 'object' && parts.zone !== undefined)
    ? undefined
    : typeof parts === 'bigint'
      ? parts
      : parts.micros;
}

/** Microseconds since 1970-01-01 UTC. Text without a zone needs the session's: left to Postgres. */
export function decodeTimestamptzText(text: string): bigint | undefined {
  const parts = decodeParts(text);
  if (parts === undefined || typeof parts === 'bigint') return parts;
  if (parts.zone === undefined) return undefined;
  if (parts.zone === 'Z') return parts.micros;
  const hours = Number(parts.zone.slice(1, 3));
  const minutes = Number(parts.zone.replace(':', '').slice(3, 5));
  if (hours > 15 || minutes > 59) return undefined;
  const offset = BigInt(hours * 60 + minutes) * 60_000_000n;
  return parts.zone.startsWith('-') ? parts.micros + offset : parts.micros - offset;
}

function decodeParts(text: string): bigint | { micros: bigint; zone: string | undefined } | undefined {
  if (text === 'infinity') return TIMESTAMP_INFINITY;
  if (text === '-infinity') return -TIMESTAMP_INFINITY;
  const match = TIMESTAMP.exec(text);
  if (match === null) return undefined;
  const days = daysOf(match[1]!, match[2]!, match[3]!);
  const micros = microsOf(match[4]!, match[5]!, match[6]!, match[7]);
  if (days === undefined || micros === undefined || Number(match[1]) > 290_000) return undefined;
  return { micros: BigInt(days) * MICROS_PER_DAY + micros, zone: match[8] };
}

function daysOf(yearText: string, monthText: string, dayText: string): number | undefined {
  const year = Number(yearText);
  const month = Number(monthText);
  const day = Number(dayText);
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  return daysFromCivil(year, month, day);
}

function microsOf(hour: string, minute: string, second: string, fraction: string | undefined): bigint | undefined {
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
  return BigInt(seconds) * 1_000_000n + BigInt((fraction ?? '').padEnd(6, '0'));
}

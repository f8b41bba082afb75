import type { PgInterval } from './pgtype.ts';

const UNITS: Readonly<Record<string, readonly [part: 'months' | 'days' | 'micros', factor: bigint]>> = {
  year: ['months', 12n],
  month: ['months', 1n],
  mon: ['months', 1n],
  week: ['days', 7n],
  day: ['days', 1n],
  hour: ['micros', 3_600_000_000n],
  minute: ['micros', 60_000_000n],
  min: ['micros', 60_000_000n],
  second: ['micros', 1_000_000n],
  sec: ['micros', 1_000_000n],
};

/**
 * Whole numbers of units, and a time of hours, minutes and seconds: `1 day -2 hours`, `3 mons 04:05:06.789`, and so
 * everything that interval_out prints under IntervalStyle postgres but infinity. Any other spelling, and what is out of
 * range, is undefined: Postgres reads it, or words the error. Under sql_standard a leading minus means all parts.
 */
export function decodeIntervalText(text: string): PgInterval | undefined {
  const parts = { months: 0n, days: 0n, micros: 0n };
  let rest = text.trim();
  if (rest === '') return undefined;
  const seen = new Set<string>();
  while (rest !== '') {
    const amount = /^([+-]?\d{1,10}) *(year|month|mon|week|day|hour|minute|min|second|sec)s?(?: +|$)/i.exec(rest);
    const time = amount ? null : /^([+-]?)(\d{1,10}):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/.exec(rest);
    if (amount) {
      const unit = amount[2]!.toLowerCase();
      // Postgres refuses a unit that comes twice.
      if (seen.has(unit)) return undefined;
      seen.add(unit);
      const [part, factor] = UNITS[unit]!;
      parts[part] += BigInt(amount[1]!) * factor;
      rest = rest.slice(amount[0].length);
    } else if (time && !/hour|min|sec/.test([...seen].join()) && Number(time[3]) < 60 && Number(time[4]) < 60) {
      const seconds = BigInt(time[2]!) * 3600n + BigInt(time[3]!) * 60n + BigInt(time[4]!);
      const micros = seconds * 1_000_000n + BigInt((time[5] ?? '').padEnd(6, '0'));
      parts.micros += time[1] === '-' ? -micros : micros;
      rest = '';
    } else {
      return undefined;
    }
  }
  const { months, days, micros } = parts;
  const fits = [months, days].every((part) => part === BigInt.asIntN(32, part)) && micros === BigInt.asIntN(64, micros);
  return fits ? { kind: 'interval', months: Number(months), days: Number(days), micros } : undefined;
}

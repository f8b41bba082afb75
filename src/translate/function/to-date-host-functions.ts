import { SqlError } from '../../base/sql-error.ts';
import { civilFromDays, daysFromCivil } from '../../base/civil-date.ts';
import { unsupportedValue } from './errors.ts';
import type { HostFunction } from './host-function.ts';

export const toDateHostFunctions: readonly HostFunction[] = [
  {
    name: 'pg_to_date',
    parameters: ['VARCHAR', 'VARCHAR'],
    result: 'INTEGER',
    compute: (text, pattern) => toDate(text as string, pattern as string),
  },
];

/** to_date for the patterns that are read without doubt. */
function toDate(text: string, pattern: string): number {
  const form = TO_DATE[pattern.toUpperCase()];
  const match = form?.exec(text);
  if (match === null || match === undefined)
    throw unsupportedValue(`to_date of "${text}" with the pattern "${pattern}"`);
  const { y, m, d } = match.groups as { readonly y: string; readonly m?: string; readonly d?: string };
  const [year, month, day] = [Number(y), Number(m ?? 1), Number(d ?? 1)];
  const days = daysFromCivil(year, month, day);
  const back = month >= 1 && month <= 12 ? civilFromDays(days) : undefined;
  if (year === 0 || back?.month !== month || back.day !== day) {
    throw new SqlError({ sqlstate: '22008', message: `date/time field value out of range: "${text}"` });
  }
  return days;
}

const TO_DATE: Readonly<Record<string, RegExp>> = {
  'YYYY-MM-DD': /^(?<y>\d{4})-(?<m>\d{2})-(?<d>\d{2})$/,
  'YYYY/MM/DD': /^(?<y>\d{4})\/(?<m>\d{2})\/(?<d>\d{2})$/,
  'YYYY.MM.DD': /^(?<y>\d{4})\.(?<m>\d{2})\.(?<d>\d{2})$/,
  YYYYMMDD: /^(?<y>\d{4})(?<m>\d{2})(?<d>\d{2})$/,
  'DD.MM.YYYY': /^(?<d>\d{2})\.(?<m>\d{2})\.(?<y>\d{4})$/,
  'DD/MM/YYYY': /^(?<d>\d{2})\/(?<m>\d{2})\/(?<y>\d{4})$/,
  'DD-MM-YYYY': /^(?<d>\d{2})-(?<m>\d{2})-(?<y>\d{4})$/,
  'MM/DD/YYYY': /^(?<m>\d{2})\/(?<d>\d{2})\/(?<y>\d{4})$/,
  'YYYY-MM': /^(?<y>\d{4})-(?<m>\d{2})$/,
  YYYYMM: /^(?<y>\d{4})(?<m>\d{2})$/,
  YYYY: /^(?<y>\d{4})$/,
};

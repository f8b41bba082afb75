import { OID } from '../../pgtype/oid.ts';
import { unsupportedCall } from './errors.ts';
import type { Call, Term } from './template.ts';

/** Units of extract, date_part and date_trunc by every name that Postgres knows for them (datetktbl, deltatktbl). */
const UNITS: Readonly<Record<string, readonly string[]>> = {
  microseconds: ['microsecond', 'us', 'usec', 'usecs', 'usecond', 'useconds', 'microsecon'],
  milliseconds: ['millisecond', 'ms', 'msec', 'msecs', 'msecond', 'mseconds', 'millisecon'],
  second: ['seconds', 's', 'sec', 'secs'],
  minute: ['minutes', 'm', 'min', 'mins'],
  hour: ['hours', 'h', 'hr', 'hrs'],
  day: ['days', 'd'],
  week: ['weeks', 'w'],
  month: ['months', 'mon', 'mons'],
  quarter: ['quarters', 'qtr'],
  year: ['years', 'y', 'yr', 'yrs'],
  decade: ['decades', 'dec', 'decs'],
  century: ['centuries', 'c', 'cent'],
  millennium: ['millennia', 'mil', 'mils'],
  epoch: [],
  julian: ['jd'],
  isoyear: [],
  dow: [],
  isodow: [],
  doy: [],
  timezone: [],
  timezone_hour: ['timezone_h'],
  timezone_minute: ['timezone_m'],
};

const BY_NAME: ReadonlyMap<string, string> = new Map(
  Object.entries(UNITS).flatMap(([unit, names]) => [unit, ...names].map((name) => [name, unit] as const)),
);

/** The unit that a constant text argument names; refused where it is no constant or no unit. */
export function dateUnit(term: Term, call: Call): string {
  if (term.typeOid !== OID.text || typeof term.constant !== 'string') {
    throw unsupportedCall(call, 'name the unit by a constant');
  }
  const unit = BY_NAME.get(term.constant.toLowerCase());
  if (unit === undefined) throw unsupportedCall(call, `the unit "${term.constant}" is not recognised`);
  return unit;
}

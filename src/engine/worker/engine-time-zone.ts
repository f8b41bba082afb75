import { posixZone } from '../../pgtype/posix-zone.ts';
import { unknownTimeZone } from '../errors.ts';

/**
 * DuckDB's name of the session's time zone. It takes the sign of `UTC+3` for east, where PostgreSQL's counts west, and
 * knows `Etc/GMT+3` as PostgreSQL does. Raises 0A000 for fixed offsets that have no such name.
 */
export function engineTimeZone(name: string): string {
  const fixed = posixZone(name);
  if (fixed === undefined) return name;
  if (fixed.offsetSeconds === 0) return 'UTC';
  const west = -fixed.offsetSeconds / 3600;
  if (!Number.isInteger(west) || west > 12 || west < -14) throw unknownTimeZone(name);
  return `Etc/GMT${west < 0 ? '-' : '+'}${Math.abs(west)}`;
}

/** A fixed offset as POSIX spells it in TZ. */
export type PosixZone = {
  readonly abbreviation: string;
  /** East of Greenwich. */
  readonly offsetSeconds: number;
};

/**
 * A time zone without daylight saving as PostgreSQL takes it from POSIX (pgtz's tzparse): an abbreviation of three
 * letters or more, or in angle brackets, then hours, minutes and seconds *west* of Greenwich: `GMT+8`, `<+0530>-5:30`.
 * Undefined for other names.
 */
export function posixZone(name: string): PosixZone | undefined {
  const match = /^(?:([A-Za-z]{3,})|<([^>]*)>)([+-]?)(\d{1,3})(?::(\d{2}))?(?::(\d{2}))?$/.exec(name);
  if (match === null) return undefined;
  const [, bare, bracketed, sign, hours, minutes = '0', seconds = '0'] = match;
  const west = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  // Without a sign it counts west; 0 has none.
  const offsetSeconds = west === 0 ? 0 : sign === '-' ? west : -west;
  return { abbreviation: bare ?? bracketed ?? '', offsetSeconds };
}

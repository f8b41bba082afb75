import { SqlError } from '../base/sql-error.ts';
import { settingOutOfRange } from './errors.ts';

const MAX_MS = 2_147_483_647;
/** Largest first, as SHOW prefers them. */
const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
  ['ms', 1],
  ['us', 0.001],
];

/** A setting in milliseconds, `250`, `1.5s`, `2 min`, as SHOW prints it (guc.c, parse_int and ShowGUCOption). */
export function readDuration(name: string, value: string): string {
  const ms = durationMs(name, value);
  if (ms === 0) return '0';
  const [unit, size] = UNITS.find(([, unitMs]) => ms % unitMs === 0)!;
  return `${ms / size}${unit}`;
}

/** Milliseconds of a setting's value. */
export function durationMs(name: string, value: string): number {
  if (value === '0') return 0;
  const match = /^\s*([+-]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))\s*([a-zA-Z]*)\s*$/.exec(value);
  if (match === null) throw invalidDuration(name, value);
  const unit = match[2] === '' ? 1 : UNITS.find(([spelling]) => spelling === match[2])?.[1];
  if (unit === undefined)
    throw invalidDuration(name, value, 'Valid units for this parameter are "us", "ms", "s", "min", "h", and "d".');
  const ms = roundHalfEven(Number(match[1]) * unit);
  if (Math.abs(ms) > MAX_MS) throw invalidDuration(name, value, 'Value exceeds integer range.');
  if (ms < 0) throw settingOutOfRange(name, `${ms} ms`, '0 ms', `${MAX_MS} ms`);
  return ms;
}

/** C's rint(). */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function invalidDuration(name: string, value: string, hint?: string): SqlError {
  return new SqlError({
    sqlstate: '22023',
    message: `invalid value for parameter "${name}": "${value}"`,
    ...(hint !== undefined && { hint }),
  });
}

/**
 * The DECIMAL type that DuckDB gives to sums and products (BindDecimalAddSubtract, BindDecimalMultiply), and the casts
 * that keep it exact. Up to 18 digits DuckDB computes in 64 bits and raises on overflow; that is taken where enough
 * digits are left before the point, otherwise one operand is cast to more than 18 digits, which means 128 bits.
 */
import type { Decimal } from './template.ts';

const MAX_DIGITS = 38;
const MAX_DIGITS_64 = 18;
/** Products in 64 bits keep at least so many digits before the point. */
const ENOUGH_INTEGER_DIGITS = 12;

type Typed = { readonly sql: string; readonly precision: number; readonly scale: number };

export function decimalSum(a: Typed, operator: '+' | '-' | '%', b: Typed): Typed {
  const scale = Math.max(a.scale, b.scale);
  const integers = Math.max(a.precision - a.scale, b.precision - b.scale);
  const wide = scale + integers > MAX_DIGITS_64 || Math.max(a.precision, b.precision) > MAX_DIGITS_64;
  const [x, y] = wide ? [atLeast(a, MAX_DIGITS_64 + 1), atLeast(b, MAX_DIGITS_64 + 1)] : [a, b];
  const needed = operator === '%' ? scale + integers : scale + integers + 1;
  const precision = wide ? Math.min(needed, MAX_DIGITS) : Math.min(needed, MAX_DIGITS_64);
  return cast({ sql: `(${x.sql} ${operator} ${y.sql})`, precision, scale });
}

/** Undefined where the product has more digits after the point than DuckDB can hold. */
export function decimalProduct(a: Typed, b: Typed): Typed | undefined {
  const scale = a.scale + b.scale;
  if (scale > MAX_DIGITS) return undefined;
  const digits = a.precision + b.precision;
  const widest = Math.max(a.precision, b.precision);
  if (digits <= MAX_DIGITS_64) return { sql: `(${a.sql} * ${b.sql})`, precision: digits, scale };
  if (widest <= MAX_DIGITS_64 && MAX_DIGITS_64 - scale >= ENOUGH_INTEGER_DIGITS) {
    return { sql: `(${a.sql} * ${b.sql})`, precision: MAX_DIGITS_64, scale };
  }
  const x = widest <= MAX_DIGITS_64 ? atLeast(a, MAX_DIGITS_64 + 1) : a;
  return { sql: `(${x.sql} * ${b.sql})`, precision: Math.min(x.precision + b.precision, MAX_DIGITS), scale };
}

/** The same value as DECIMAL(38, scale), for unscaled digits that come out of a function of the host. */
export function fromUnscaled(unscaled: string, scale: number): Typed {
  const digits = `CAST(${unscaled} AS DECIMAL(38,0))`;
  if (scale === 0) return { sql: digits, precision: MAX_DIGITS, scale };
  const unit = `CAST('0.${'0'.repeat(scale - 1)}1' AS DECIMAL(${scale},${scale}))`;
  return { sql: `(${digits} * ${unit})`, precision: MAX_DIGITS, scale };
}

/** The larger of two display scales. */
export function largerScale(a: Decimal['displayScale'], b: Decimal['displayScale']): Decimal['displayScale'] {
  return typeof a === 'number' && typeof b === 'number' ? Math.max(a, b) : `greatest(${a}, ${b})`;
}

export function summedScale(a: Decimal['displayScale'], b: Decimal['displayScale']): Decimal['displayScale'] {
  return typeof a === 'number' && typeof b === 'number' ? a + b : `(${a} + ${b})`;
}

function atLeast(term: Typed, digits: number): Typed {
  if (term.precision >= digits) return term;
  return cast({ ...term, precision: digits });
}

function cast({ sql, precision, scale }: Typed): Typed {
  return { sql: `CAST(${sql} AS DECIMAL(${precision},${scale}))`, precision, scale };
}

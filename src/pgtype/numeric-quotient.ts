import { divisionByZero } from './errors.ts';

/** A finite numeric: unscaled * 10^-scale, where `scale` is the display scale too. */
export type Decimal = { readonly unscaled: bigint; readonly scale: number };

const MIN_SIGNIFICANT_DIGITS = 16;
const MAX_DISPLAY_SCALE = 1000;

/** numeric_div: the quotient rounded half away from zero at select_div_scale's scale. A zero divisor is 22012. */
export function numericQuotient(dividend: Decimal, divisor: Decimal): Decimal {
  if (divisor.unscaled === 0n) throw divisionByZero();
  return divideAt(dividend, divisor, divisionScale(dividend, divisor));
}

/** The quotient rounded half away from zero to `scale` digits. */
export function divideAt(dividend: Decimal, divisor: Decimal, scale: number): Decimal {
  const shift = scale + divisor.scale - dividend.scale;
  const numerator = shift >= 0 ? dividend.unscaled * 10n ** BigInt(shift) : dividend.unscaled;
  const denominator = shift >= 0 ? divisor.unscaled : divisor.unscaled * 10n ** BigInt(-shift);
  return { unscaled: divideRounded(numerator, denominator), scale };
}

function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n !== denominator < 0n;
  const dividend = numerator < 0n ? -numerator : numerator;
  const divisor = denominator < 0n ? -denominator : denominator;
  const rounded = (2n * dividend + divisor) / (2n * divisor);
  return negative ? -rounded : rounded;
}

/** select_div_scale of numeric.c: at least 16 significant digits, and neither operand's display scale is lost. */
export function divisionScale(dividend: Decimal, divisor: Decimal): number {
  const first = leadingDigit(dividend);
  const second = leadingDigit(divisor);
  let weight = first.weight - second.weight;
  if (first.digit <= second.digit) weight--;
  const scale = Math.max(MIN_SIGNIFICANT_DIGITS - 4 * weight, dividend.scale, divisor.scale, 0);
  return Math.min(scale, MAX_DISPLAY_SCALE);
}

/** The first non-zero digit in base 10,000 and its weight; zero has digit 0 of weight 0. */
function leadingDigit({ unscaled, scale }: Decimal): { readonly digit: number; readonly weight: number } {
  if (unscaled === 0n) return { digit: 0, weight: 0 };
  const text = (unscaled < 0n ? -unscaled : unscaled).toString();
  // Position of the first decimal digit: 10^exponent.
  const exponent = text.length - 1 - scale;
  const weight = Math.floor(exponent / 4);
  const length = exponent - 4 * weight + 1;
  return { digit: Number(text.slice(0, length).padEnd(length, '0')), weight };
}

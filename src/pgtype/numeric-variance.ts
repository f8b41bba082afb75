import { integerSquareRoot } from './integer-square-root.ts';
import type { Decimal } from './numeric-quotient.ts';
import { divideAt, divisionScale } from './numeric-quotient.ts';
import type { ResultEncoding } from './pgtype.ts';

type VarianceKind = Extract<ResultEncoding, { kind: 'variance' }>['of'];

/**
 * numeric_stddev_internal of numeric.c from exact sums; `sum` has the largest display scale of the inputs, and
 * `sumOfSquares` twice that. Null where there are too few rows.
 */
export function numericVariance(
  kind: VarianceKind,
  count: bigint,
  sum: Decimal,
  sumOfSquares: Decimal,
): Decimal | null {
  const sample = kind === 'var_samp' || kind === 'stddev_samp';
  if (count <= (sample ? 1n : 0n)) return null;
  const scale = 2 * sum.scale;
  const squares = sumOfSquares.unscaled * 10n ** BigInt(scale - sumOfSquares.scale);
  const numerator: Decimal = { unscaled: count * squares - sum.unscaled * sum.unscaled, scale };
  if (numerator.unscaled <= 0n) return { unscaled: 0n, scale: 0 };
  const denominator: Decimal = { unscaled: count * (sample ? count - 1n : count), scale: 0 };
  const resultScale = divisionScale(numerator, denominator);
  const variance = divideAt(numerator, denominator, resultScale);
  return kind === 'var_pop' || kind === 'var_samp' ? variance : squareRoot(variance);
}

/** sqrt_var at the argument's own scale, rounded half up. */
function squareRoot({ unscaled, scale }: Decimal): Decimal {
  // One digit more than wanted, then round: the root of a decimal is never exactly a tie unless that digit says so.
  const root = integerSquareRoot(unscaled * 10n ** BigInt(scale + 2));
  return { unscaled: (root + 5n) / 10n, scale };
}

import { writeInteger, writeLatin1, writePadded } from './write-integer.ts';

const POINT = 46;
const MINUS = 45;
const ZERO = 48;
const POWERS = Array.from({ length: 16 }, (_, i) => 10 ** i);

/** unscaled * 10^-scale with all its digits, magnitude below 2^53 and 0 <= scale <= 15; then `zeros` more zeros. */
export function writeDecimal(out: Uint8Array, at: number, unscaled: number, scale: number, zeros: number): number {
  if (unscaled < 0) {
    out[at++] = MINUS;
    unscaled = -unscaled;
  }
  if (scale === 0) {
    at = writeInteger(out, at, unscaled);
    if (zeros > 0) out[at++] = POINT;
  } else {
    const power = POWERS[scale]!;
    const whole = Math.floor(unscaled / power);
    at = writeInteger(out, at, whole);
    out[at++] = POINT;
    const fraction = unscaled - whole * power;
    if (scale > 8) {
      const high = Math.floor(fraction / 100_000_000);
      at = writePadded(out, at, high, scale - 8);
      at = writePadded(out, at, fraction - high * 100_000_000, 8);
    } else {
      at = writePadded(out, at, fraction, scale);
    }
  }
  for (let i = 0; i < zeros; i++) out[at++] = ZERO;
  return at;
}

/** The same for any magnitude and scale. */
export function writeBigDecimal(out: Uint8Array, at: number, unscaled: bigint, scale: number, zeros: number): number {
  return writeLatin1(
    out,
    at,
    formatDecimal(unscaled, scale) + (zeros > 0 && scale === 0 ? '.' : '') + '0'.repeat(zeros),
  );
}

/** unscaled * 10^-scale with exactly `scale` digits after the point. */
export function formatDecimal(unscaled: bigint, scale: number): string {
  if (scale === 0) return unscaled.toString();
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const split = digits.length - scale;
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, split)}.${digits.slice(split)}`;
}

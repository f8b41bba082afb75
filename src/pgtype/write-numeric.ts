/** The largest scale whose fraction, in whole base-10,000 digits, is still an exact number. */
export const MAX_NUMERIC_SCALE = 12;

const POWERS = Array.from({ length: MAX_NUMERIC_SCALE + 1 }, (_, i) => 10 ** i);
const BASE = 10_000;
const NEGATIVE = 0x4000;

/**
 * numeric_send of unscaled * 10^-scale, magnitude below 2^53 and scale at most MAX_NUMERIC_SCALE: base-10,000 digits
 * without leading or trailing zeros. Writes to `out` from `at` and returns the place after it; at most 24 bytes.
 */
export function writeNumeric(
  out: Uint8Array,
  at: number,
  unscaled: number,
  scale: number,
  displayScale = scale,
): number {
  const magnitude = unscaled < 0 ? -unscaled : unscaled;
  const whole = Math.floor(magnitude / POWERS[scale]!);
  const groups = (scale + 3) >> 2;
  let fraction = (magnitude - whole * POWERS[scale]!) * POWERS[groups * 4 - scale]!;
  let weight = -1;
  for (let rest = whole; rest > 0; rest = Math.floor(rest / BASE)) weight++;
  let last = groups;
  while (last > 0 && fraction % BASE === 0) {
    fraction /= BASE;
    last--;
  }
  // `last` fraction digits are left; the whole part may be zero, or end in zeros where there is no fraction.
  const digits = at + 8;
  const end = digits + 2 * (weight + 1 + last);
  let place = end;
  for (let i = 0; i < last; i++) {
    const rest = Math.floor(fraction / BASE);
    place = writeDigit(out, place, fraction - rest * BASE);
    fraction = rest;
  }
  for (let rest = whole; rest > 0;) {
    const higher = Math.floor(rest / BASE);
    place = writeDigit(out, place, rest - higher * BASE);
    rest = higher;
  }
  let count = weight + 1 + last;
  if (weight < 0) {
    let zeros = 0;
    while (zeros < count && out[digits + 2 * zeros] === 0 && out[digits + 2 * zeros + 1] === 0) zeros++;
    if (zeros > 0) out.copyWithin(digits, digits + 2 * zeros, end);
    count -= zeros;
    weight -= zeros;
  }
  while (count > 0 && out[digits + 2 * count - 2] === 0 && out[digits + 2 * count - 1] === 0) count--;
  write16(out, at, count);
  write16(out, at + 2, count === 0 ? 0 : weight);
  write16(out, at + 4, unscaled < 0 ? NEGATIVE : 0);
  write16(out, at + 6, displayScale);
  return digits + 2 * count;
}

function writeDigit(out: Uint8Array, end: number, digit: number): number {
  write16(out, end - 2, digit);
  return end - 2;
}

function write16(out: Uint8Array, at: number, value: number): void {
  out[at] = (value >> 8) & 255;
  out[at + 1] = value & 255;
}

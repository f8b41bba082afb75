/**
 * Writers put text into `out` from `at` and return the place after it. The caller has made room. They are the base of
 * both value-by-value formatting and the encoding of whole vectors, so they allocate nothing.
 */
const ZERO = 48;
const MINUS = 45;
const PAIRS = Uint8Array.from(
  { length: 200 },
  (_, i) => ZERO + (i % 2 === 0 ? Math.floor(i / 20) : ((i - 1) / 2) % 10),
);

/** Any integer of magnitude below 2^53. At most 17 bytes. */
export function writeInteger(out: Uint8Array, at: number, value: number): number {
  if (value < 0) {
    out[at++] = MINUS;
    value = -value;
  }
  if (value < 100_000_000) return writeSmall(out, at, value | 0);
  const high = Math.floor(value / 100_000_000);
  const low = (value - high * 100_000_000) | 0;
  at = high < 100_000_000 ? writeSmall(out, at, high | 0) : writeInteger(out, at, high);
  return writePadded(out, at, low, 8);
}

/** `width` digits of a non-negative integer below 10^9, zeros in front. */
export function writePadded(out: Uint8Array, at: number, value: number, width: number): number {
  const end = at + width;
  let place = end;
  while (place - at >= 2) {
    const quotient = (value / 100) | 0;
    const pair = (value - quotient * 100) << 1;
    out[--place] = PAIRS[pair + 1]!;
    out[--place] = PAIRS[pair]!;
    value = quotient;
  }
  if (place > at) out[at] = ZERO + (value % 10);
  return end;
}

export function writeBigInt(out: Uint8Array, at: number, value: bigint): number {
  return writeLatin1(out, at, value.toString());
}

/** Characters below 256, one byte each. */
export function writeLatin1(out: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) out[at++] = text.charCodeAt(i);
  return at;
}

function writeSmall(out: Uint8Array, at: number, value: number): number {
  if (value < 10) {
    out[at] = ZERO + value;
    return at + 1;
  }
  const width =
    value < 10_000
      ? value < 100
        ? 2
        : value < 1000
          ? 3
          : 4
      : value < 1_000_000
        ? value < 100_000
          ? 5
          : 6
        : value < 10_000_000
          ? 7
          : 8;
  return writePadded(out, at, value, width);
}

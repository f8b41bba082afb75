import { writeDecimal } from './write-decimal.ts';
import { writeLatin1 } from './write-integer.ts';

/** float8out and float4out for one setting of extra_float_digits. At most 32 bytes a value. */
export type FloatWriter = (out: Uint8Array, at: number, value: number) => number;

export function float8Writer(extraFloatDigits: number): FloatWriter {
  if (extraFloatDigits <= 0) return fixedPrecision(Math.max(1, 15 + extraFloatDigits));
  return (out, at, value) => {
    // At most 15 digits that read back as the value are its shortest digits.
    const scaled = value * 1000;
    const rounded = Math.round(scaled);
    if (rounded / 1000 === value && rounded < 1e15 && rounded > -1e15 && rounded !== 0) {
      return writeShort(out, at, rounded);
    }
    return writeLatin1(out, at, format(value, shortestFloat8, 15));
  };
}

export function float4Writer(extraFloatDigits: number): FloatWriter {
  if (extraFloatDigits <= 0) return fixedPrecision(Math.max(1, 6 + extraFloatDigits));
  return (out, at, value) => {
    const rounded = Math.round(value * 100);
    if (Math.fround(rounded / 100) === value && rounded < 1e6 && rounded > -1e6 && rounded !== 0) {
      return writeShort(out, at, rounded * 10);
    }
    return writeLatin1(out, at, format(value, shortestFloat4, 6));
  };
}

/** thousandths / 1000 without trailing zeros. */
function writeShort(out: Uint8Array, at: number, thousandths: number): number {
  if (thousandths % 1000 === 0) return writeDecimal(out, at, thousandths / 1000, 0, 0);
  if (thousandths % 100 === 0) return writeDecimal(out, at, thousandths / 100, 1, 0);
  if (thousandths % 10 === 0) return writeDecimal(out, at, thousandths / 10, 2, 0);
  return writeDecimal(out, at, thousandths, 3, 0);
}

/** `printf("%.*g")`. */
function fixedPrecision(precision: number): FloatWriter {
  return (out, at, value) =>
    writeLatin1(
      out,
      at,
      format(value, (magnitude) => roundedDigits(magnitude, precision), precision),
    );
}

type Digits = { readonly digits: string; readonly exponent: number };

function format(value: number, digitsOf: (magnitude: number) => Digits, sciFrom: number): string {
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (value === 0) return `${sign}0`;
  if (!Number.isFinite(value)) return `${sign}Infinity`;
  const { digits, exponent } = digitsOf(Math.abs(value));
  if (exponent < -4 || exponent >= sciFrom) {
    const power = Math.abs(exponent).toString().padStart(2, '0');
    const mantissa = digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`;
    return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${power}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, '0');
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

/** Up to here no decimal of 17 digits lies halfway between two doubles, but integers that are doubles themselves. */
const FIRST_HALFWAY = 2 ** 53;

/**
 * JavaScript's own digits are the shortest that read back, as Postgres' are, but for decimals exactly halfway to a
 * neighbour: rounding to even reads them back too, and Postgres never prints them.
 */
function shortestFloat8(magnitude: number): Digits {
  const text = magnitude.toExponential();
  if (magnitude <= FIRST_HALFWAY || !isHalfway(text, magnitude)) return splitExponential(text);
  for (let precision = 1; precision < 17; precision++) {
    const longer = magnitude.toExponential(precision - 1);
    if (Number(longer) === magnitude && !isHalfway(longer, magnitude)) return splitExponential(longer);
  }
  return splitExponential(magnitude.toExponential(16));
}

function isHalfway(text: string, magnitude: number): boolean {
  const { digits, exponent } = splitExponential(text);
  const zeros = exponent - digits.length + 1;
  if (zeros < 0) return false;
  const twice = 2n * BigInt(digits) * 10n ** BigInt(zeros);
  const bits = new BigUint64Array(Float64Array.of(magnitude).buffer);
  const neighbours = new Float64Array(BigUint64Array.of(bits[0]! - 1n, bits[0]! + 1n).buffer);
  return [...neighbours].some(
    (neighbour) => Number.isFinite(neighbour) && twice === BigInt(magnitude) + BigInt(neighbour),
  );
}

function shortestFloat4(magnitude: number): Digits {
  const bits = new Uint32Array(Float32Array.of(magnitude).buffer)[0]!;
  const neighbours = new Float32Array(Uint32Array.of(bits - 1, bits + 1).buffer);
  for (let precision = 1; precision < 9; precision++) {
    const text = magnitude.toExponential(precision - 1);
    const double = Number(text);
    if (Math.fround(double) !== magnitude) continue;
    if (double !== (magnitude + neighbours[0]!) / 2 && double !== (magnitude + neighbours[1]!) / 2) {
      // Only an exact decimal of one digit more can be a tie.
      return Number(magnitude.toExponential(precision)) === magnitude
        ? roundedDigits(magnitude, precision)
        : splitExponential(text);
    }
  }
  return splitExponential(magnitude.toExponential(8));
}

/** Correctly rounded, ties to even as printf does (toExponential rounds them up). */
function roundedDigits(magnitude: number, precision: number): Digits {
  // oxlint-disable-next-line oxc/number-arg-out-of-range -- the limit is 100 since ES2018
  const exact = magnitude.toExponential(100);
  const point = exact.indexOf('e');
  const all = exact[0]! + exact.slice(2, point);
  const tie = /^50*$/.test(all.slice(precision)) && Number(all[precision - 1]) % 2 === 0;
  return splitExponential(
    tie ? `${all[0]}.${all.slice(1, precision)}${exact.slice(point)}` : magnitude.toExponential(precision - 1),
  );
}

function splitExponential(text: string): Digits {
  const e = text.indexOf('e');
  const digits = (text[0]! + text.slice(2, e)).replace(/0+$/, '');
  return { digits, exponent: Number(text.slice(e + 1)) };
}

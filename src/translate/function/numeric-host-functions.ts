/** Functions of the host on numeric: quotients, text, rounding to a scale that depends on the row. */
import { integerSquareRoot } from '../../pgtype/integer-square-root.ts';
import { SqlError } from '../../base/sql-error.ts';
import { numericQuotient } from '../../pgtype/numeric-quotient.ts';
import { numericVariance } from '../../pgtype/numeric-variance.ts';
import { formatDecimal } from '../../pgtype/write-decimal.ts';
import { unsupportedValue } from './errors.ts';
import type { HostDecimal, HostFunction, HostValue } from './host-function.ts';

const MAX_UNSCALED = 10n ** 38n - 1n;

/** A decimal or an integer as unscaled digits. */
function decimal(value: HostValue): HostDecimal {
  return typeof value === 'object' ? (value as HostDecimal) : { unscaled: BigInt(value as bigint), scale: 0 };
}

/** The same number with `scale` digits after the point. Digits other than zero are never cut: 0A000. */
function atScale({ unscaled, scale }: HostDecimal, wanted: number): HostDecimal {
  if (wanted >= scale) return fitting(unscaled * 10n ** BigInt(wanted - scale), wanted);
  const divisor = 10n ** BigInt(scale - wanted);
  if (unscaled % divisor !== 0n) throw unsupportedValue(`a numeric with ${scale} digits after the point`);
  return { unscaled: unscaled / divisor, scale: wanted };
}

function fitting(unscaled: bigint, scale: number): HostDecimal {
  if (unscaled > MAX_UNSCALED || unscaled < -MAX_UNSCALED) throw unsupportedValue('a numeric of more than 38 digits');
  return { unscaled, scale };
}

/** The number with its display scale, whatever scale it is stored with. */
function displayed(value: HostValue, scale: HostValue): HostDecimal {
  const { unscaled, scale: stored } = decimal(value);
  const wanted = Number(scale);
  if (wanted >= stored) return { unscaled: unscaled * 10n ** BigInt(wanted - stored), scale: wanted };
  const divisor = 10n ** BigInt(stored - wanted);
  return unscaled % divisor === 0n ? { unscaled: unscaled / divisor, scale: wanted } : { unscaled, scale: stored };
}

/** Rounded half away from zero, or cut, to `digits` after the point (before it where negative). */
function limited(value: HostValue, digits: number, cut: boolean): HostDecimal {
  const { unscaled, scale } = decimal(value);
  if (digits >= scale) return { unscaled, scale };
  const unit = 10n ** BigInt(scale - digits);
  const magnitude = unscaled < 0n ? -unscaled : unscaled;
  const kept = ((magnitude + (cut ? 0n : unit / 2n)) / unit) * unit;
  return { unscaled: unscaled < 0n ? -kept : kept, scale };
}

/** numeric_in: the digits and the scale that the text shows. */
function parse(text: string): HostDecimal {
  const trimmed = text.replace(/^[ \t\n\r\v\f]+|[ \t\n\r\v\f]+$/g, '');
  const match = /^([+-]?)(\d+(?:_\d+)*)?(?:\.(\d+(?:_\d+)*)?)?(?:[eE]([+-]?\d+(?:_\d+)*))?$/.exec(trimmed);
  const [whole, fraction] = [match?.[2] ?? '', match?.[3] ?? ''].map((digits) => digits!.replaceAll('_', ''));
  if (!match || whole + fraction! === '') {
    if (/^[+-]?(nan|inf|infinity|0[xob][0-9a-f_]+)$/i.test(trimmed)) throw unsupportedValue(`the numeric "${trimmed}"`);
    throw new SqlError({ sqlstate: '22P02', message: `invalid input syntax for type numeric: "${text}"` });
  }
  const exponent = Number((match[4] ?? '0').replaceAll('_', ''));
  const scale = fraction!.length - exponent;
  if (Math.abs(exponent) > 100) throw unsupportedValue('a numeric with an exponent beyond 100');
  const digits = BigInt(whole + fraction!) * (match[1] === '-' ? -1n : 1n);
  return scale >= 0 ? { unscaled: digits, scale } : { unscaled: digits * 10n ** BigInt(-scale), scale: 0 };
}

/** float8_numeric and float4_numeric: 15 or 6 significant digits of the number, without zeros at the end. */
function fromFloat(value: HostValue, digits: number): HostDecimal {
  const number = Number(value);
  if (!Number.isFinite(number)) throw unsupportedValue(`the numeric ${number}`);
  const [mantissa, exponent] = number.toExponential(digits - 1).split('e');
  const [whole, fraction] = mantissa!.split('.');
  const shown = (fraction ?? '').replace(/0+$/, '');
  return parse(`${whole}.${shown}e${exponent}`);
}

/** numeric_sqrt: select the scale for 16 significant digits, then round half up. */
function squareRoot(value: HostValue, displayScale: HostValue): HostDecimal {
  const { unscaled, scale } = displayed(value, displayScale);
  if (unscaled < 0n) {
    throw new SqlError({ sqlstate: '2201F', message: 'cannot take square root of a negative number' });
  }
  // Weight of the first digit in base 10,000.
  const weight = unscaled === 0n ? 0 : Math.floor((unscaled.toString().length - 1 - scale) / 4);
  const rootWeight = weight >= 0 ? Math.trunc((weight * 4) / 2) + 1 : 1 - Math.trunc((1 - weight * 4) / 2);
  const rootScale = Math.max(16 - rootWeight, Number(displayScale), 0);
  const root = integerSquareRoot(
    (unscaled * 10n ** BigInt(2 * rootScale + 2 + (scale % 2))) / 10n ** BigInt(scale + (scale % 2)),
  );
  return { unscaled: (root + 5n) / 10n, scale: rootScale };
}

function quotient(x: HostValue, xScale: HostValue, y: HostValue, yScale: HostValue): HostDecimal {
  return numericQuotient(displayed(x, xScale), displayed(y, yScale));
}

type VarianceKind = Parameters<typeof numericVariance>[0];

/** Results are unscaled digits at the scale of the last argument; `_scale` is the display scale of the same result. */
function pair(
  name: string,
  parameters: HostFunction['parameters'],
  compute: (...args: readonly HostValue[]) => HostDecimal | null,
): readonly HostFunction[] {
  return [
    {
      name,
      parameters: [...parameters, 'INTEGER'],
      result: 'HUGEINT',
      compute: (...args) => {
        const value = compute(...args);
        return value && atScale(value, Number(args.at(-1))).unscaled;
      },
    },
    { name: `${name}_scale`, parameters, result: 'INTEGER', compute: (...args) => compute(...args)?.scale ?? null },
  ];
}

export const numericHostFunctions: readonly HostFunction[] = [
  ...pair('pg_numeric_div', ['ANY', 'INTEGER', 'ANY', 'INTEGER'], (x, xScale, y, yScale) =>
    quotient(x!, xScale!, y!, yScale!),
  ),
  ...pair('pg_numeric_variance', ['VARCHAR', 'BIGINT', 'ANY', 'ANY', 'INTEGER'], (of, count, sum, squares, scale) =>
    numericVariance(
      of as VarianceKind,
      count as bigint,
      displayed(sum!, scale!),
      displayed(squares!, 2 * Number(scale)),
    ),
  ),
  ...pair('pg_numeric_sqrt', ['ANY', 'INTEGER'], (value, scale) => squareRoot(value!, scale!)),
  ...pair('pg_numeric_in', ['VARCHAR'], (text) => parse(text as string)),
  ...pair('pg_float8_numeric', ['DOUBLE'], (value) => fromFloat(value!, 15)),
  ...pair('pg_float4_numeric', ['FLOAT'], (value) => fromFloat(value!, 6)),
  {
    name: 'pg_numeric_round',
    parameters: ['ANY', 'INTEGER', 'INTEGER'],
    result: 'HUGEINT',
    compute: (value, digits, scale) => atScale(limited(value!, Number(digits), false), Number(scale)).unscaled,
  },
  {
    name: 'pg_numeric_trunc',
    parameters: ['ANY', 'INTEGER', 'INTEGER'],
    result: 'HUGEINT',
    compute: (value, digits, scale) => atScale(limited(value!, Number(digits), true), Number(scale)).unscaled,
  },
  {
    name: 'pg_numeric_text',
    parameters: ['ANY', 'INTEGER'],
    result: 'VARCHAR',
    compute: (value, scale) => {
      const { unscaled, scale: shown } = displayed(value!, scale!);
      return formatDecimal(unscaled, shown);
    },
  },
  {
    name: 'pg_numeric_min_scale',
    parameters: ['ANY'],
    result: 'INTEGER',
    compute: (value) => {
      let { unscaled, scale } = decimal(value!);
      while (scale > 0 && unscaled % 10n === 0n) {
        unscaled /= 10n;
        scale -= 1;
      }
      return scale;
    },
  },
];

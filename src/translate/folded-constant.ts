import type { PgNumeric, PgValue } from '../pgtype/pgtype.ts';
import type { Expression } from '../tree/expression.ts';
import { constValue } from '../tree/const-value.ts';
import { likePattern, similarPattern } from './function/like-pattern.ts';
import { functionByOid } from './catalog/built-in-function.ts';

export type Folded = { readonly value: PgValue; readonly typeOid: number; readonly typmod: number };

/**
 * The value of a constant, also under the casts and numeric arithmetic that clients write around literals, so that
 * they are seen by pruning. Everything else is undefined, and computed elsewhere.
 */
export function foldedConstant(node: Expression): Folded | undefined {
  switch (node.node) {
    case 'CONST': {
      const value = constValue(node);
      return value === undefined ? undefined : { value, typeOid: node.consttype, typmod: node.consttypmod };
    }
    case 'RELABELTYPE': {
      const folded = foldedConstant(node.arg);
      if (folded === undefined || (typeof folded.value !== 'string' && folded.value !== null)) return undefined;
      return { value: folded.value, typeOid: node.resulttype, typmod: node.resulttypmod };
    }
    case 'FUNCEXPR':
      return node.funcretset ? undefined : foldedCall(node.funcid, node.funcresulttype, node.args ?? []);
    case 'OPEXPR':
      return foldedCall(node.opfuncid, node.opresulttype, node.args);
    default:
      return undefined;
  }
}

function foldedCall(functionOid: number, typeOid: number, nodes: readonly Expression[]): Folded | undefined {
  const signature = functionByOid(functionOid)?.signature;
  const fold = signature === undefined ? undefined : FOLDS[signature];
  if (fold === undefined) return undefined;
  const args: PgValue[] = [];
  for (const node of nodes) {
    const arg = foldedConstant(node);
    if (arg === undefined) return undefined;
    args.push(arg.value);
  }
  if (args.includes(null)) return { value: null, typeOid, typmod: -1 };
  const value = fold(args);
  return value === undefined ? undefined : { value, typeOid, typmod: -1 };
}

type Fold = (args: readonly PgValue[]) => PgValue | undefined;
type Exact = Extract<PgNumeric, { scale: number }>;

const FOLDS: Readonly<Record<string, Fold>> = {
  'int8(int4)': ([x]) => BigInt(x as number),
  'int8(int2)': ([x]) => BigInt(x as number),
  'int4(int2)': ([x]) => x,
  'int2(int4)': ([x]) => within(x as number, 16),
  'int4(int8)': ([x]) => within(x as bigint, 32),
  'float8(int4)': ([x]) => x,
  'float8(int2)': ([x]) => x,
  'float8(numeric)': ([x]) => nearest(x as PgNumeric),
  'numeric(int2)': ([x]) => exact(BigInt(x as number), 0),
  'numeric(int4)': ([x]) => exact(BigInt(x as number), 0),
  'numeric(int8)': ([x]) => exact(x as bigint, 0),
  'numeric(numeric,int4)': ([x, typmod]) => limited(x as PgNumeric, typmod as number),
  'int4um(int4)': ([x]) => within(-(x as number), 32),
  'int8um(int8)': ([x]) => (x === -(2n ** 63n) ? undefined : -(x as bigint)),
  'int2um(int2)': ([x]) => within(-(x as number), 16),
  'float8um(float8)': ([x]) => -(x as number),
  'numeric_uminus(numeric)': ([x]) =>
    'special' in (x as PgNumeric) ? undefined : exact(-(x as Exact).unscaled, (x as Exact).scale),
  'numeric_add(numeric,numeric)': arithmetic((a, b) => a + b),
  'numeric_sub(numeric,numeric)': arithmetic((a, b) => a - b),
  'numeric_mul(numeric,numeric)': ([a, b]) => {
    const [x, y] = [a as PgNumeric, b as PgNumeric];
    return 'special' in x || 'special' in y ? undefined : exact(x.unscaled * y.unscaled, x.scale + y.scale);
  },
  'int4pl(int4,int4)': ([a, b]) => within((a as number) + (b as number), 32),
  'int4mi(int4,int4)': ([a, b]) => within((a as number) - (b as number), 32),
  'like_escape(text,text)': ([pattern, escape]) => likePattern(pattern as string, escape as string),
  'similar_to_escape(text)': ([pattern]) => similarPattern(pattern as string),
  'similar_to_escape(text,text)': ([pattern, escape]) => similarPattern(pattern as string, escape as string),
};

function exact(unscaled: bigint, scale: number): Exact {
  return { kind: 'numeric', unscaled, scale };
}

/** The double nearest to a decimal, as reading its text gives it. */
function nearest(value: PgNumeric): number | undefined {
  if ('special' in value) return undefined;
  const double = Number(`${value.unscaled}e-${value.scale}`);
  return Number.isFinite(double) ? double : undefined;
}

function within(value: number | bigint, bits: number): number | undefined {
  return BigInt.asIntN(bits, BigInt(value)) === BigInt(value) ? Number(value) : undefined;
}

function arithmetic(combine: (a: bigint, b: bigint) => bigint): Fold {
  return ([a, b]) => {
    const [x, y] = [a as PgNumeric, b as PgNumeric];
    if ('special' in x || 'special' in y) return undefined;
    const scale = Math.max(x.scale, y.scale);
    const at = (value: Exact): bigint => value.unscaled * 10n ** BigInt(scale - value.scale);
    return exact(combine(at(x), at(y)), scale);
  };
}

/** numeric(p,s): rounds half away from zero; an overflow is left to be raised by Postgres. */
function limited(value: PgNumeric, typmod: number): Exact | undefined {
  if ('special' in value || typmod < 4) return undefined;
  const precision = ((typmod - 4) >> 16) & 0xffff;
  const scale = (((typmod - 4) & 0x7ff) ^ 1024) - 1024;
  if (scale < 0) return undefined;
  const rounded =
    value.scale <= scale ? value.unscaled * 10n ** BigInt(scale - value.scale) : roundedDown(value, scale);
  const size = rounded < 0n ? -rounded : rounded;
  return size >= 10n ** BigInt(precision) ? undefined : exact(rounded, scale);
}

function roundedDown(value: Exact, scale: number): bigint {
  const unit = 10n ** BigInt(value.scale - scale);
  const size = value.unscaled < 0n ? -value.unscaled : value.unscaled;
  const rounded = (size + unit / 2n) / unit;
  return value.unscaled < 0n ? -rounded : rounded;
}

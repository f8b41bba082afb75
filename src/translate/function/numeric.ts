/** numeric (numeric.c) on DECIMAL: exact, with the scale that Postgres shows, or an error. */
import { decimalProduct, decimalSum, fromUnscaled, largerScale, summedScale } from './decimal.ts';
import { unsupportedCall } from './errors.ts';
import { once } from './once.ts';
import { raise } from './raise.ts';
import type { Call, Decimal, ScalarTemplate, Term, Translated } from './template.ts';

/** Digits after the point of values whose scale depends on the row, at least and at most. */
const MIN_OPEN_SCALE = 20;
const MAX_OPEN_SCALE = 28;

/** A numeric term's DECIMAL. */
export function decimalOf(term: Term, call: Call): Decimal {
  if (term.decimal === undefined) throw unsupportedCall(call, 'a numeric argument has no known precision and scale');
  return term.decimal;
}

function typed(term: Term, call: Call) {
  return { ...decimalOf(term, call), sql: term.sql };
}

/** The storage scale for results of unknown scale with up to `integerDigits` before the point. */
export function openScale(integerDigits: number): number {
  return Math.min(MAX_OPEN_SCALE, Math.max(MIN_OPEN_SCALE, 38 - integerDigits));
}

function sum(operator: '+' | '-'): ScalarTemplate {
  return ([a, b], call) => {
    const [x, y] = [typed(a!, call), typed(b!, call)];
    const { sql, precision, scale } = decimalSum(x, operator, y);
    return { sql, decimal: { precision, scale, displayScale: largerScale(x.displayScale, y.displayScale) } };
  };
}

const product: ScalarTemplate = ([a, b], call) => {
  const [x, y] = [typed(a!, call), typed(b!, call)];
  const result = decimalProduct(x, y);
  if (result === undefined) throw unsupportedCall(call, 'the product has more than 38 digits after the point');
  const { sql, precision, scale } = result;
  return { sql, decimal: { precision, scale, displayScale: summedScale(x.displayScale, y.displayScale) } };
};

/** Exact quotient of two terms, consumed inside DuckDB or leaving the query. Also for avg. */
export function quotient(
  x: { readonly sql: string } & Decimal,
  y: { readonly sql: string } & Decimal,
  integerDigits: number,
): Translated {
  const args = `${x.sql}, ${x.displayScale}, ${y.sql}, ${y.displayScale}`;
  const { sql, precision, scale } = fromUnscaled(
    `pg_numeric_div(${args}, ${openScale(integerDigits)})`,
    openScale(integerDigits),
  );
  return {
    sql,
    decimal: { precision, scale, displayScale: `pg_numeric_div_scale(${args})` },
    leaving: {
      kind: 'quotient',
      numerator: { sql: x.sql, displayScale: x.displayScale },
      denominator: { sql: y.sql, displayScale: y.displayScale },
    },
  };
}

const division: ScalarTemplate = ([a, b], call) => {
  const [x, y] = [typed(a!, call), typed(b!, call)];
  return quotient(x, y, x.precision - x.scale + y.scale);
};

const remainder: ScalarTemplate = ([a, b], call) => {
  const [x, y] = [typed(a!, call), typed(b!, call)];
  const { precision, scale } = decimalSum(x, '%', y);
  const type = `DECIMAL(${precision},${scale})`;
  const sql = once(
    [x.sql, y.sql],
    (p, q) =>
      `CASE WHEN ${q} = 0 THEN ${raise('22012', p, type)} ELSE ${decimalSum({ ...x, sql: p }, '%', { ...y, sql: q }).sql} END`,
  );
  return { sql, decimal: { precision, scale, displayScale: largerScale(x.displayScale, y.displayScale) } };
};

/** Functions that keep the type and the display scale. */
function keeping(body: (x: string) => string): ScalarTemplate {
  return ([a], call) => ({ sql: body(a!.sql), decimal: decimalOf(a!, call) });
}

/** floor, ceil: no digits after the point, and one more before it. */
function whole(name: string): ScalarTemplate {
  return ([a], call) => {
    const { precision, scale } = decimalOf(a!, call);
    const digits = Math.min(38, Math.max(precision - scale, 0) + 1);
    return {
      sql: `CAST(${name}(${a!.sql}) AS DECIMAL(${digits},0))`,
      decimal: { precision: digits, scale: 0, displayScale: 0 },
    };
  };
}

/** round(x, n): a cast where n is a constant within the scale, a function of the host otherwise. */
export function roundedTo(term: Term, digits: number, call: Call): Translated {
  const { precision, scale } = decimalOf(term, call);
  const displayScale = Math.max(digits, 0);
  if (digits >= scale) return { sql: term.sql, decimal: { precision, scale, displayScale } };
  if (digits < 0) return limited('pg_numeric_round', term, String(digits), 0, call);
  const kept = Math.min(38, precision - scale + digits + 1);
  return {
    sql: `CAST(${term.sql} AS DECIMAL(${kept},${digits}))`,
    decimal: { precision: kept, scale: digits, displayScale },
  };
}

function limited(name: string, term: Term, digits: string, displayScale: number | string, call: Call): Translated {
  const { scale: stored } = decimalOf(term, call);
  const { sql, precision, scale } = fromUnscaled(`${name}(${term.sql}, ${digits}, ${stored})`, stored);
  return { sql, decimal: { precision, scale, displayScale } };
}

function limiting(name: string): ScalarTemplate {
  return ([a, n], call) => {
    const digits = n === undefined ? 0 : n.constant;
    if (typeof digits !== 'number') return limited(name, a!, n!.sql, `least(greatest(${n!.sql}, 0), 16383)`, call);
    if (name === 'pg_numeric_round') return roundedTo(a!, digits, call);
    const { scale } = decimalOf(a!, call);
    if (digits >= scale) return roundedTo(a!, digits, call);
    return limited(name, a!, String(digits), Math.max(digits, 0), call);
  };
}

const sign: ScalarTemplate = ([a]) => ({
  sql: `CAST(sign(${a!.sql}) AS DECIMAL(1,0))`,
  decimal: { precision: 1, scale: 0, displayScale: 0 },
});

/** div(): the quotient cut to a whole number. */
const wholeDivision: ScalarTemplate = ([a, b], call) => {
  const [x, y] = [typed(a!, call), typed(b!, call)];
  const remaining = remainder([a!, b!], call);
  const difference = decimalSum(x, '-', { ...remaining.decimal!, sql: remaining.sql });
  const args = `${difference.sql}, ${difference.scale}, ${y.sql}, ${y.scale}`;
  const { sql, precision, scale } = fromUnscaled(`pg_numeric_div(${args}, 0)`, 0);
  return { sql, decimal: { precision, scale, displayScale: 0 } };
};

const squareRoot: ScalarTemplate = ([a], call) => {
  const { precision: digits, scale: stored, displayScale } = decimalOf(a!, call);
  const open = openScale(Math.ceil((digits - stored) / 2) + 1);
  const { sql, precision, scale } = fromUnscaled(`pg_numeric_sqrt(${a!.sql}, ${displayScale}, ${open})`, open);
  return { sql, decimal: { precision, scale, displayScale: `pg_numeric_sqrt_scale(${a!.sql}, ${displayScale})` } };
};

const scaleOf: ScalarTemplate = ([a], call) => ({
  sql: `CASE WHEN ${a!.sql} IS NOT NULL THEN CAST(${decimalOf(a!, call).displayScale} AS INTEGER) END`,
});

export const numericFunctions: Readonly<Record<string, ScalarTemplate>> = {
  'numeric_add(numeric,numeric)': sum('+'),
  'numeric_sub(numeric,numeric)': sum('-'),
  'numeric_mul(numeric,numeric)': product,
  'numeric_div(numeric,numeric)': division,
  'numeric_mod(numeric,numeric)': remainder,
  'mod(numeric,numeric)': remainder,
  'div(numeric,numeric)': wholeDivision,
  'numeric_div_trunc(numeric,numeric)': wholeDivision,
  'numeric_uminus(numeric)': keeping((x) => `(-${x})`),
  'numeric_uplus(numeric)': keeping((x) => x),
  'numeric_abs(numeric)': keeping((x) => `abs(${x})`),
  'abs(numeric)': keeping((x) => `abs(${x})`),
  'sign(numeric)': sign,
  'floor(numeric)': whole('floor'),
  'ceil(numeric)': whole('ceil'),
  'ceiling(numeric)': whole('ceil'),
  'round(numeric)': limiting('pg_numeric_round'),
  'round(numeric,int4)': limiting('pg_numeric_round'),
  'trunc(numeric)': limiting('pg_numeric_trunc'),
  'trunc(numeric,int4)': limiting('pg_numeric_trunc'),
  'sqrt(numeric)': squareRoot,
  'scale(numeric)': scaleOf,
  'min_scale(numeric)': ([a]) => ({ sql: `pg_numeric_min_scale(${a!.sql})` }),
  'trim_scale(numeric)': ([a], call) => ({
    sql: a!.sql,
    decimal: { ...decimalOf(a!, call), displayScale: `pg_numeric_min_scale(${a!.sql})` },
  }),
};

/** Aggregates. NULLs, empty groups and result types are Postgres'. */
import { OID } from '../../pgtype/oid.ts';
import { decimalProduct, fromUnscaled } from './decimal.ts';
import { unsupportedCall } from './errors.ts';
import { floatStatistics } from './float-statistics.ts';
import { intervalKey } from './interval-key.ts';
import { decimalOf, quotient } from './numeric.ts';
import { raise } from './raise.ts';
import type { AggregateCall, AggregateTemplate, Apply, Decimal, Leaving, Term, Translated } from './template.ts';

/** The largest display scale of a group's values. */
function groupScale(decimal: Decimal, apply: Apply): number | string {
  return typeof decimal.displayScale === 'number' ? decimal.displayScale : apply('max', [decimal.displayScale]);
}

const counted: AggregateTemplate = (args, _call, apply) => ({
  sql: apply(
    'count',
    args.map((arg) => arg.sql),
  ),
});

const sumOfIntegers: AggregateTemplate = ([a], _call, apply) => ({ sql: `CAST(${apply('sum', [a!.sql])} AS BIGINT)` });

const sumOfBigints: AggregateTemplate = ([a], _call, apply) => ({
  sql: `CAST(${apply('sum', [a!.sql])} AS DECIMAL(38,0))`,
  decimal: { precision: 38, scale: 0, displayScale: 0 },
});

const sumOfNumerics: AggregateTemplate = ([a], call, apply) => {
  const decimal = decimalOf(a!, call);
  const displayScale = groupScale(decimal, apply);
  return {
    sql: `CAST(${apply('sum', [a!.sql])} AS DECIMAL(38,${decimal.scale}))`,
    decimal: { precision: 38, scale: decimal.scale, displayScale },
  };
};

/** Exact sum and count, divided as numerics are; for integers and numerics. */
const exactAverage: AggregateTemplate = ([a], _call, apply) => {
  const decimal = a!.decimal ?? { precision: 19, scale: 0, displayScale: 0 };
  const sum = {
    sql: `CAST(${apply('sum', [a!.sql])} AS DECIMAL(38,${decimal.scale}))`,
    precision: 38,
    scale: decimal.scale,
    displayScale: groupScale(decimal, apply),
  };
  const count = {
    sql: `CAST(nullif(${apply('count', [a!.sql])}, 0) AS DECIMAL(19,0))`,
    precision: 19,
    scale: 0,
    displayScale: 0,
  };
  return quotient(sum, count, decimal.precision - decimal.scale);
};

/** Sums and averages of floats depend on the order of rows in Postgres too; infinities are errors only in overflow. */
function floatAggregate(name: string, type: string): AggregateTemplate {
  return ([a], _call, apply) => ({ sql: `CAST(${apply(name, [a!.sql])} AS ${type})` });
}

/** Postgres sums the squares too (float8_accum), and their overflow is the average's; no sum of that order is known. */
const averageOfDoubles: AggregateTemplate = ([a], _call, apply) => {
  const largest = apply('max', [`abs(${a!.sql})`], `isfinite(${a!.sql})`);
  const message = `the average of values beyond ${MAX_SQUARED} is not supported`;
  const refused = raise('0A000', `CAST(${largest} AS VARCHAR)`, 'DOUBLE', message);
  return { sql: `CASE WHEN ${largest} > ${MAX_SQUARED}::DOUBLE THEN ${refused} ELSE ${apply('avg', [a!.sql])} END` };
};

/** The square of what is smaller leaves room for a sum of many. */
const MAX_SQUARED = '1e140';

/** numeric_stddev_internal from exact count, sum and sum of squares. */
function variance(of: Extract<Leaving, { kind: 'variance' }>['of']): AggregateTemplate {
  return ([a], call, apply) => {
    if (call.distinct) throw unsupportedCall(call, 'use a subquery with DISTINCT');
    const decimal = a!.decimal ?? { precision: 19, scale: 0, displayScale: 0 };
    const x = { sql: `CAST(${a!.sql} AS DECIMAL(${decimal.precision},${decimal.scale}))`, ...decimal };
    const square = decimalProduct({ ...x, precision: Math.max(x.precision, 19), sql: wide(x) }, x);
    if (square === undefined) throw unsupportedCall(call, 'the squares have more than 38 digits after the point');
    const leaving: Leaving = {
      kind: 'variance',
      count: apply('count', [a!.sql]),
      sum: `CAST(${apply('sum', [x.sql])} AS DECIMAL(38,${x.scale}))`,
      sumOfSquares: `CAST(${apply('sum', [square.sql])} AS DECIMAL(38,${square.scale}))`,
      scale: groupScale(decimal, apply),
      of,
    };
    const args = `'${of}', ${leaving.count}, ${leaving.sum}, ${leaving.sumOfSquares}, ${leaving.scale}`;
    const value = fromUnscaled(`pg_numeric_variance(${args}, ${VARIANCE_SCALE})`, VARIANCE_SCALE);
    return {
      sql: value.sql,
      decimal: { precision: 38, scale: VARIANCE_SCALE, displayScale: `pg_numeric_variance_scale(${args})` },
      leaving,
    };
  };
}

/** Storage scale of variances that are computed with. */
const VARIANCE_SCALE = 20;

function wide({ sql, precision, scale }: { readonly sql: string; readonly precision: number; readonly scale: number }) {
  return precision >= 19 ? sql : `CAST(${sql} AS DECIMAL(19,${scale}))`;
}

function extreme(name: 'min' | 'max'): AggregateTemplate {
  return ([a], call, apply) => {
    if (a!.typeOid === OID.interval) return { sql: apply(`arg_${name}`, [a!.sql, intervalKey(a!.sql)]) };
    if (a!.decimal === undefined) return { sql: apply(name, [a!.sql]) };
    const { displayScale, ...type } = decimalOf(a!, call);
    if (typeof displayScale === 'number') return { sql: apply(name, [a!.sql]), decimal: { ...type, displayScale } };
    throw unsupportedCall(call, 'round the argument to a fixed number of digits');
  };
}

/** Of character(n): by the text without its blanks, which all values have to the same length. */
function paddedExtreme(name: 'min' | 'max'): AggregateTemplate {
  return ([a], call, apply) => {
    if (a!.typmod <= 4) throw unsupportedCall(call, 'cast the argument to text');
    return { sql: `rpad(${apply(name, [`rtrim(${a!.sql}, ' ')`])}, ${a!.typmod - 4}, ' ')` };
  };
}

const stringAgg: AggregateTemplate = ([text, delimiter], call, apply) => {
  if (typeof delimiter!.constant !== 'string') throw unsupportedCall(call, 'the delimiter must be a constant');
  return { sql: apply('string_agg', [text!.sql, delimiter!.sql]) };
};

const arrayAgg: AggregateTemplate = ([a], call, apply) => {
  if (a!.typeOid === OID.numeric) throw unsupportedCall(call, 'cast the numeric to text or double precision');
  return { sql: `nullif(${apply('list', [a!.sql])}, [])` };
};

const named =
  (name: string): AggregateTemplate =>
  (args, _call, apply) => ({
    sql: apply(
      name,
      args.map((arg) => arg.sql),
    ),
  });

/** The ordered values of the group as list `l`, for `body`. */
function ordered(value: Term, apply: Apply, body: string): string {
  return `(list_transform([${apply('list', [value.sql], `${value.sql} IS NOT NULL`)}], lambda l: CASE WHEN len(l) > 0 THEN ${body} END)[1])`;
}

/** Interpolated between two neighbours (float8_lerp). A fraction outside of [0, 1] is 22003. */
const percentileCont: AggregateTemplate = ([fraction, value], call, apply) => {
  const at = `${constantFraction(fraction!, call)}::DOUBLE`;
  const position = `(${at} * (len(l) - 1))`;
  const [low, high] = [`l[CAST(floor(${position}) AS BIGINT) + 1]`, `l[CAST(ceil(${position}) AS BIGINT) + 1]`];
  const between = `${low} + (${position} - floor(${position})) * (${high} - ${low})`;
  const body = `CASE WHEN floor(${position}) = ceil(${position}) THEN ${low} ELSE ${between} END`;
  return { sql: ordered(value!, apply, body) };
};

const percentileDisc: AggregateTemplate = ([fraction, value], call, apply): Translated => {
  const at = `${constantFraction(fraction!, call)}::DOUBLE`;
  const sql = ordered(value!, apply, `l[greatest(CAST(ceil(${at} * len(l)) AS BIGINT), 1)]`);
  if (value!.decimal === undefined) return { sql };
  if (typeof value!.decimal.displayScale !== 'number') throw unsupportedCall(call, 'round the argument first');
  return { sql, decimal: value!.decimal };
};

/** sum(interval): months, days and time each. */
const sumOfIntervals: AggregateTemplate = ([a], _call, apply) => {
  const i = a!.sql;
  const months = apply('sum', [`year(${i}) * 12 + month(${i})`]);
  const days = apply('sum', [`day(${i})`]);
  const micros = apply('sum', [`(hour(${i}) * 60 + minute(${i})) * 60000000 + microsecond(${i})`]);
  return {
    sql: `(to_months(CAST(${months} AS INTEGER)) + to_days(CAST(${days} AS INTEGER)) + to_microseconds(CAST(${micros} AS BIGINT)))`,
  };
};

/** interval_avg: the sum divided as intervals are. */
const averageOfIntervals: AggregateTemplate = (args, call, apply) => {
  const sum = sumOfIntervals(args, call, apply).sql;
  return { sql: `pg_interval_div(${sum}, CAST(nullif(${apply('count', [args[0]!.sql])}, 0) AS DOUBLE))` };
};

function constantFraction(term: Term, call: AggregateCall): number {
  const value = term.constant;
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) {
    throw unsupportedCall(call, 'the fraction must be a constant between 0 and 1');
  }
  return value;
}

function table(): Record<string, AggregateTemplate> {
  const entries: Record<string, AggregateTemplate> = {
    ...floatStatistics,
    'count()': counted,
    'count(any)': counted,
    'sum(int2)': sumOfIntegers,
    'sum(int4)': sumOfIntegers,
    'sum(int8)': sumOfBigints,
    'sum(numeric)': sumOfNumerics,
    'sum(float8)': floatAggregate('sum', 'DOUBLE'),
    'sum(interval)': sumOfIntervals,
    'avg(interval)': averageOfIntervals,
    'avg(int2)': exactAverage,
    'avg(int4)': exactAverage,
    'avg(int8)': exactAverage,
    'avg(numeric)': exactAverage,
    'avg(float4)': floatAggregate('avg', 'DOUBLE'),
    'avg(float8)': averageOfDoubles,
    'bool_and(bool)': named('bool_and'),
    'bool_or(bool)': named('bool_or'),
    'every(bool)': named('bool_and'),
    'string_agg(text,text)': stringAgg,
    'array_agg(anynonarray)': arrayAgg,
    'percentile_cont(float8,float8)': percentileCont,
    'percentile_disc(float8,anyelement)': percentileDisc,
    'any_value(anyelement)': named('any_value'),
  };
  for (const type of ['int2', 'int4', 'int8']) {
    for (const name of ['bit_and', 'bit_or', 'bit_xor']) entries[`${name}(${type})`] = named(name);
  }
  for (const name of ['min', 'max'] as const) entries[`${name}(bpchar)`] = paddedExtreme(name);
  for (const type of EXTREME_TYPES) {
    entries[`min(${type})`] = extreme('min');
    entries[`max(${type})`] = extreme('max');
  }
  for (const type of ['int2', 'int4', 'int8', 'numeric']) {
    entries[`variance(${type})`] = variance('var_samp');
    entries[`stddev(${type})`] = variance('stddev_samp');
    for (const kind of ['var_samp', 'var_pop', 'stddev_samp', 'stddev_pop'] as const) {
      entries[`${kind}(${type})`] = variance(kind);
    }
  }
  return entries;
}

const EXTREME_TYPES = [
  'int2',
  'int4',
  'int8',
  'float4',
  'float8',
  'numeric',
  'text',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'interval',
  'bytea',
  'oid',
];

export const aggregateFunctions: Readonly<Record<string, AggregateTemplate>> = table();

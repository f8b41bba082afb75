/**
 * Statistics of float8 (float8_accum, float8_regr_accum): sums of squares are updated row by row as Youngs and Cramer
 * have it, which no aggregate of DuckDB does to the last digit. A list of the group's values is reduced instead.
 */
import { unsupportedCall } from './errors.ts';
import { raise } from './raise.ts';
import type { AggregateTemplate } from './template.ts';

/** Values of the group, NULLs left out, reduced to `n`, `sx` and `sxx`. */
function accumulated(values: string): string {
  const start = `{'n': 0::DOUBLE, 'sx': 0::DOUBLE, 'sxx': 0::DOUBLE, 'x': 0::DOUBLE}`;
  const items = `list_transform(${values}, lambda x: {'n': 0::DOUBLE, 'sx': 0::DOUBLE, 'sxx': 0::DOUBLE, 'x': x})`;
  const n = '(acc.n + 1)';
  const sx = '(acc.sx + item.x)';
  const step = `(item.x * ${n} - ${sx})`;
  // The first value leaves no squares, unless it is no finite number.
  const sxx = `CASE WHEN acc.n > 0 THEN acc.sxx + ${step} * ${step} / (${n} * acc.n) WHEN isfinite(item.x) THEN 0::DOUBLE ELSE 'nan'::DOUBLE END`;
  return `list_reduce(list_prepend(${start}, ${items}), lambda acc, item: {'n': ${n}, 'sx': ${sx}, 'sxx': ${sxx}, 'x': item.x})`;
}

type Statistic = 'var_samp' | 'var_pop' | 'stddev_samp' | 'stddev_pop';

/** Squares of finite values that are infinite are an overflow; infinite values leave NaN. */
function checked(squares: readonly string[], result: string): string {
  const overflow = squares.map((sum) => `isinf(${sum})`).join(' OR ');
  return `CASE WHEN ${overflow} THEN ${raise('22003', squares[0]!, 'DOUBLE')} ELSE ${result} END`;
}

function statistic(of: Statistic): AggregateTemplate {
  return ([a], call, apply) => {
    if (call.windowed) throw unsupportedCall(call, 'use GROUP BY instead of a window');
    const values = apply('list', [`CAST(${a!.sql} AS DOUBLE)`], `${a!.sql} IS NOT NULL`);
    const divisor = of.endsWith('samp') ? '(r.n - 1)' : 'r.n';
    const enough = of.endsWith('samp') ? 'r.n > 1' : 'r.n > 0';
    const variance = `(r.sxx / ${divisor})`;
    const result = of.startsWith('stddev') ? `sqrt(${variance})` : variance;
    return {
      sql: `(list_transform([${accumulated(values)}], lambda r: CASE WHEN ${enough} THEN ${checked(['r.sxx'], result)} END)[1])`,
    };
  };
}

/** float8_regr_accum over the pairs of a group, reduced to `n`, `sx`, `sxx`, `sy`, `syy` and `sxy`. */
function accumulatedPairs(xs: string, ys: string): string {
  const zero = `'n': 0::DOUBLE, 'sx': 0::DOUBLE, 'sxx': 0::DOUBLE, 'sy': 0::DOUBLE, 'syy': 0::DOUBLE, 'sxy': 0::DOUBLE`;
  const start = `{${zero}, 'x': 0::DOUBLE, 'y': 0::DOUBLE}`;
  const items = `list_transform(list_zip(${xs}, ${ys}), lambda p: {${zero}, 'x': p[1], 'y': p[2]})`;
  const n = '(acc.n + 1)';
  const [sx, sy] = ['(acc.sx + item.x)', '(acc.sy + item.y)'];
  const [dx, dy] = [`(item.x * ${n} - ${sx})`, `(item.y * ${n} - ${sy})`];
  const scale = `(1::DOUBLE / (${n} * acc.n))`;
  const squares = (sum: string, first: string, a: string, b: string): string =>
    `CASE WHEN acc.n > 0 THEN ${sum} + ${a} * ${b} * ${scale} WHEN ${first} THEN 0::DOUBLE ELSE 'nan'::DOUBLE END`;
  const sums = [
    `'n': ${n}, 'sx': ${sx}, 'sxx': ${squares('acc.sxx', 'isfinite(item.x)', dx, dx)}`,
    `'sy': ${sy}, 'syy': ${squares('acc.syy', 'isfinite(item.y)', dy, dy)}`,
    `'sxy': ${squares('acc.sxy', 'isfinite(item.x) AND isfinite(item.y)', dx, dy)}, 'x': item.x, 'y': item.y`,
  ];
  return `list_reduce(list_prepend(${start}, ${items}), lambda acc, item: {${sums.join(', ')}})`;
}

/** What the final functions make of the sums `r`; NULL where the condition does not hold. */
const OF_PAIRS: Readonly<Record<string, readonly [condition: string, result: string]>> = {
  corr: ['r.n > 0 AND r.sxx <> 0 AND r.syy <> 0', 'r.sxy / sqrt(r.sxx * r.syy)'],
  covar_pop: ['r.n > 0', 'r.sxy / r.n'],
  covar_samp: ['r.n > 1', 'r.sxy / (r.n - 1)'],
  regr_avgx: ['r.n > 0', 'r.sx / r.n'],
  regr_avgy: ['r.n > 0', 'r.sy / r.n'],
  regr_sxx: ['r.n > 0', 'r.sxx'],
  regr_syy: ['r.n > 0', 'r.syy'],
  regr_sxy: ['r.n > 0', 'r.sxy'],
  regr_slope: ['r.n > 0 AND r.sxx <> 0', 'r.sxy / r.sxx'],
  regr_intercept: ['r.n > 0 AND r.sxx <> 0', '(r.sy - r.sx * r.sxy / r.sxx) / r.n'],
  regr_r2: ['r.n > 0 AND r.sxx <> 0', 'CASE WHEN r.syy = 0 THEN 1 ELSE (r.sxy * r.sxy) / (r.sxx * r.syy) END'],
};

function ofPairs(name: string): AggregateTemplate {
  const [condition, result] = OF_PAIRS[name]!;
  return ([y, x], call, apply) => {
    if (call.windowed || call.distinct) throw unsupportedCall(call, 'use GROUP BY, without DISTINCT');
    const both = `${x!.sql} IS NOT NULL AND ${y!.sql} IS NOT NULL`;
    const sums = accumulatedPairs(apply('list', [x!.sql], both), apply('list', [y!.sql], both));
    const value = checked(['r.sxx', 'r.syy', 'r.sxy'], result);
    return { sql: `(list_transform([${sums}], lambda r: CASE WHEN ${condition} THEN ${value} END)[1])` };
  };
}

function table(): Record<string, AggregateTemplate> {
  const entries: Record<string, AggregateTemplate> = {
    'regr_count(float8,float8)': ([y, x], _call, apply) => ({
      sql: apply('count', [x!.sql], `${y!.sql} IS NOT NULL`),
    }),
  };
  for (const name of Object.keys(OF_PAIRS)) entries[`${name}(float8,float8)`] = ofPairs(name);
  for (const type of ['float4', 'float8']) {
    entries[`variance(${type})`] = statistic('var_samp');
    entries[`stddev(${type})`] = statistic('stddev_samp');
    for (const kind of ['var_samp', 'var_pop', 'stddev_samp', 'stddev_pop'] as const) {
      entries[`${kind}(${type})`] = statistic(kind);
    }
  }
  return entries;
}

export const floatStatistics: Readonly<Record<string, AggregateTemplate>> = table();

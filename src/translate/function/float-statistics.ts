/**
 * Statistics of float8 (float8_accum, float8_regr_accum): sums of squares are updated row by row as Youngs and Cramer
 * have it, which no aggregate of DuckDB does to the last digit. A list of the group's values is reduced instead.
 */
import { unsupportedCall } from './errors.ts';
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

/** Overflow is refused (22003 in Postgres, depending on the order of rows). */
function statistic(of: Statistic): AggregateTemplate {
  return ([a], call, apply) => {
    if (call.windowed) throw unsupportedCall(call, 'use GROUP BY instead of a window');
    const values = apply('list', [`CAST(${a!.sql} AS DOUBLE)`], `${a!.sql} IS NOT NULL`);
    const divisor = of.endsWith('samp') ? '(r.n - 1)' : 'r.n';
    const enough = of.endsWith('samp') ? 'r.n > 1' : 'r.n > 0';
    const variance = `(r.sxx / ${divisor})`;
    const result = of.startsWith('stddev') ? `sqrt(${variance})` : variance;
    return { sql: `(list_transform([${accumulated(values)}], lambda r: CASE WHEN ${enough} THEN ${result} END)[1])` };
  };
}

function table(): Record<string, AggregateTemplate> {
  const entries: Record<string, AggregateTemplate> = {};
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

/** float4 and float8 (float.c). An infinity or a zero that no operand explains is 22003. */
import { once } from './once.ts';
import { raise } from './raise.ts';
import type { ScalarTemplate } from './template.ts';

type Operator = '+' | '-' | '*' | '/';

const PAIRS = [
  ['float4', 'float4', 'float4', 'FLOAT'],
  ['float8', 'float8', 'float8', 'DOUBLE'],
  ['float48', 'float4', 'float8', 'DOUBLE'],
  ['float84', 'float8', 'float4', 'DOUBLE'],
] as const;

function arithmetic(operator: Operator, type: string): ScalarTemplate {
  return ([a, b]) => ({
    sql: once([`CAST(${a!.sql} AS ${type})`, `CAST(${b!.sql} AS ${type})`], (x, y) => {
      const result = `(${x} ${operator} ${y})`;
      const overflow = raise('22003', result, type);
      switch (operator) {
        case '+':
        case '-':
          return `CASE WHEN isinf(${result}) AND isfinite(${x}) AND isfinite(${y}) THEN ${overflow} ELSE ${result} END`;
        case '*':
          return `CASE WHEN isinf(${result}) AND isfinite(${x}) AND isfinite(${y}) OR ${result} = 0 AND ${x} <> 0 AND ${y} <> 0 THEN ${overflow} ELSE ${result} END`;
        case '/':
          return `CASE WHEN ${y} = 0 AND NOT isnan(${x}) THEN ${raise('22012', x, type)} WHEN isinf(${result}) AND isfinite(${x}) OR ${result} = 0 AND ${x} <> 0 AND isfinite(${y}) THEN ${overflow} ELSE ${result} END`;
      }
    }),
  });
}

function arithmeticTemplates(): Record<string, ScalarTemplate> {
  const table: Record<string, ScalarTemplate> = {};
  for (const [stem, left, right, type] of PAIRS) {
    for (const [name, operator] of [
      ['pl', '+'],
      ['mi', '-'],
      ['mul', '*'],
      ['div', '/'],
    ] as const) {
      table[`${stem}${name}(${left},${right})`] = arithmetic(operator, type);
    }
  }
  for (const type of ['float4', 'float8']) {
    table[`${type}um(${type})`] = ([a]) => ({ sql: `(-${a!.sql})` });
    table[`${type}up(${type})`] = ([a]) => ({ sql: a!.sql });
    table[`${type}abs(${type})`] = ([a]) => ({ sql: `abs(${a!.sql})` });
    table[`abs(${type})`] = ([a]) => ({ sql: `abs(${a!.sql})` });
  }
  return table;
}

/** One argument, one function of DuckDB, and where it raises. */
function unary(body: (x: string) => string): ScalarTemplate {
  return ([a]) => ({ sql: once([a!.sql], body) });
}

/** The result may be infinite or zero only where the argument says so. */
function rangeChecked(expression: (x: string) => string): ScalarTemplate {
  return unary((x) => {
    const result = expression(x);
    return `CASE WHEN isinf(${result}) AND isfinite(${x}) OR ${result} = 0 AND ${x} <> 0 THEN ${raise('22003', x, 'DOUBLE')} ELSE ${result} END`;
  });
}

const squareRoot = unary((x) => `CASE WHEN ${x} < 0 THEN ${raise('2201F', x, 'DOUBLE')} ELSE sqrt(${x}) END`);

const exponential = unary(
  (x) =>
    `CASE WHEN isfinite(${x}) AND (isinf(exp(${x})) OR exp(${x}) = 0) THEN ${raise('22003', x, 'DOUBLE')} ELSE exp(${x}) END`,
);

/** Zero and negative numbers are 2201E. */
function logarithm(name: string): ScalarTemplate {
  const ofZero = (x: string): string =>
    raise('2201E', `CAST(${x} AS VARCHAR)`, 'DOUBLE', 'cannot take logarithm of zero');
  return unary(
    (x) =>
      `CASE WHEN ${x} = 0 THEN ${ofZero(x)} WHEN ${x} < 0 THEN ${raise('2201E', x, 'DOUBLE')} ELSE ${name}(${x}) END`,
  );
}

/** Outside of `domain` 22003; NaN is in no domain's complement. */
function withDomain(name: string, outside: (x: string) => string): ScalarTemplate {
  return unary(
    (x) => `CASE WHEN NOT isnan(${x}) AND (${outside(x)}) THEN ${raise('22003', x, 'DOUBLE')} ELSE ${name}(${x}) END`,
  );
}

/** dpow: NaN and zero rules of POSIX, errors for 0 ^ negative and negative ^ fraction. */
const power: ScalarTemplate = ([a, b]) => ({
  sql: once([a!.sql, b!.sql], (x, y) => {
    const result = `pow(${x}, ${y})`;
    return (
      `CASE WHEN isnan(${x}) OR isnan(${y}) THEN ${result}` +
      ` WHEN ${x} = 0 AND ${y} < 0 OR ${x} < 0 AND isfinite(${y}) AND floor(${y}) <> ${y} THEN ${raise('2201F', `(${x} + ${y})`, 'DOUBLE')}` +
      ` WHEN isfinite(${x}) AND isfinite(${y}) AND (isinf(${result}) OR ${result} = 0 AND ${x} <> 0) THEN ${raise('22003', result, 'DOUBLE')}` +
      ` ELSE ${result} END`
    );
  }),
});

const sign = unary(
  (x) =>
    `CASE WHEN ${x} > 0 AND NOT isnan(${x}) THEN 1::DOUBLE WHEN ${x} < 0 THEN -1::DOUBLE WHEN ${x} IS NOT NULL THEN 0::DOUBLE END`,
);

const cotangent = unary(
  (x) => `CASE WHEN isinf(${x}) THEN ${raise('22003', x, 'DOUBLE')} ELSE 1::DOUBLE / tan(${x}) END`,
);

/** width_bucket over floats: NaN is 2201G, as are no buckets and equal bounds. */
const bucket: ScalarTemplate = (args) => ({
  sql: once(
    args.map((arg) => arg.sql),
    (x, low, high, count) => {
      const bad = `${count} <= 0 OR isnan(${x}) OR NOT isfinite(${low}) OR NOT isfinite(${high}) OR ${low} = ${high}`;
      const up = `CASE WHEN ${x} < ${low} THEN 0 WHEN ${x} >= ${high} THEN ${count} + 1 ELSE CAST(floor(${count} * ((${x} - ${low}) / (${high} - ${low}))) AS INTEGER) + 1 END`;
      const down = `CASE WHEN ${x} > ${low} THEN 0 WHEN ${x} <= ${high} THEN ${count} + 1 ELSE CAST(floor(${count} * ((${low} - ${x}) / (${low} - ${high}))) AS INTEGER) + 1 END`;
      return `CASE WHEN ${bad} THEN ${raise('2201G', `(${x} + ${low} + ${high} + ${count})`, 'INTEGER')} WHEN ${low} < ${high} THEN ${up} ELSE ${down} END`;
    },
  ),
});

export const floatFunctions: Readonly<Record<string, ScalarTemplate>> = {
  ...arithmeticTemplates(),
  'round(float8)': ([a]) => ({ sql: `round_even(${a!.sql}, 0)` }),
  'dround(float8)': ([a]) => ({ sql: `round_even(${a!.sql}, 0)` }),
  'trunc(float8)': ([a]) => ({ sql: `trunc(${a!.sql})` }),
  'ceil(float8)': ([a]) => ({ sql: `ceil(${a!.sql})` }),
  'ceiling(float8)': ([a]) => ({ sql: `ceil(${a!.sql})` }),
  'floor(float8)': ([a]) => ({ sql: `floor(${a!.sql})` }),
  'sign(float8)': sign,
  'sqrt(float8)': squareRoot,
  'dsqrt(float8)': squareRoot,
  'cbrt(float8)': ([a]) => ({ sql: `cbrt(${a!.sql})` }),
  'dcbrt(float8)': ([a]) => ({ sql: `cbrt(${a!.sql})` }),
  'exp(float8)': exponential,
  'ln(float8)': logarithm('ln'),
  'log(float8)': logarithm('log10'),
  'log10(float8)': logarithm('log10'),
  'power(float8,float8)': power,
  'pow(float8,float8)': power,
  'dpow(float8,float8)': power,
  'sin(float8)': withDomain('sin', (x) => `isinf(${x})`),
  'cos(float8)': withDomain('cos', (x) => `isinf(${x})`),
  'tan(float8)': withDomain('tan', (x) => `isinf(${x})`),
  'cot(float8)': cotangent,
  'asin(float8)': withDomain('asin', (x) => `abs(${x}) > 1`),
  'acos(float8)': withDomain('acos', (x) => `abs(${x}) > 1`),
  'atan(float8)': ([a]) => ({ sql: `atan(${a!.sql})` }),
  'atan2(float8,float8)': ([a, b]) => ({ sql: `atan2(${a!.sql}, ${b!.sql})` }),
  'sinh(float8)': ([a]) => ({ sql: `sinh(${a!.sql})` }),
  'cosh(float8)': ([a]) => ({ sql: `cosh(${a!.sql})` }),
  'tanh(float8)': ([a]) => ({ sql: `tanh(${a!.sql})` }),
  'degrees(float8)': rangeChecked((x) => `(${x} / 0.0174532925199432957692::DOUBLE)`),
  'radians(float8)': rangeChecked((x) => `(${x} * 0.0174532925199432957692::DOUBLE)`),
  'width_bucket(float8,float8,float8,int4)': bucket,
  'pi()': () => ({ sql: 'pi()' }),
};

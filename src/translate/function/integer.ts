/** Arithmetic and bit operations of int2, int4 and int8. DuckDB's own overflow error becomes 22003. */
import { once } from './once.ts';
import { raise } from './raise.ts';
import type { ScalarTemplate, Term } from './template.ts';

const TYPES: Readonly<Record<string, { readonly duckdb: string; readonly bits: number }>> = {
  int2: { duckdb: 'SMALLINT', bits: 16 },
  int4: { duckdb: 'INTEGER', bits: 32 },
  int8: { duckdb: 'BIGINT', bits: 64 },
};

/** Function name stem, argument types, result type. */
const PAIRS = [
  ['int2', 'int2', 'int2', 'int2'],
  ['int4', 'int4', 'int4', 'int4'],
  ['int8', 'int8', 'int8', 'int8'],
  ['int24', 'int2', 'int4', 'int4'],
  ['int42', 'int4', 'int2', 'int4'],
  ['int28', 'int2', 'int8', 'int8'],
  ['int82', 'int8', 'int2', 'int8'],
  ['int48', 'int4', 'int8', 'int8'],
  ['int84', 'int8', 'int4', 'int8'],
] as const;

function arithmetic(operator: string): ScalarTemplate {
  return ([a, b]) => ({ sql: `(${a!.sql} ${operator} ${b!.sql})` });
}

function division(type: string): ScalarTemplate {
  return ([a, b]) => {
    if (isConstantOtherThan(b!, 0n)) return { sql: `(${a!.sql} // ${b!.sql})` };
    const sql = once(
      [a!.sql, b!.sql],
      (x, y) => `CASE WHEN ${y} = 0 THEN ${raise('22012', x, type)} ELSE ${x} // ${y} END`,
    );
    return { sql };
  };
}

/** The smallest integer % -1 is 0 in Postgres and an overflow in DuckDB. */
function remainder(type: string): ScalarTemplate {
  return ([a, b]) => {
    if (isConstantOtherThan(b!, 0n, -1n)) return { sql: `(${a!.sql} % ${b!.sql})` };
    const sql = once(
      [a!.sql, b!.sql],
      (x, y) =>
        `CASE ${y} WHEN 0 THEN ${raise('22012', x, type)} WHEN -1 THEN CAST(${x} * 0 AS ${type}) ELSE ${x} % ${y} END`,
    );
    return { sql };
  };
}

function isConstantOtherThan(term: Term, ...values: readonly bigint[]): boolean {
  const value = term.constant;
  return (typeof value === 'number' || typeof value === 'bigint') && !values.includes(BigInt(value));
}

/** Postgres shifts by the distance modulo the width (32 for int2 too), into and out of the sign bit. */
function shift(direction: 'left' | 'right', type: string, bits: number): ScalarTemplate {
  const modulus = Math.max(bits, 32);
  return ([a, b]) => ({
    sql: once([a!.sql, b!.sql], (x, y) => {
      const distance = `(${y} & ${modulus - 1})`;
      if (direction === 'right') {
        const half = `CAST(1 AS HUGEINT) << CAST(${distance} AS HUGEINT)`;
        // Arithmetic shift: division by a power of two towards minus infinity.
        return `CAST((CAST(${x} AS HUGEINT) - (((CAST(${x} AS HUGEINT) % (${half})) + (${half})) % (${half}))) // (${half}) AS ${type})`;
      }
      const kept = `(CAST(${x} AS HUGEINT) & ((CAST(1 AS HUGEINT) << CAST(greatest(${bits} - ${distance}, 0) AS HUGEINT)) - 1))`;
      const moved = `(${kept} << CAST(${distance} AS HUGEINT))`;
      const wrapped = `CASE WHEN ${moved} >= ${2n ** BigInt(bits - 1)} THEN ${moved} - ${2n ** BigInt(bits)} ELSE ${moved} END`;
      return `CAST(${wrapped} AS ${type})`;
    }),
  });
}

function pairTemplates(): Record<string, ScalarTemplate> {
  const table: Record<string, ScalarTemplate> = {};
  for (const [stem, left, right, result] of PAIRS) {
    const types = `(${left},${right})`;
    table[`${stem}pl${types}`] = arithmetic('+');
    table[`${stem}mi${types}`] = arithmetic('-');
    table[`${stem}mul${types}`] = arithmetic('*');
    table[`${stem}div${types}`] = division(TYPES[result]!.duckdb);
  }
  return table;
}

function singleTemplates(): Record<string, ScalarTemplate> {
  const table: Record<string, ScalarTemplate> = {};
  for (const [name, { duckdb, bits }] of Object.entries(TYPES)) {
    const two = `(${name},${name})`;
    table[`${name}mod${two}`] = remainder(duckdb);
    table[`mod${two}`] = remainder(duckdb);
    table[`${name}um(${name})`] = ([a]) => ({ sql: `(-${a!.sql})` });
    table[`${name}up(${name})`] = ([a]) => ({ sql: a!.sql });
    table[`${name}abs(${name})`] = ([a]) => ({ sql: `abs(${a!.sql})` });
    table[`abs(${name})`] = ([a]) => ({ sql: `abs(${a!.sql})` });
    table[`${name}and${two}`] = arithmetic('&');
    table[`${name}or${two}`] = arithmetic('|');
    table[`${name}xor${two}`] = ([a, b]) => ({ sql: `xor(${a!.sql}, ${b!.sql})` });
    table[`${name}not(${name})`] = ([a]) => ({ sql: `(~${a!.sql})` });
    table[`${name}shl(${name},int4)`] = shift('left', duckdb, bits);
    table[`${name}shr(${name},int4)`] = shift('right', duckdb, bits);
    table[`${name}larger${two}`] = larger;
    table[`${name}smaller${two}`] = smaller;
  }
  for (const type of ['int4', 'int8']) {
    const cast = type === 'int4' ? 'INTEGER' : 'BIGINT';
    table[`gcd(${type},${type})`] = divisor('gcd', cast);
    table[`lcm(${type},${type})`] = divisor('lcm', cast);
  }
  return table;
}

/** Computed wide, so that only a result out of range raises. */
function divisor(name: string, type: string): ScalarTemplate {
  return ([a, b]) => ({ sql: `CAST(${name}(CAST(${a!.sql} AS HUGEINT), CAST(${b!.sql} AS HUGEINT)) AS ${type})` });
}

const larger: ScalarTemplate = ([a, b]) => ({
  sql: once([a!.sql, b!.sql], (x, y) => `CASE WHEN ${x} > ${y} THEN ${x} WHEN ${x} <= ${y} THEN ${y} END`),
});
const smaller: ScalarTemplate = ([a, b]) => ({
  sql: once([a!.sql, b!.sql], (x, y) => `CASE WHEN ${x} < ${y} THEN ${x} WHEN ${x} >= ${y} THEN ${y} END`),
});

export const integerFunctions: Readonly<Record<string, ScalarTemplate>> = { ...pairTemplates(), ...singleTemplates() };

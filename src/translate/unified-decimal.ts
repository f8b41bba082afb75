import { OID } from '../pgtype/oid.ts';
import type { Decimal } from './function/template.ts';
import { isNumericText, textForm } from './numeric-text.ts';
import type { Value } from './scope.ts';

const MAX_DIGITS = 38;

/**
 * The DECIMAL that holds the values of all branches of a CASE, COALESCE or set operation; a value with more digits
 * than fit raises 22003 in DuckDB. Without a numeric branch undefined.
 */
export function unifiedDecimal(decimals: readonly (Decimal | undefined)[]): Decimal | undefined {
  const known = decimals.filter((decimal) => decimal !== undefined);
  if (known.length === 0) return undefined;
  const scale = Math.max(...known.map((decimal) => decimal.scale));
  const integers = Math.max(...known.map((decimal) => decimal.precision - decimal.scale));
  const scales = new Set(known.map((decimal) => decimal.displayScale));
  const [displayScale] = scales;
  return {
    precision: Math.min(scale + integers, MAX_DIGITS),
    scale,
    displayScale: scales.size === 1 && typeof displayScale === 'number' ? displayScale : 'per row',
  };
}

/** Branches of an expression cast to one DECIMAL; `per row` scales are left to the caller. Constant NULLs don't count. */
export function unifyBranches(branches: readonly Value[]): {
  readonly sqls: readonly string[];
  readonly decimal: Decimal | undefined;
} {
  if (branches[0]?.typeOid !== OID.numeric) return { sqls: branches.map(({ sql }) => sql), decimal: undefined };
  if (branches.some(isNumericText)) return { sqls: branches.map(textForm), decimal: undefined };
  const counted = branches.filter(({ constant }) => constant !== null);
  const decimal = unifiedDecimal((counted.length === 0 ? branches : counted).map((branch) => branch.decimal));
  if (decimal === undefined) return { sqls: branches.map(({ sql }) => sql), decimal };
  return { sqls: branches.map((branch) => castDecimal(branch, decimal)), decimal };
}

export function castDecimal(value: Value, to: Decimal): string {
  const from = value.decimal;
  if (from !== undefined && from.precision === to.precision && from.scale === to.scale) return value.sql;
  return `CAST(${value.sql} AS DECIMAL(${to.precision},${to.scale}))`;
}

import type { Dice } from './random-expression.ts';

/** A statement some of whose literals are parameters, and their values as text. */
export type WithParameters = { readonly sql: string; readonly values: readonly (string | null)[] };

/** `date '...'` and `'...'::text`. */
const LITERAL =
  /\b(date|timestamptz|timestamp|time|interval|uuid) '((?:[^']|'')*)'|'((?:[^']|'')*)'::([a-z0-9]+(?:\(\d+\))?(?:\[\])?)/g;

/** Literals that are alike stay one parameter, so that expressions that were equal still are. */
export function withRandomParameters(dice: Dice, sql: string): WithParameters {
  const numbers = new Map<string, number>();
  const values: (string | null)[] = [];
  const text = sql.replaceAll(
    LITERAL,
    (literal: string, before: string | undefined, one: string | undefined, other: string, after: string) => {
      const type = before ?? after;
      const known = numbers.get(literal);
      if (known === undefined && dice(4) === 0) return literal;
      const number = known ?? values.push(dice(10) === 0 ? null : (one ?? other).replaceAll("''", "'"));
      numbers.set(literal, number);
      return `$${number}::${type}`;
    },
  );
  return { sql: text, values };
}

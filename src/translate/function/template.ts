/**
 * How one Postgres function, operator, aggregate, window function or cast is computed by DuckDB. A template is found by
 * the Postgres signature of the function with internal type names, e.g. `int4div(int4,int4)`; operators resolve to
 * their function; a cast through text input and output is `io(text,int4)` (source, target). What has no template, or
 * whose template refuses its arguments, is 0A000: nothing is passed through by name.
 *
 * Words: a *term* is a translated expression with what is known of it. A *decimal* says how a numeric is stored by
 * DuckDB, DECIMAL(precision, scale), and how many digits after the point Postgres would show, which may differ from
 * row to row.
 */
import type { PgValue } from '../../pgtype/pgtype.ts';

/** A translated expression. Its SQL can stand as an operand anywhere: it is atomic or in parentheses. */
export type Term = {
  readonly sql: string;
  readonly typeOid: number;
  readonly typmod: number;
  /** The value of a constant (null: the constant NULL); undefined where it is known only when running. */
  readonly constant?: PgValue | undefined;
  /** Present where the type is numeric. */
  readonly decimal?: Decimal | undefined;
};

export type Decimal = {
  /** The SQL has DuckDB's type DECIMAL(precision, scale). */
  readonly precision: number;
  readonly scale: number;
  /** Digits that Postgres shows: a number, or SQL of an INTEGER where it depends on the row. */
  readonly displayScale: number | string;
};

/** A template's answer. `sql` has the DuckDB type of the Postgres result type. */
export type Translated = {
  readonly sql: string;
  readonly decimal?: Decimal | undefined;
  /** The value, where the template knows it from constant arguments (constant folding of patterns). */
  readonly constant?: PgValue | undefined;
  /** Where the value only leaves the query, the encoder may compute it from these instead (see ResultEncoding). */
  readonly leaving?: Leaving | undefined;
};

/** Numbers for the encoder. A `DecimalSql` is a DECIMAL or integer with the digits Postgres would show of it. */
export type Leaving =
  | { readonly kind: 'quotient'; readonly numerator: DecimalSql; readonly denominator: DecimalSql }
  | {
      readonly kind: 'variance';
      readonly count: string;
      readonly sum: string;
      readonly sumOfSquares: string;
      /** Display scale of x. */
      readonly scale: number | string;
      readonly of: 'var_pop' | 'var_samp' | 'stddev_pop' | 'stddev_samp';
    };

export type DecimalSql = { readonly sql: string; readonly displayScale: number | string };

/** What a template may ask about the call besides its arguments. */
export type Call = {
  /** e.g. `int4div(int4,int4)`. */
  readonly signature: string;
  readonly resultOid: number;
  readonly resultTypmod: number;
};

/** Arguments in Postgres' order, variadic ones one by one. Refuses by raising `unsupportedCall` (errors.ts). */
export type ScalarTemplate = (args: readonly Term[], call: Call) => Translated;

/**
 * Arguments of an aggregate: for ordered-set aggregates the direct ones first, then the ordered ones. `apply` writes
 * DuckDB's aggregate with the call's own DISTINCT, ORDER BY, FILTER and OVER; `filter` is a further condition.
 */
export type AggregateTemplate = (args: readonly Term[], call: AggregateCall, apply: Apply) => Translated;

export type AggregateCall = Call & {
  readonly distinct: boolean;
  /** An OVER clause, or GROUP BY. */
  readonly windowed: boolean;
  /** ORDER BY inside the call, or WITHIN GROUP. */
  readonly orderBy: readonly { readonly term: Term; readonly descending: boolean; readonly nullsFirst: boolean }[];
};

export type Apply = (duckdbAggregate: string, args: readonly string[], filter?: string) => string;

/** A window function that is no aggregate (row_number, lag, ...). `apply` adds the OVER clause. */
export type WindowTemplate = (args: readonly Term[], call: Call, apply: Apply) => Translated;

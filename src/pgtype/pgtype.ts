/**
 * Room `pgtype`: Postgres values, pure. Type oids, the text and binary formats of values, and how a result column of
 * the engine becomes a Postgres value. It knows no SQL, no engine and no I/O.
 *
 * Words: a *PgValue* is a decoded value whose JavaScript form follows from its type oid (table below). *Text format*
 * and *binary format* are those of the wire protocol (format codes 0 and 1). A *ResultEncoding* says how one output
 * column is made from the columns that the engine computed.
 *
 * | type | PgValue |
 * |---|---|
 * | bool | boolean |
 * | int2, int4, oid | number |
 * | int8 | bigint |
 * | float4, float8 | number |
 * | numeric | PgNumeric |
 * | text, varchar, bpchar, name, json, "char", unknown, xml | string |
 * | jsonb | string as jsonb_out prints it |
 * | bytea | Uint8Array |
 * | timetz, bit, varbit, inet, cidr, macaddr, macaddr8, money, geometry | string as the output function prints it |
 * | xid, cid, reg* | number |
 * | uuid | string, lower case with hyphens |
 * | date | number of days since 1970-01-01; Infinity and -Infinity |
 * | time | bigint microseconds since midnight |
 * | timestamp, timestamptz | bigint microseconds since 1970-01-01 (UTC); TIMESTAMP_INFINITY and its negative |
 * | interval | PgInterval |
 * | arrays | PgArray |
 */
export type PgValue = null | boolean | number | bigint | string | Uint8Array | PgNumeric | PgInterval | PgArray;

/** An exact decimal `unscaled * 10^-scale`; `scale` is also what Postgres displays. */
export type PgNumeric =
  | { readonly kind: 'numeric'; readonly unscaled: bigint; readonly scale: number }
  | { readonly kind: 'numeric'; readonly special: 'NaN' | 'Infinity' | '-Infinity' };

export type PgInterval = {
  readonly kind: 'interval';
  readonly months: number;
  readonly days: number;
  readonly micros: bigint;
};

export type PgArray = {
  readonly kind: 'array';
  readonly elementOid: number;
  /** Length and lower bound of each dimension; empty for `{}`. */
  readonly dimensions: readonly { readonly length: number; readonly lowerBound: number }[];
  /** Row-major. */
  readonly elements: readonly PgValue[];
};

/** Also what DuckDB stores for `infinity` timestamps. */
export const TIMESTAMP_INFINITY = 9223372036854775807n;

/** Session settings that text output follows. */
export type TextSettings = {
  /** As SHOW prints it, e.g. `ISO, MDY`; German, SQL and Postgres styles too. */
  readonly dateStyle: string;
  /** postgres, postgres_verbose, sql_standard or iso_8601. */
  readonly intervalStyle: string;
  /** An IANA name, or a fixed offset in Postgres' spellings. */
  readonly timeZone: string;
  readonly extraFloatDigits: number;
  readonly byteaOutput: 'hex' | 'escape';
};

/** One column of a result as clients see it (RowDescription). */
export type Field = {
  readonly name: string;
  readonly tableOid: number;
  readonly attnum: number;
  readonly typeOid: number;
  readonly typeSize: number;
  readonly typmod: number;
};

/**
 * How output column i is made from the engine's result; numbers are 0-based columns of the engine's result.
 * - plain: the value as it is, formatted by the output type.
 * - numeric: DECIMAL/HUGEINT column; `displayScale` digits are printed (zeros added, never digits cut).
 * - quotient: exact numeric division that only leaves the query: numerator / denominator with Postgres'
 *   `select_div_scale`; each is an unscaled integer or DECIMAL with a display scale. A null operand gives null,
 *   a zero denominator 22012.
 * - variance: from exact `count`, `sum(x)`, `sum(x*x)`; finished as Postgres' numeric_stddev_internal does.
 */
export type ResultEncoding =
  | { readonly kind: 'plain'; readonly column: number }
  | { readonly kind: 'numeric'; readonly column: number; readonly displayScale: Scale }
  | {
      readonly kind: 'quotient';
      readonly numerator: number;
      readonly numeratorScale: Scale;
      readonly denominator: number;
      readonly denominatorScale: Scale;
    }
  | {
      readonly kind: 'variance';
      readonly count: number;
      readonly sum: number;
      readonly sumOfSquares: number;
      readonly scale: Scale;
      readonly of: 'var_pop' | 'var_samp' | 'stddev_pop' | 'stddev_samp';
    };

/** A display scale: known when translating, or computed per row in a column of the engine's result. */
export type Scale = number | { readonly column: number };

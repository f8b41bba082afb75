/**
 * Scalar functions that DuckDB lacks or computes otherwise, in JavaScript: pure definitions. The engine registers
 * them once per instance; they run on the thread that owns it, about half a microsecond a row.
 *
 * A function returns NULL for a NULL argument without being called. It raises SqlError; the engine reports that to
 * DuckDB as `!` + SQLSTATE + message, as templates do with `CAST('!22012' || x AS T)`.
 */
export type HostFunction = {
  readonly name: string;
  readonly parameters: readonly HostType[];
  readonly result: Exclude<HostType, 'ANY'>;
  readonly compute: (...args: readonly HostValue[]) => HostValue;
};

/** ANY takes every type, as the matching HostValue; DECIMAL(p, s) of any p and s arrives as HostDecimal. */
export type HostType =
  | 'ANY'
  | 'BOOLEAN'
  | 'INTEGER'
  | 'BIGINT'
  | 'HUGEINT'
  | 'FLOAT'
  | 'DOUBLE'
  | 'VARCHAR'
  | 'INTERVAL';

/** BIGINT and HUGEINT are bigints, INTEGER, FLOAT and DOUBLE numbers. A result may be null, an argument is not. */
export type HostValue = null | boolean | number | bigint | string | HostDecimal | HostInterval;

export type HostDecimal = { readonly unscaled: bigint; readonly scale: number };

export type HostInterval = { readonly months: number; readonly days: number; readonly micros: bigint };

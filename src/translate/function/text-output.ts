import { OID } from '../../pgtype/oid.ts';
import { unsupportedCall } from './errors.ts';
import { once } from './once.ts';
import type { Call, Decimal, Term } from './template.ts';

/** VARCHAR SQL of what the type's output function prints (ISO dates, postgres intervals, shortest floats). */
export function textOutput(term: Term, call: Call): string {
  const x = term.sql;
  switch (term.typeOid) {
    case OID.text:
    case OID.varchar:
    case OID.bpchar:
    case OID.name:
    case OID.unknown:
    case OID.json:
    case OID.jsonb:
    case OID.timetz:
    case OID.bit:
    case OID.varbit:
    case OID.money:
    case OID.macaddr:
    case OID.macaddr8:
      return x;
    case OID.bool:
      return `CASE ${x} WHEN true THEN 't' WHEN false THEN 'f' END`;
    case OID.int2:
    case OID.int4:
    case OID.int8:
    case OID.oid:
    case OID.xid:
    case OID.uuid:
    case OID.time:
      return `CAST(${x} AS VARCHAR)`;
    case OID.float4:
      return `pg_float4_text(${x})`;
    case OID.float8:
      return `pg_float8_text(${x})`;
    case OID.numeric:
      if (term.decimal === undefined)
        throw unsupportedCall(call, 'a numeric argument has no known precision and scale');
      return numericText(x, term.decimal);
    case OID.interval:
      return `pg_interval_text(${x})`;
    case OID.date:
      return once(
        [x],
        (d) =>
          `CASE WHEN NOT isfinite(${d}) OR ${d} >= DATE '0001-01-01' THEN CAST(${d} AS VARCHAR) ELSE pg_date_text(CAST(${d} - DATE '1970-01-01' AS BIGINT)) END`,
      );
    case OID.timestamp:
      return once(
        [x],
        (ts) =>
          `CASE WHEN NOT isfinite(${ts}) OR ${ts} >= TIMESTAMP '0001-01-01' THEN CAST(${ts} AS VARCHAR) ELSE pg_timestamp_text(epoch_us(${ts})) END`,
      );
    case OID.timestamptz:
      return once(
        [x],
        (ts) =>
          `CASE WHEN isfinite(${ts}) THEN pg_timestamptz_text(epoch_us(${ts}), current_setting('TimeZone')) ELSE CAST(${ts} AS VARCHAR) END`,
      );
    case OID.bytea:
      return `('\\x' || lower(hex(${x})))`;
    default:
      throw unsupportedCall(call, 'the text of this type is not certified');
  }
}

/** What numeric_out prints of a DECIMAL. */
export function numericText(sql: string, { precision, scale, displayScale }: Decimal): string {
  // Without digits before the point DuckDB leaves out the zero there.
  return displayScale === scale && precision > scale
    ? `CAST(${sql} AS VARCHAR)`
    : `pg_numeric_text(${sql}, ${displayScale})`;
}

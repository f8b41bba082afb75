/**
 * SQL of a HUGEINT that orders intervals as Postgres does (interval_cmp_value): microseconds, a month being 30 days.
 * DuckDB compares months first where the parts differ in sign.
 */
export function intervalKey(interval: string): string {
  const days = `((year(${interval}) * 12 + month(${interval})) * 30 + day(${interval}))`;
  const micros = `((hour(${interval}) * 60 + minute(${interval})) * 60000000 + microsecond(${interval}))`;
  return `(CAST(${days} AS HUGEINT) * 86400000000 + ${micros})`;
}

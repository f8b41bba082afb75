/** interval and time arithmetic. Infinite intervals do not exist in DuckDB and never get here. */
import { dateUnit } from './date-unit.ts';
import { unsupportedCall } from './errors.ts';
import { once } from './once.ts';
import type { ScalarTemplate } from './template.ts';

const DAY = '86400000000';

/** Microseconds since midnight. */
const micros = (t: string): string => `epoch_us(${t})`;

function timeOf(us: string): string {
  return `CAST(TIMESTAMP '1970-01-01' + to_microseconds(${us}) AS TIME)`;
}

/** Only the time part of the interval counts, and the day wraps around. */
function timeMoved(operator: '+' | '-'): ScalarTemplate {
  return ([time, interval]) => ({
    sql: once([time!.sql, interval!.sql], (t, i) => {
      const part = `((hour(${i}) * 60 + minute(${i})) * 60000000 + microsecond(${i}))`;
      return timeOf(`(((${micros(t)} ${operator} ${part}) % ${DAY} + ${DAY}) % ${DAY})`);
    }),
  });
}

const truncated: ScalarTemplate = ([unit, interval], call) => {
  const name = dateUnit(unit!, call);
  if (['week', 'epoch', 'julian', 'isoyear', 'dow', 'isodow', 'doy'].includes(name) || name.startsWith('timezone')) {
    throw unsupportedCall(call, `the unit "${name}" is not supported for type interval`);
  }
  return { sql: `date_trunc('${name}', ${interval!.sql})` };
};

/** Arguments of make_interval in order: how many of DuckDB's unit one is. */
const makeInterval: ScalarTemplate = (args) => {
  // Defaults are not in the analysed tree.
  const [years = '0', months = '0', weeks = '0', days = '0', hours = '0', minutes = '0', seconds = '0::DOUBLE'] =
    args.map((arg) => arg.sql);
  return {
    sql:
      `(to_months(CAST(CAST(${years} AS BIGINT) * 12 + ${months} AS INTEGER)) + to_days(CAST(CAST(${weeks} AS BIGINT) * 7 + ${days} AS INTEGER))` +
      ` + to_microseconds((CAST(${hours} AS BIGINT) * 60 + ${minutes}) * 60000000 + CAST(round_even(${seconds} * 1000000, 0) AS BIGINT)))`,
  };
};

export const intervalFunctions: Readonly<Record<string, ScalarTemplate>> = {
  'interval_pl(interval,interval)': ([a, b]) => ({ sql: `(${a!.sql} + ${b!.sql})` }),
  'interval_mi(interval,interval)': ([a, b]) => ({ sql: `(${a!.sql} - ${b!.sql})` }),
  'interval_um(interval)': ([a]) => ({ sql: `(-${a!.sql})` }),
  'interval_mul(interval,float8)': ([a, b]) => ({ sql: `pg_interval_mul(${a!.sql}, ${b!.sql})` }),
  'mul_d_interval(float8,interval)': ([a, b]) => ({ sql: `pg_interval_mul(${b!.sql}, ${a!.sql})` }),
  'interval_div(interval,float8)': ([a, b]) => ({ sql: `pg_interval_div(${a!.sql}, ${b!.sql})` }),
  'justify_days(interval)': ([a]) => ({ sql: `pg_justify_days(${a!.sql})` }),
  'justify_hours(interval)': ([a]) => ({ sql: `pg_justify_hours(${a!.sql})` }),
  'justify_interval(interval)': ([a]) => ({ sql: `pg_justify_interval(${a!.sql})` }),
  'date_trunc(text,interval)': truncated,
  'make_interval(int4,int4,int4,int4,int4,int4,float8)': makeInterval,
  'isfinite(interval)': ([a]) => ({ sql: `CASE WHEN ${a!.sql} IS NOT NULL THEN true END` }),
  'time_pl_interval(time,interval)': timeMoved('+'),
  'time_mi_interval(time,interval)': timeMoved('-'),
  'interval_pl_time(interval,time)': ([i, t], call) => timeMoved('+')([t!, i!], call),
  'time_mi_time(time,time)': ([a, b]) => ({ sql: `to_microseconds(${micros(a!.sql)} - ${micros(b!.sql)})` }),
};

/** Window functions that are no aggregates (windowfuncs.c). */
import { unsupportedCall } from './errors.ts';
import { once } from './once.ts';
import { raise } from './raise.ts';
import type { Call, Term, Translated, WindowTemplate } from './template.ts';

function ranking(name: string): WindowTemplate {
  return (_args, _call, apply) => ({ sql: apply(name, []) });
}

/** Zero and less is an error; NULL gives NULL. */
function positive(count: Term, sqlstate: string): string {
  if (typeof count.constant === 'number' && count.constant > 0) return count.sql;
  return once([count.sql], (n) => `CASE WHEN ${n} > 0 THEN ${n} ELSE ${raise(sqlstate, n, 'INTEGER')} END`);
}

/** The result keeps the type of the value; with a default of another display scale it is refused. */
function like(value: Term, sql: string): Translated {
  return value.decimal === undefined ? { sql } : { sql, decimal: value.decimal };
}

function neighbour(name: 'lag' | 'lead'): WindowTemplate {
  return ([value, offset, preset], call, apply) => {
    const decimals = [value!.decimal, preset?.decimal].filter((decimal) => decimal !== undefined);
    if (decimals.some(({ displayScale }) => typeof displayScale !== 'number')) {
      throw unsupportedCall(call, 'round the argument to a fixed number of digits');
    }
    if (decimals.length > 1 && decimals[0]!.displayScale !== decimals[1]!.displayScale) {
      throw unsupportedCall(call, 'give the default as many digits after the point as the value');
    }
    if (offset !== undefined && typeof offset.constant !== 'number') {
      throw unsupportedCall(call, 'the offset must be a constant');
    }
    const args = [value!, offset, preset].filter((arg) => arg !== undefined).map((arg) => arg.sql);
    return like(value!, apply(name, args));
  };
}

function framed(name: 'first_value' | 'last_value'): WindowTemplate {
  return ([value], call, apply) => {
    refuseOpenScale(value!, call);
    return like(value!, apply(name, [value!.sql]));
  };
}

/** The display scale would have to come from the same row. */
function refuseOpenScale(term: Term, call: Call): void {
  if (term.decimal !== undefined && typeof term.decimal.displayScale !== 'number') {
    throw unsupportedCall(call, 'round the argument to a fixed number of digits');
  }
}

export const windowFunctions: Readonly<Record<string, WindowTemplate>> = {
  'row_number()': ranking('row_number'),
  'rank()': ranking('rank'),
  'dense_rank()': ranking('dense_rank'),
  'percent_rank()': ranking('percent_rank'),
  'cume_dist()': ranking('cume_dist'),
  'ntile(int4)': ([count], _call, apply) => ({
    sql: `CAST(${apply('ntile', [positive(count!, '22014')])} AS INTEGER)`,
  }),
  'lag(anyelement)': neighbour('lag'),
  'lag(anyelement,int4)': neighbour('lag'),
  'lag(anycompatible,int4,anycompatible)': neighbour('lag'),
  'lead(anyelement)': neighbour('lead'),
  'lead(anyelement,int4)': neighbour('lead'),
  'lead(anycompatible,int4,anycompatible)': neighbour('lead'),
  'first_value(anyelement)': framed('first_value'),
  'last_value(anyelement)': framed('last_value'),
  'nth_value(anyelement,int4)': ([value, position], call, apply) => {
    refuseOpenScale(value!, call);
    return like(value!, apply('nth_value', [value!.sql, positive(position!, '22016')]));
  },
};

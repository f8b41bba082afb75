/** Comparisons of scalar types: DuckDB orders them as Postgres does under the C collation (NaN last, -0 = 0). */
import { intervalKey } from './interval-key.ts';
import { once } from './once.ts';
import type { ScalarTemplate } from './template.ts';

const OPERATORS = { eq: '=', ne: '<>', lt: '<', le: '<=', gt: '>', ge: '>=' } as const;
type Operator = keyof typeof OPERATORS;

/** Function name stem and argument types where the DuckDB types compare by themselves. */
const PLAIN: readonly (readonly [stem: string, types: string])[] = [
  ['bool', 'bool,bool'],
  ['int2', 'int2,int2'],
  ['int4', 'int4,int4'],
  ['int8', 'int8,int8'],
  ['int24', 'int2,int4'],
  ['int28', 'int2,int8'],
  ['int42', 'int4,int2'],
  ['int48', 'int4,int8'],
  ['int82', 'int8,int2'],
  ['int84', 'int8,int4'],
  ['float4', 'float4,float4'],
  ['float8', 'float8,float8'],
  ['float48', 'float4,float8'],
  ['float84', 'float8,float4'],
  ['numeric_', 'numeric,numeric'],
  ['text', 'text,text'],
  ['text_', 'text,text'],
  ['name', 'name,name'],
  ['bytea', 'bytea,bytea'],
  ['uuid_', 'uuid,uuid'],
  ['date_', 'date,date'],
  ['time_', 'time,time'],
  ['timestamp_', 'timestamp,timestamp'],
  ['timestamptz_', 'timestamptz,timestamptz'],
  ['oid', 'oid,oid'],
  // Text of equal length, or of bits from the left, sorts as the values do.
  ['macaddr_', 'macaddr,macaddr'],
  ['macaddr8_', 'macaddr8,macaddr8'],
  ['bit', 'bit,bit'],
  ['varbit', 'varbit,varbit'],
];

/** Equal where their texts are equal, which says nothing of their order. */
const EQUAL_AS_TEXT: readonly (readonly [stem: string, types: string])[] = [
  ['char', 'char,char'],
  ['network_', 'inet,inet'],
  ['cash_', 'money,money'],
  ['timetz_', 'timetz,timetz'],
];

/** `texteq` and `textne` have no underscore, `text_lt` and its kind have one. */
function exists(stem: string, operator: Operator): boolean {
  if (stem === 'text') return operator === 'eq' || operator === 'ne';
  if (stem === 'text_') return operator !== 'eq' && operator !== 'ne';
  return true;
}

function plain(operator: Operator): ScalarTemplate {
  return ([a, b]) => ({ sql: `(${a!.sql} ${OPERATORS[operator]} ${b!.sql})` });
}

/** bpchareq and its kind: trailing blanks do not count. */
function blankPadded(operator: Operator): ScalarTemplate {
  return ([a, b]) => ({ sql: `(rtrim(${a!.sql}, ' ') ${OPERATORS[operator]} rtrim(${b!.sql}, ' '))` });
}

/**
 * A date against a timestamp, without casting the date: that could leave the range of timestamps, and a date column is
 * pruned only where it stands alone. Both bounds of the timestamp's day are finite dates or infinities.
 */
function dateWithTimestamp(operator: Operator): ScalarTemplate {
  return ([date, timestamp]) => ({
    sql: once([date!.sql, timestamp!.sql], (d, ts) => {
      const floor = `CASE WHEN isfinite(${ts}) THEN CAST(${ts} AS DATE) WHEN ${ts} > TIMESTAMP '1970-01-01' THEN DATE 'infinity' WHEN ${ts} < TIMESTAMP '1970-01-01' THEN DATE '-infinity' END`;
      const midnight = `(NOT isfinite(${ts}) OR ${ts} = date_trunc('day', ${ts}))`;
      const ceiling = `CASE WHEN ${midnight} THEN ${floor} ELSE CAST(${ts} AS DATE) + 1 END`;
      switch (operator) {
        case 'lt':
        case 'ge':
          return `${d} ${OPERATORS[operator]} ${ceiling}`;
        case 'le':
        case 'gt':
          return `${d} ${OPERATORS[operator]} ${floor}`;
        case 'eq':
          return `CASE WHEN ${midnight} THEN ${d} = ${floor} WHEN ${d} IS NOT NULL AND ${ts} IS NOT NULL THEN false END`;
        case 'ne':
          return `CASE WHEN ${midnight} THEN ${d} <> ${floor} WHEN ${d} IS NOT NULL AND ${ts} IS NOT NULL THEN true END`;
      }
    }),
  });
}

/** Dates past the last timestamp compare as later ones; the cast takes the session's time zone where it must. */
function asTimestamp(date: string, type: 'TIMESTAMP' | 'TIMESTAMPTZ'): string {
  const last = `${type === 'TIMESTAMP' ? 'make_timestamp' : 'make_timestamptz'}(9223372036854775806)`;
  return once(
    [date],
    (d) => `CASE WHEN isfinite(${d}) AND ${d} > DATE '294246-12-31' THEN ${last} ELSE CAST(${d} AS ${type}) END`,
  );
}

function crossed(operator: Operator, left: string, right: string): ScalarTemplate {
  const type = left === 'timestamptz' || right === 'timestamptz' ? 'TIMESTAMPTZ' : 'TIMESTAMP';
  return ([a, b]) => {
    const sides = [
      [a!.sql, left],
      [b!.sql, right],
    ].map(([sql, from]) => (from === 'date' ? asTimestamp(sql!, type) : `CAST(${sql} AS ${type})`));
    return { sql: `(${sides[0]} ${OPERATORS[operator]} ${sides[1]})` };
  };
}

const MIRRORED: Readonly<Record<Operator, Operator>> = { eq: 'eq', ne: 'ne', lt: 'gt', le: 'ge', gt: 'lt', ge: 'le' };

function comparisons(): Record<string, ScalarTemplate> {
  const table: Record<string, ScalarTemplate> = {};
  for (const operator of Object.keys(OPERATORS) as Operator[]) {
    for (const [stem, types] of PLAIN) {
      if (exists(stem, operator)) table[`${stem}${operator}(${types})`] = plain(operator);
    }
    table[`interval_${operator}(interval,interval)`] = ([a, b]) => ({
      sql: once([a!.sql, b!.sql], (x, y) => `${intervalKey(x)} ${OPERATORS[operator]} ${intervalKey(y)}`),
    });
    if (operator === 'eq' || operator === 'ne')
      for (const [stem, types] of EQUAL_AS_TEXT) table[`${stem}${operator}(${types})`] = plain(operator);
    table[`name${operator}text(name,text)`] = plain(operator);
    table[`text${operator}name(text,name)`] = plain(operator);
    table[`bpchar${operator}(bpchar,bpchar)`] = blankPadded(operator);
    table[`date_${operator}_timestamp(date,timestamp)`] = dateWithTimestamp(operator);
    table[`timestamp_${operator}_date(timestamp,date)`] = ([a, b], call) =>
      dateWithTimestamp(MIRRORED[operator])([b!, a!], call);
    for (const [left, right] of [
      ['date', 'timestamptz'],
      ['timestamptz', 'date'],
      ['timestamp', 'timestamptz'],
      ['timestamptz', 'timestamp'],
    ] as const) {
      table[`${left}_${operator}_${right}(${left},${right})`] = crossed(operator, left, right);
    }
  }
  table['xideq(xid,xid)'] = plain('eq');
  table['xidneq(xid,xid)'] = plain('ne');
  return table;
}

export const comparisonFunctions: Readonly<Record<string, ScalarTemplate>> = comparisons();

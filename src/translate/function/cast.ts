/** Casts: functions of pg_cast, and `io(source,target)` through text. */
import { fromUnscaled } from './decimal.ts';
import { unsupportedCall } from './errors.ts';
import { decimalOf } from './numeric.ts';
import { once } from './once.ts';
import { raise } from './raise.ts';
import type { Call, ScalarTemplate, Term, Translated } from './template.ts';
import { textOutput } from './text-output.ts';

const INTEGERS: Readonly<Record<string, { readonly type: string; readonly digits: number; readonly beyond: string }>> =
  {
    int2: { type: 'SMALLINT', digits: 5, beyond: '32768' },
    int4: { type: 'INTEGER', digits: 10, beyond: '2147483648' },
    int8: { type: 'BIGINT', digits: 19, beyond: '9223372036854775808' },
  };

/** Storage scale of numerics made of text and floats. */
const OPEN_SCALE = 20;

const to =
  (type: string): ScalarTemplate =>
  ([a]) => ({ sql: `CAST(${a!.sql} AS ${type})` });

/** Rounded half to even, NaN and what is out of range is 22003. */
function floatToInteger(type: string, beyond: string): ScalarTemplate {
  return ([a]) => ({
    sql: once([a!.sql], (x) => {
      const rounded = `round_even(CAST(${x} AS DOUBLE), 0)`;
      return `CASE WHEN ${rounded} >= -${beyond}::DOUBLE AND ${rounded} < ${beyond}::DOUBLE THEN CAST(${rounded} AS ${type}) ELSE ${raise('22003', x, type)} END`;
    }),
  });
}

function integerToNumeric(digits: number): ScalarTemplate {
  return ([a]) => ({
    sql: `CAST(${a!.sql} AS DECIMAL(${digits},0))`,
    decimal: { precision: digits, scale: 0, displayScale: 0 },
  });
}

function openNumeric(hostFunction: string, x: string): Translated {
  const { sql, precision, scale } = fromUnscaled(`${hostFunction}(${x}, ${OPEN_SCALE})`, OPEN_SCALE);
  return { sql, decimal: { precision, scale, displayScale: `${hostFunction}_scale(${x})` } };
}

/** Up to 15 digits the quotient of two exact doubles is correctly rounded; beyond, the digits are read as text. */
const numericToDouble: ScalarTemplate = ([a], call) => {
  const { precision } = decimalOf(a!, call);
  return { sql: precision <= 15 ? `CAST(${a!.sql} AS DOUBLE)` : `CAST(CAST(${a!.sql} AS VARCHAR) AS DOUBLE)` };
};

/** numeric(p, s): rounds, then checks the range. */
const numericTypmod: ScalarTemplate = ([a, typmod], call) => {
  const encoded = typmod?.constant;
  if (typeof encoded !== 'number') throw unsupportedCall(call, 'precision and scale must be constants');
  const from = decimalOf(a!, call);
  if (encoded < 4) return { sql: a!.sql, decimal: from };
  const precision = ((encoded - 4) >> 16) & 0xffff;
  const scale = (((encoded - 4) & 0x7ff) ^ 1024) - 1024;
  if (scale < 0 || scale > precision || scale > 38) {
    throw unsupportedCall(call, `numeric(${precision},${scale}) is beyond what the engine can hold`);
  }
  const stored = Math.min(precision, 38);
  const decimal = { precision: stored, scale, displayScale: scale };
  return { sql: `CAST(${a!.sql} AS DECIMAL(${stored},${scale}))`, decimal };
};

/** varchar(n) as an explicit cast cuts, as an assignment it only cuts blanks (22001 otherwise). */
const varcharTypmod: ScalarTemplate = (args, call) => limited(args, call, 'character varying');

const limited = ([a, typmod, isExplicit]: readonly Term[], call: Call, type: string): Translated => {
  const limit = lengthOf(typmod!, call);
  if (limit === undefined) return { sql: a!.sql };
  if (isExplicit?.constant === true) return { sql: `left(${a!.sql}, ${limit})` };
  return {
    sql: once(
      [a!.sql],
      (x) =>
        `CASE WHEN length(${x}) <= ${limit} THEN ${x} WHEN length(rtrim(${x}, ' ')) <= ${limit} THEN left(${x}, ${limit}) ELSE ${raise('22001', x, 'INTEGER', `value too long for type ${type}(${limit})`)}::VARCHAR END`,
    ),
  };
};

/** char(n): cut like varchar(n), and padded. */
const bpcharTypmod: ScalarTemplate = (args, call) => {
  const limit = lengthOf(args[1]!, call);
  const { sql } = limited(args, call, 'character');
  return { sql: limit === undefined ? sql : `rpad(${sql}, ${limit}, ' ')` };
};

/** Length limit of a typmod that counts its own header; undefined for none. */
function lengthOf(typmod: Term, call: Call): number | undefined {
  if (typeof typmod.constant !== 'number') throw unsupportedCall(call, 'the length must be a constant');
  return typmod.constant < 4 ? undefined : typmod.constant - 4;
}

/** timestamp(p): rounded half away from zero to p digits of a second (AdjustTimestampForTypmod). */
function fraction(make: string, type: string): ScalarTemplate {
  return ([a, typmod], call) => {
    const digits = typmod?.constant;
    if (typeof digits !== 'number') throw unsupportedCall(call, 'the precision must be a constant');
    if (digits < 0 || digits >= 6) return { sql: a!.sql };
    const unit = 10 ** (6 - digits);
    return {
      sql: once([a!.sql], (x) => {
        // Postgres counts microseconds from 2000, where a tie is away from zero.
        const us = `(epoch_us(${x}) - 946684800000000)`;
        const rounded = `(CASE WHEN ${us} >= 0 THEN (${us} + ${unit / 2}) // ${unit} ELSE -((-${us} + ${unit / 2}) // ${unit}) END * ${unit} + 946684800000000)`;
        return `CASE WHEN isfinite(${x}) THEN ${make}(${rounded}) ELSE CAST(${x} AS ${type}) END`;
      }),
    };
  };
}

/** The date of a timestamp; infinities stay. */
const toDate: ScalarTemplate = ([a], call) => ({
  sql: once([call.signature === 'date(timestamptz)' ? `CAST(${a!.sql} AS TIMESTAMP)` : a!.sql], (ts) => {
    const infinite = `CASE WHEN ${ts} > TIMESTAMP '1970-01-01' THEN DATE 'infinity' WHEN ${ts} < TIMESTAMP '1970-01-01' THEN DATE '-infinity' END`;
    return `CASE WHEN isfinite(${ts}) THEN CAST(${ts} AS DATE) ELSE ${infinite} END`;
  }),
});

/** Infinite timestamps have no time of day: NULL. */
const toTime: ScalarTemplate = ([a]) => ({
  sql: once([`CAST(${a!.sql} AS TIMESTAMP)`], (ts) => `CASE WHEN isfinite(${ts}) THEN CAST(${ts} AS TIME) END`),
});

const intervalToTime: ScalarTemplate = ([a]) => ({
  sql: once([a!.sql], (i) => {
    const us = `((hour(${i}) * 60 + minute(${i})) * 60000000 + microsecond(${i}))`;
    return `CAST(TIMESTAMP '1970-01-01' + to_microseconds((${us} % 86400000000 + 86400000000) % 86400000000) AS TIME)`;
  }),
});

function numberCasts(): Record<string, ScalarTemplate> {
  const table: Record<string, ScalarTemplate> = {
    'float4(float8)': ([a]) => ({
      sql: once(
        [a!.sql],
        (x) =>
          `CASE WHEN isfinite(${x}) AND (abs(${x}) >= 3.4028235677973366e38::DOUBLE OR ${x} <> 0 AND abs(${x}) <= 7.006492321624085e-46::DOUBLE) THEN ${raise('22003', x, 'FLOAT')} ELSE CAST(${x} AS FLOAT) END`,
      ),
    }),
    'float8(float4)': to('DOUBLE'),
    'float8(numeric)': numericToDouble,
    'float4(numeric)': ([a]) => ({ sql: `CAST(CAST(${a!.sql} AS VARCHAR) AS FLOAT)` }),
    'numeric(float8)': ([a]) => openNumeric('pg_float8_numeric', a!.sql),
    'numeric(float4)': ([a]) => openNumeric('pg_float4_numeric', a!.sql),
    'numeric(numeric,int4)': numericTypmod,
    'int4(bool)': to('INTEGER'),
    'bool(int4)': to('BOOLEAN'),
    'text(bool)': to('VARCHAR'),
  };
  for (const [name, { type, digits, beyond }] of Object.entries(INTEGERS)) {
    for (const other of Object.keys(INTEGERS)) if (other !== name) table[`${name}(${other})`] = to(type);
    table[`${name}(numeric)`] = to(type);
    for (const float of ['float4', 'float8']) table[`${name}(${float})`] = floatToInteger(type, beyond);
    table[`float4(${name})`] = to('FLOAT');
    table[`float8(${name})`] = to('DOUBLE');
    table[`numeric(${name})`] = integerToNumeric(digits);
  }
  return table;
}

/** make_timestamp takes every number of microseconds but that of -infinity. */
function moment(type: 'TIMESTAMP' | 'TIMESTAMPTZ', micros: string): string {
  const make = type === 'TIMESTAMP' ? 'make_timestamp' : 'make_timestamptz';
  return `list_transform([${micros}], lambda us: CASE us WHEN -9223372036854775807 THEN ${type} '-infinity' ELSE ${make}(us) END)[1]`;
}

/** Types that are computed with as text (duckdb-type.ts), whose canonical spellings the host reads. */
const TEXT_ONLY_INPUTS = ['timetz', 'varbit', 'inet', 'cidr', 'macaddr', 'macaddr8'] as const;

/** Targets of casts from text, and the SQL around the host's input function. */
const INPUTS: Readonly<Record<string, (text: string) => string>> = {
  bool: (x) => `pg_bool_in(${x})`,
  int2: (x) => `CAST(pg_int2_in(${x}) AS SMALLINT)`,
  int4: (x) => `pg_int4_in(${x})`,
  int8: (x) => `pg_int8_in(${x})`,
  float4: (x) => `pg_float4_in(${x})`,
  float8: (x) => `pg_float8_in(${x})`,
  uuid: (x) => `CAST(pg_uuid_in(${x}) AS UUID)`,
  date: (x) =>
    once(
      [`pg_date_in(${x})`],
      (d) =>
        `CASE ${d} WHEN 2147483647 THEN DATE 'infinity' WHEN -2147483647 THEN DATE '-infinity' ELSE DATE '1970-01-01' + ${d} END`,
    ),
  time: (x) => `CAST(TIMESTAMP '1970-01-01' + to_microseconds(pg_time_in(${x})) AS TIME)`,
  timestamp: (x) => moment('TIMESTAMP', `pg_timestamp_in(${x})`),
  // Without a zone in the text it is the local time of the session.
  timestamptz: (x) =>
    once(
      [x],
      (text) =>
        `CASE WHEN regexp_matches(${text}, ':[0-9.]+ *(Z|[+-][0-9:]+) *$') OR regexp_matches(${text}, 'infinity', 'i') THEN ${moment('TIMESTAMPTZ', `pg_timestamptz_in(${text})`)} ELSE CAST(make_timestamp(pg_timestamp_in(${text})) AS TIMESTAMPTZ) END`,
    ),
  interval: (x) => `pg_interval_in(${x})`,
  bytea: (x) => `unhex(pg_bytea_in(${x}))`,
  json: (x) => `pg_json_in(${x})`,
  jsonb: (x) => `pg_jsonb_in(${x})`,
  ...Object.fromEntries(TEXT_ONLY_INPUTS.map((name) => [name, (x: string) => `pg_text_only_in('${name}', ${x})`])),
};

function textCasts(): Record<string, ScalarTemplate> {
  const table: Record<string, ScalarTemplate> = {};
  for (const source of ['text', 'varchar', 'bpchar']) {
    // Text output of bpchar keeps its padding, which the input functions skip or not as they will.
    for (const [target, input] of Object.entries(INPUTS)) {
      table[`io(${source},${target})`] = ([a]) => ({ sql: input(a!.sql) });
    }
    table[`io(${source},numeric)`] = ([a]) => openNumeric('pg_numeric_in', a!.sql);
  }
  const printed = [
    'bool',
    'int2',
    'int4',
    'int8',
    'float4',
    'float8',
    'numeric',
    'date',
    'time',
    'timestamp',
    'timestamptz',
    'interval',
    'uuid',
    'bytea',
    'json',
    'jsonb',
    'timetz',
    'bit',
    'varbit',
    'money',
    'macaddr',
    'macaddr8',
    'oid',
    'xid',
  ];
  for (const source of printed) {
    for (const target of ['text', 'varchar', 'bpchar']) {
      table[`io(${source},${target})`] = ([a], call) => ({ sql: textOutput(a!, call) });
    }
  }
  return table;
}

export const castFunctions: Readonly<Record<string, ScalarTemplate>> = {
  ...numberCasts(),
  ...textCasts(),
  'io(json,jsonb)': ([a]) => ({ sql: `pg_jsonb_in(${a!.sql})` }),
  'io(jsonb,json)': ([a]) => ({ sql: a!.sql }),
  'varchar(varchar,int4,bool)': varcharTypmod,
  'bpchar(bpchar,int4,bool)': bpcharTypmod,
  'text(bpchar)': ([a]) => ({ sql: `rtrim(${a!.sql}, ' ')` }),
  'text(name)': ([a]) => ({ sql: a!.sql }),
  'timestamp(timestamp,int4)': fraction('make_timestamp', 'TIMESTAMP'),
  'timestamptz(timestamptz,int4)': fraction('make_timestamptz', 'TIMESTAMPTZ'),
  'timestamp(date)': to('TIMESTAMP'),
  'timestamp(timestamptz)': to('TIMESTAMP'),
  'timestamptz(date)': ([a]) => ({
    sql: once(
      [a!.sql],
      (d) =>
        `CASE WHEN isfinite(${d}) AND ${d} > DATE '294246-12-31' THEN ${raise('22008', d, 'TIMESTAMPTZ')} ELSE CAST(${d} AS TIMESTAMPTZ) END`,
    ),
  }),
  'timestamptz(timestamp)': to('TIMESTAMPTZ'),
  'date(timestamp)': toDate,
  'date(timestamptz)': toDate,
  'time(timestamp)': toTime,
  'time(timestamptz)': toTime,
  'time(interval)': intervalToTime,
  'interval(time)': ([a]) => ({ sql: `to_microseconds(epoch_us(${a!.sql}))` }),
};

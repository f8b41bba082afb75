/** Functions of the host for casts from and to text: the input and output functions of the types. */
import type { PgValue, TextSettings } from '../../pgtype/pgtype.ts';
import { invalidDatetime } from '../../pgtype/errors.ts';
import { SqlError } from '../../base/sql-error.ts';
import { isJson } from '../../pgtype/is-json.ts';
import { decodeIntervalText } from '../../pgtype/decode-interval-text.ts';
import { decodeText } from '../../pgtype/decode-text.ts';
import type { TextFormatter } from '../../pgtype/text-formatter.ts';
import { textFormatter } from '../../pgtype/text-formatter.ts';
import { OID } from '../../pgtype/oid.ts';
import { unsupportedValue } from './errors.ts';
import type { HostFunction, HostInterval, HostType, HostValue } from './host-function.ts';

/** Casts to text are translated for these settings only. */
const SETTINGS: TextSettings = {
  dateStyle: 'ISO, MDY',
  intervalStyle: 'postgres',
  timeZone: 'UTC',
  extraFloatDigits: 1,
  byteaOutput: 'hex',
};

const INFINITE_DATE = 2_147_483_647;

/** What only Postgres itself reads is 0A000. */
function read(oid: number, type: string, text: string): PgValue {
  const value = decodeText(oid, text);
  if (value === undefined) throw unsupportedValue(`"${text}" as input of type ${type}`);
  return value;
}

/** Dates as timestamps, times without seconds, and the date of a timestamp without zone. */
function completed(oid: number, text: string): string {
  const clock = (time: string): string => (/^\d\d:\d\d$/.test(time) ? `${time}:00` : time);
  const match = /^(\d{4,6}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?))?$/.exec(text);
  if (oid === OID.time) return clock(text);
  if (match === null) return text;
  const time = clock(match[2] ?? '00:00:00');
  if (oid === OID.timestamp) return `${match[1]} ${time}`;
  // A time that is out of range is an error of the date too.
  return decodeText(OID.time, time) === undefined ? text : match[1]!;
}

function readInterval(text: string): HostInterval {
  if (text.trim() === '') throw invalidDatetime('interval', text);
  const value = decodeIntervalText(text);
  if (value === undefined) throw unsupportedValue(`"${text}" as input of type interval`);
  return value;
}

/** Leading and trailing blanks are Postgres' to skip; text without a digit is no date but for words it knows. */
function readDatetime(oid: number, type: string, text: string): PgValue {
  const trimmed = text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '');
  const value = decodeText(oid, completed(oid, trimmed));
  if (value !== undefined) return value;
  if (!/[0-9]/.test(trimmed) && !/epoch|infinity|now|today|tomorrow|yesterday|allballs/i.test(trimmed)) {
    throw invalidDatetime(type, text);
  }
  throw unsupportedValue(`"${text}" as input of type ${type}`);
}

function readJson(oid: number, text: string): string {
  if (!isJson(text)) throw new SqlError({ sqlstate: '22P02', message: 'invalid input syntax for type json' });
  return read(oid, 'jsonb', text) as string;
}

function input(name: string, result: Exclude<HostType, 'ANY'>, compute: (text: string) => HostValue): HostFunction {
  return { name, parameters: ['VARCHAR'], result, compute: (text) => compute(text as string) };
}

const dayNumber = (days: PgValue): number =>
  days === Infinity ? INFINITE_DATE : days === -Infinity ? -INFINITE_DATE : (days as number);

export const castHostFunctions: readonly HostFunction[] = [
  input('pg_bool_in', 'BOOLEAN', (text) => read(OID.bool, 'boolean', text) as boolean),
  input('pg_int2_in', 'INTEGER', (text) => read(OID.int2, 'smallint', text) as number),
  input('pg_int4_in', 'INTEGER', (text) => read(OID.int4, 'integer', text) as number),
  input('pg_int8_in', 'BIGINT', (text) => read(OID.int8, 'bigint', text) as bigint),
  input('pg_float4_in', 'FLOAT', (text) => read(OID.float4, 'real', text) as number),
  input('pg_float8_in', 'DOUBLE', (text) => read(OID.float8, 'double precision', text) as number),
  input('pg_uuid_in', 'VARCHAR', (text) => read(OID.uuid, 'uuid', text) as string),
  input('pg_date_in', 'INTEGER', (text) => dayNumber(readDatetime(OID.date, 'date', text))),
  input('pg_time_in', 'BIGINT', (text) => readDatetime(OID.time, 'time', text) as bigint),
  input('pg_timestamp_in', 'BIGINT', (text) => readDatetime(OID.timestamp, 'timestamp', text) as bigint),
  input('pg_timestamptz_in', 'BIGINT', (text) => readDatetime(OID.timestamptz, 'timestamptz', text) as bigint),
  input('pg_interval_in', 'INTERVAL', readInterval),
  input('pg_bytea_in', 'VARCHAR', (text) => Buffer.from(read(OID.bytea, 'bytea', text) as Uint8Array).toString('hex')),
  input('pg_json_in', 'VARCHAR', (text) => readJson(OID.json, text)),
  input('pg_jsonb_in', 'VARCHAR', (text) => readJson(OID.jsonb, text)),
  {
    name: 'pg_text_only_in',
    parameters: ['VARCHAR', 'VARCHAR'],
    result: 'VARCHAR',
    compute: (type, text) => read(OID[type as keyof typeof OID], type as string, text as string) as string,
  },
  ...outputs(),
];

function outputs(): readonly HostFunction[] {
  const format = textFormatter(SETTINGS);
  const zoned = new Map<string, TextFormatter>();
  const formatIn = (timeZone: string): TextFormatter => {
    const known = zoned.get(timeZone) ?? textFormatter({ ...SETTINGS, timeZone });
    zoned.set(timeZone, known);
    return known;
  };
  return [
    {
      name: 'pg_float8_text',
      parameters: ['DOUBLE'],
      result: 'VARCHAR',
      compute: (x) => format(OID.float8, x as number),
    },
    {
      name: 'pg_float4_text',
      parameters: ['FLOAT'],
      result: 'VARCHAR',
      compute: (x) => format(OID.float4, x as number),
    },
    {
      name: 'pg_interval_text',
      parameters: ['INTERVAL'],
      result: 'VARCHAR',
      compute: (value) => {
        const { months, days, micros } = value as HostInterval;
        return format(OID.interval, { kind: 'interval', months, days, micros });
      },
    },
    {
      // Days since 1970; for dates before Christ, whose text DuckDB writes in another way.
      name: 'pg_date_text',
      parameters: ['BIGINT'],
      result: 'VARCHAR',
      compute: (days) => format(OID.date, Number(days)),
    },
    {
      name: 'pg_timestamp_text',
      parameters: ['BIGINT'],
      result: 'VARCHAR',
      compute: (micros) => format(OID.timestamp, micros as bigint),
    },
    {
      name: 'pg_timestamptz_text',
      parameters: ['BIGINT', 'VARCHAR'],
      result: 'VARCHAR',
      compute: (micros, timeZone) => formatIn(timeZone as string)(OID.timestamptz, micros as bigint),
    },
  ];
}

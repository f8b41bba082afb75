import { applyTransform, transformResultType } from '../../iceberg/transform.ts';
import type { IcebergValue, PartitionField, Type } from '../../iceberg/iceberg.ts';
import { bucketOfLong } from './bucket-of-long.ts';
import { plainStatement } from './sql-runner.ts';
import { sqlText } from '../../base/sql-text.ts';
import type { SqlRunner } from './sql-runner.ts';

/**
 * A partition value as a column of the rows to write: SQL text over column `column`, whose values (INTEGER, BIGINT or
 * VARCHAR) `read` turns into Iceberg's. `join` is added to FROM where values are looked up.
 */
export type PartitionColumn = {
  readonly sql: string;
  readonly join?: string;
  readonly resultType: Type;
  readonly read: (text: string | null) => IcebergValue;
};

/** How partition field `ordinal` is computed from its source column of `type`; `rows` is a table of the rows to write. */
export async function partitionColumn(
  runner: SqlRunner,
  field: PartitionField,
  ordinal: number,
  source: { readonly column: string; readonly type: Type },
  rows: string,
  timeZone: string,
): Promise<PartitionColumn> {
  const { transform } = field;
  const resultType = transformResultType(transform, source.type);
  const name = typeof source.type === 'string' ? source.type : source.type.kind;
  const direct = directSql(field, `r.${source.column}`, name);
  if (direct !== undefined) return { sql: direct, resultType, read: (text) => readValue(text, resultType) };
  // Values that SQL does not hash or cut as the specification says: each distinct one is transformed here, once.
  const table = `partition_values_${ordinal}`;
  const key = keySql(source.column, name);
  await runner.run(plainStatement(`CREATE OR REPLACE TEMP TABLE ${table} (source VARCHAR, value VARCHAR)`, timeZone));
  const distinct = await runner.values(
    plainStatement(`SELECT DISTINCT ${key} FROM ${rows} AS r WHERE ${source.column} IS NOT NULL`, timeZone),
  );
  const pairs = distinct.map(([text]) => {
    const value = readValue(String(text), source.type);
    return `(${sqlText(String(text))}, ${sqlText(writeValue(applyTransform(transform, source.type, value)))})`;
  });
  for (let start = 0; start < pairs.length; start += 1000)
    await runner.run(
      plainStatement(`INSERT INTO ${table} VALUES ${pairs.slice(start, start + 1000).join(', ')}`, timeZone),
    );
  return {
    sql: `v${ordinal}.value`,
    join: `LEFT JOIN ${table} AS v${ordinal} ON v${ordinal}.source = ${keySql(`r.${source.column}`, name)}`,
    resultType,
    read: (text) => readValue(text, resultType),
  };
}

/** A value as text that `readValue` understands. */
function keySql(column: string, type: string): string {
  switch (type) {
    case 'binary':
    case 'fixed':
      return `hex(${column})`;
    case 'date':
      return `CAST(${column} - DATE '1970-01-01' AS VARCHAR)`;
    case 'time':
      return `CAST(epoch_us(${column}) AS VARCHAR)`;
    case 'timestamp':
    case 'timestamptz':
      return `CAST(epoch_us(${column}) AS VARCHAR)`;
    default:
      return `CAST(${column} AS VARCHAR)`;
  }
}

function directSql({ transform }: PartitionField, column: string, type: string): string | undefined {
  const day = type === 'date' ? column : `CAST(make_timestamp(epoch_us(${column})) AS DATE)`;
  switch (transform.kind) {
    case 'void':
      return 'NULL::INTEGER';
    case 'identity':
      return keySql(column, type);
    case 'year':
      return `CAST(date_part('year', ${day}) - 1970 AS INTEGER)`;
    case 'month':
      return `CAST((date_part('year', ${day}) - 1970) * 12 + date_part('month', ${day}) - 1 AS INTEGER)`;
    case 'day':
      return `CAST(${day} - DATE '1970-01-01' AS INTEGER)`;
    case 'hour': {
      const micros = `epoch_us(${column})`;
      return `CAST(${floored(micros, '3600000000')} AS INTEGER)`;
    }
    case 'bucket':
      if (type === 'int' || type === 'long') return bucketOfLong(column, transform.buckets);
      if (type === 'date') return bucketOfLong(`(${column} - DATE '1970-01-01')`, transform.buckets);
      if (type === 'time' || type === 'timestamp' || type === 'timestamptz')
        return bucketOfLong(`epoch_us(${column})`, transform.buckets);
      return undefined;
    case 'truncate': {
      const { width } = transform;
      if (type === 'string') return `left(${column}, ${width})`;
      if (type !== 'int' && type !== 'long') return undefined;
      const cut = `(${floored(`CAST(${column} AS HUGEINT)`, `${width}::HUGEINT`)} * ${width})`;
      // Below the least integer it wraps around, as in the reference implementation.
      const bits = type === 'int' ? 32n : 64n;
      const wrapped = `CASE WHEN ${cut} < ${-(1n << (bits - 1n))}::HUGEINT THEN ${cut} + ${1n << bits}::HUGEINT ELSE ${cut} END`;
      return `CAST(${wrapped} AS VARCHAR)`;
    }
    default:
      return undefined;
  }
}

/** `//` truncates; the specification floors. */
function floored(value: string, divisor: string): string {
  return `((${value} // ${divisor}) - CASE WHEN ${value} % ${divisor} < 0 THEN 1 ELSE 0 END)`;
}

function readValue(text: string | null, type: Type): IcebergValue {
  if (text === null) return null;
  if (typeof type === 'object') {
    if (type.kind === 'decimal') return BigInt(text.replace('.', ''));
    if (type.kind === 'fixed') return Uint8Array.from(Buffer.from(text, 'hex'));
    throw new TypeError(`no partition value of type ${type.kind}`);
  }
  switch (type) {
    case 'boolean':
      return text === 'true';
    case 'int':
    case 'date':
      return Number(text);
    case 'float':
    case 'double':
      return Number(text.replace(/^(-?)inf(inity)?$/i, '$1Infinity').replace(/^nan$/i, 'NaN'));
    case 'long':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return BigInt(text);
    case 'binary':
      return Uint8Array.from(Buffer.from(text, 'hex'));
    case 'uuid':
      return Uint8Array.from(Buffer.from(text.replaceAll('-', ''), 'hex'));
    default:
      return text;
  }
}

/** The inverse of readValue for the results of a transform that is applied here. Decimals keep no point. */
function writeValue(value: IcebergValue): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value);
}

import * as duckdb from '@duckdb/node-api';
import { engineError } from '../../src/engine/worker/engine-error.ts';
import { SqlError } from '../../src/base/sql-error.ts';
import { decodeText } from '../../src/pgtype/decode-text.ts';
import type { PgValue } from '../../src/pgtype/pgtype.ts';
import { constantValue } from '../../src/translate/constant.ts';
import { scalarTemplate } from '../../src/translate/function/function-table.ts';
import { hostFunctions } from '../../src/translate/function/host-functions.ts';
import type { HostFunction, HostType, HostValue } from '../../src/translate/function/host-function.ts';
import type { Term, Translated } from '../../src/translate/function/template.ts';
import type { CellResult, CertifiedArgument, CertifiedCase } from './certified-case.ts';
import { canonicalValue } from './canonical-value.ts';
import { duckdbTypeName, oidOf } from './type-of.ts';

export type DuckdbSide = { readonly connection: duckdb.DuckDBConnection };

/** A DuckDB of its own with the functions of the host. */
export async function openDuckdb(): Promise<DuckdbSide> {
  const instance = await duckdb.DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  for (const definition of hostFunctions) connection.registerScalarFunction(hostFunction(definition));
  await connection.run('CREATE TABLE cells (n INTEGER)');
  return { connection };
}

/** What the certifier found besides cells: the template refuses these arguments. */
export type Refusal = { readonly refused: string };

/** Every cell of a case, computed by DuckDB as the template says. */
export async function duckdbCells(
  side: DuckdbSide,
  certified: CertifiedCase,
  expected: readonly CellResult[],
): Promise<readonly (CellResult | Refusal)[]> {
  await side.connection.run(`SET TimeZone = '${certified.timeZone}'`);
  await createCells(side, certified);
  const results: (CellResult | Refusal)[] = Array.from({ length: certified.cells.length }, () => null);
  for (const numbers of groupedByConstants(certified).values()) {
    const translated = translate(certified, certified.cells[numbers[0]!]!);
    if ('refused' in translated) {
      for (const n of numbers) results[n] = translated;
      continue;
    }
    await computeGroup(side, certified, translated, numbers, expected, results);
  }
  return results;
}

async function createCells(side: DuckdbSide, { args, cells }: CertifiedCase): Promise<void> {
  const columns = args.flatMap((arg, index) => {
    if (arg.constant) return [];
    const values = arg.values.map((value) => literal(arg, value));
    return [`(CAST([${values.join(', ')}] AS ${storedType(arg)}[]))[i${index}] AS a${index}`];
  });
  const indexes = args.map(
    (_, index) => `unnest(CAST([${cells.map((cell) => cell[index]! + 1).join(', ')}] AS INTEGER[])) AS i${index}`,
  );
  const numbers = `unnest(range(${cells.length})) AS n`;
  await side.connection.run(
    `CREATE OR REPLACE TABLE cells AS SELECT ${['n', ...columns].join(', ')} FROM (SELECT ${[numbers, ...indexes].join(', ')})`,
  );
}

function groupedByConstants({ args, cells }: CertifiedCase): ReadonlyMap<string, number[]> {
  const groups = new Map<string, number[]>();
  cells.forEach((cell, n) => {
    const key = args.map((arg, index) => (arg.constant ? cell[index] : '')).join();
    groups.set(key, [...(groups.get(key) ?? []), n]);
  });
  return groups;
}

function translate(certified: CertifiedCase, cell: readonly number[]): Translated | Refusal {
  const { signature, args, result } = certified;
  const terms = args.map((arg, index): Term => {
    if (arg.constant) return constantTerm(arg, arg.values[cell[index]!]!);
    const { decimal } = arg;
    return {
      sql: `a${index}`,
      typeOid: oidOf(arg.type),
      typmod: -1,
      ...(decimal && { decimal: { ...decimal, displayScale: decimal.scale } }),
    };
  });
  try {
    return scalarTemplate(signature)!(terms, { signature, resultOid: oidOf(result), resultTypmod: -1 });
  } catch (error) {
    if (error instanceof SqlError && error.sqlstate === '0A000') return { refused: error.fields.hint ?? error.message };
    throw error;
  }
}

async function computeGroup(
  { connection }: DuckdbSide,
  { result }: CertifiedCase,
  translated: Translated,
  numbers: readonly number[],
  expected: readonly CellResult[],
  results: (CellResult | Refusal)[],
): Promise<void> {
  const scale = translated.decimal === undefined ? 'NULL' : `${translated.decimal.displayScale}`;
  const run = async (value: string, digits: string, chosen: readonly number[]): Promise<readonly CellResult[]> => {
    const where = chosen.length === 1 ? `n = ${chosen[0]}` : `n IN (${chosen.join(', ')})`;
    const reader = await connection.runAndReadAll(`SELECT ${value}, ${digits} FROM cells WHERE ${where} ORDER BY n`);
    const type = reader.columnType(0).toString();
    const wanted = duckdbTypeName(result, translated.decimal);
    if (type !== wanted) return chosen.map(() => `type ${type} instead of ${wanted}`);
    return reader.getRows().map(([cell, shown]) => canonicalValue(result, cell!, shown as number | null));
  };
  // Cells without an error in Postgres are computed as one vector; what raises is then found singly. Not by TRY, which
  // corrupts memory where functions of lists are below it (DuckDB 1.5.6).
  const [failing, plain] = [
    numbers.filter((n) => expected[n]?.startsWith('!') === true),
    numbers.filter((n) => expected[n]?.startsWith('!') !== true),
  ];
  const together = plain.length > 1 && (await run(translated.sql, scale, plain).catch(() => undefined));
  if (together) plain.forEach((n, index) => (results[n] = together[index]!));
  for (const n of together ? failing : numbers) {
    results[n] = await run(translated.sql, scale, [n]).then(
      (values) => values[0]!,
      (error: unknown) => `!${engineError(error, false).sqlstate}`,
    );
  }
}

function constantTerm(arg: CertifiedArgument, text: string | null): Term {
  const oid = oidOf(arg.type);
  return constantValue(text === null ? null : decoded(oid, text), oid, -1);
}

function literal(arg: CertifiedArgument, text: string | null): string {
  const type = storedType(arg);
  if (text === null) return `CAST(NULL AS ${type})`;
  if (arg.type === 'numeric') return `CAST('${text}' AS ${type})`;
  if (arg.type.startsWith('_')) return constantTerm(arg, text).sql;
  return `CAST(${constantSql(arg.type, text)} AS ${type})`;
}

function constantSql(type: string, text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  switch (type) {
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      // DuckDB marks years before Christ between date and time.
      return text.endsWith(' BC') ? `'${text.replace(/^(\S+)(.*) BC$/, '$1 (BC)$2')}'` : quoted;
    case 'interval':
      return intervalSql(text);
    case 'bytea':
      return `from_hex('${text.slice(2)}')`;
    case 'float4':
    case 'float8':
      return quoted;
    default:
      return quoted;
  }
}

/** Written as parts, since DuckDB reads interval text in another way. */
function intervalSql(text: string): string {
  let [months, days, micros] = [0, 0, 0n];
  for (const [, sign, hour, minute, second] of text.matchAll(/(-?)(\d+):(\d\d):(\d\d(?:\.\d+)?)/g)) {
    const part =
      BigInt(hour!) * 3_600_000_000n + BigInt(minute!) * 60_000_000n + BigInt(Math.round(Number(second) * 1e6));
    micros += sign === '-' ? -part : part;
  }
  for (const [, amount, unit] of text.matchAll(/(-?[\d.]+) (year|mon|day|hour|minute|second)/g)) {
    if (unit === 'year') months += 12 * Number(amount);
    else if (unit === 'mon') months += Number(amount);
    else if (unit === 'day') days += Number(amount);
    else micros += BigInt(Math.round(Number(amount) * { hour: 3.6e9, minute: 6e7, second: 1e6 }[unit as 'hour']));
  }
  return `(to_months(${months}) + to_days(${days}) + to_microseconds(${micros}))`;
}

function storedType(arg: CertifiedArgument): string {
  return duckdbTypeName(arg.type, arg.decimal);
}

function decoded(oid: number, text: string): PgValue {
  const value = decodeText(oid, text);
  if (value === undefined) throw new Error(`no constant of type ${oid} from "${text}"`);
  return value;
}

const HOST_TYPES: Readonly<Record<HostType, duckdb.DuckDBType>> = {
  ANY: duckdb.ANY,
  BOOLEAN: duckdb.BOOLEAN,
  INTEGER: duckdb.INTEGER,
  BIGINT: duckdb.BIGINT,
  HUGEINT: duckdb.HUGEINT,
  FLOAT: duckdb.FLOAT,
  DOUBLE: duckdb.DOUBLE,
  VARCHAR: duckdb.VARCHAR,
  INTERVAL: duckdb.INTERVAL,
};

function hostFunction(definition: HostFunction): duckdb.DuckDBScalarFunction {
  return duckdb.DuckDBScalarFunction.create({
    name: definition.name,
    parameterTypes: definition.parameters.map((type) => HOST_TYPES[type]),
    returnType: HOST_TYPES[definition.result],
    mainFunction: (info, chunk, output) => {
      const columns = chunk.getColumns();
      try {
        for (let row = 0; row < chunk.rowCount; row++) {
          const args = columns.map((column) => hostValue(column[row]!));
          const value = args.includes(null) ? null : definition.compute(...args);
          output.setItem(
            row,
            definition.result === 'INTERVAL' && value !== null ? duckdbInterval(value) : (value as never),
          );
        }
        output.flush();
      } catch (error) {
        info.setError(`!${error instanceof SqlError ? error.sqlstate : 'XX000'}: ${(error as Error).message}`);
      }
    },
  });
}

function hostValue(value: duckdb.DuckDBValue): HostValue {
  if (value instanceof duckdb.DuckDBDecimalValue) return { unscaled: value.value, scale: value.scale };
  return value as HostValue;
}

function duckdbInterval(value: HostValue): duckdb.DuckDBValue {
  const { months, days, micros } = value as { months: number; days: number; micros: bigint };
  return new duckdb.DuckDBIntervalValue(months, days, micros);
}

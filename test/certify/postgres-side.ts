import type { CellResult, CertifiedCase } from './certified-case.ts';

/** Runs a statement and gives rows of texts: the embedded Postgres, or a native one. */
export type PostgresQuery = (sql: string) => Promise<readonly (readonly (string | null)[])[]>;

/** Every cell of a case, computed by Postgres: errors are caught cell by cell in PL/pgSQL. */
export async function postgresCells(query: PostgresQuery, certified: CertifiedCase): Promise<readonly CellResult[]> {
  const { args, result, cells, timeZone } = certified;
  const parameters = args.map((arg, index) => `a${index} pg_catalog.${quoted(arg.type)}`).join(', ');
  await query(`SET timezone = '${timeZone}'`);
  await query(`DROP FUNCTION IF EXISTS pg_temp.cell`);
  await query(`CREATE FUNCTION pg_temp.cell(${parameters}) RETURNS pg_catalog.text LANGUAGE plpgsql AS $body$
    DECLARE r pg_catalog.${quoted(result)};
    BEGIN
      r := ${callOf(certified)};
      RETURN CASE WHEN r IS NULL THEN NULL ELSE ${canonicalSql(result, 'r')} END;
    EXCEPTION WHEN OTHERS THEN RETURN '!' || SQLSTATE;
    END $body$`);
  const picked = args.map((arg, index) =>
    arg.type.startsWith('_')
      ? `(${arrayOf(arg.values, 'text')})[i${index}]::pg_catalog.${arg.type}`
      : `(${arrayOf(arg.values, arg.type)})[i${index}]`,
  );
  const indexes = args.map((_, index) => `'{${cells.map((cell) => cell[index]! + 1).join(',')}}'::int[]`);
  const names = args.map((_, index) => `i${index}`);
  const from =
    args.length === 0
      ? 'generate_series(1, 1) AS t(n)'
      : `unnest(${indexes.join(', ')}) WITH ORDINALITY AS t(${[...names, 'n'].join(', ')})`;
  const rows = await query(`SELECT pg_temp.cell(${picked.join(', ')}) FROM ${from} ORDER BY n`);
  return rows.map((row) => row[0]!);
}

/** The call itself, by the function and not by an operator. */
function callOf({ signature, args }: CertifiedCase): string {
  const name = signature.slice(0, signature.indexOf('('));
  const values = args.map((_, index) => `a${index}`);
  if (name !== 'io') return `pg_catalog.${quoted(name)}(${values.join(', ')})`;
  const target = signature.slice(signature.indexOf(',') + 1, -1);
  return `CASE WHEN a0 IS NOT NULL THEN CAST(pg_catalog.concat(a0) AS pg_catalog.${quoted(target)}) END`;
}

/** Values as text; floats, dates and times by their bytes. */
export function canonicalSql(type: string, value: string): string {
  const sent: Readonly<Record<string, string>> = {
    float4: 'float4send',
    float8: 'float8send',
    date: 'date_send',
    time: 'time_send',
    timestamp: 'timestamp_send',
    timestamptz: 'timestamptz_send',
    interval: 'interval_send',
  };
  const send = sent[type];
  if (type === 'float4' || type === 'float8') {
    // The sign of NaN is nobody's business.
    return `CASE WHEN ${value} = 'NaN' THEN '=NaN' ELSE '=' || pg_catalog.encode(${send}(${value}), 'hex') END`;
  }
  return send === undefined
    ? `'=' || pg_catalog.concat(${value})`
    : `'=' || pg_catalog.encode(${send}(${value}), 'hex')`;
}

function arrayOf(values: readonly (string | null)[], type: string): string {
  const elements = values.map((value) => (value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`));
  return `ARRAY[${elements.join(', ')}]::pg_catalog.${quoted(type)}[]`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
